"""The lineage of a workspace: all edges, worked out of what is run, and kept until something of that changes"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from medark.catalog.lineage.graph import Graph
from medark.catalog.sources import SourceAccount
from medark.check.gate import checks
from medark.flows.apps.place import register_of
from medark.flows.apps.register import version_of
from medark.flows.apps.running import running
from medark.flows.data_map import are_current, kept_sources, work_out_sources
from medark.flows.data_map.fields import maps_state
from medark.flows.lineage import kept, landed, staged, uses
from medark.flows.lineage.messages import format_edges, formats_of, size_of
from medark.flows.lineage.omop import omop_edges
from medark.flows.maps import maps_of
from medark.flows.workspace import Workspace
from medark.model.app import AppState
from medark.model.lineage import Edge
from medark.sql.lineage import Relation
from medark.standardise import domains, lookups

_KEPT: Final = "graph of lineage"
_FORMAT: Final = 2


def graph(workspace: Workspace) -> Graph:
    """The lineage of everything in a workspace, worked out once for each state of what it is made of."""
    sources = sources_of(workspace)
    digest = _digest(workspace, sources)
    known: tuple[str, Graph] | None = workspace.kept.get(_KEPT)
    if known is not None and known[0] == digest:
        return known[1]
    edges = kept.read(workspace, digest)
    if edges is None:
        edges = list(dict.fromkeys(_edges(workspace, sources)))
        kept.put(workspace, digest, edges)
    made = Graph(edges)
    workspace.kept[_KEPT] = (digest, made)
    return made


def sources_of(workspace: Workspace) -> tuple[SourceAccount, ...]:
    """What came from each source, as the data map has it."""
    told = kept_sources(workspace)
    return (told if told is not None and are_current(workspace, told) else work_out_sources(workspace)).sources


def _edges(workspace: Workspace, sources: tuple[SourceAccount, ...]) -> Iterator[Edge]:
    for source in sources:
        yield from _of_source(workspace, source)
    yield from landed.derived_edges()
    with running(workspace).all() as loaded:
        for name, one in loaded.items():
            yield from uses.edges_of(name, one.app)


def _of_source(workspace: Workspace, source: SourceAccount) -> Iterator[Edge]:
    maps, folder = maps_of(workspace), workspace.places.maps
    relations: dict[str, Relation] = {}
    for own, present in tables_of(source).items():
        if own in maps:
            found = list(staged.targets(maps[own], own, present, folder))
            yield from staged.edges_of(source.name, found)
            relations |= staged.relations(found)
    for format_ in formats_of(source):
        told = format_edges(workspace, source, format_, _code())
        yield from told
        relations |= {edge.target.of.partition(": ")[2]: staged.everything()[edge.target.of.partition(": ")[2]]
                      for edge in told}  # fmt: skip
    if relations:
        yield from landed.edges_of(source.name, relations)
    yield from omop_edges(source)


def tables_of(source: SourceAccount) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The tables that came from a source: map → table → its columns."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for table in source.tables:
        own, _, name = table.title.partition(".")
        if table.fields and own != "omop":
            found.setdefault(own, {})[name] = tuple(field.name for field in table.fields)
    return found


def _digest(workspace: Workspace, sources: tuple[SourceAccount, ...]) -> str:
    """What lineage is derived from: maps, the SQL of all steps, the readers, what came, and what runs."""
    register = register_of(workspace)
    apps = [
        (app.name, app.current, version_of(register, app.name, app.current).digest)
        for app in register.apps()
        if app.state is AppState.ENABLED
    ]
    told = [
        (one.name, tables_of(one), [(f, size_of(one, f)) for f in formats_of(one)], [t.title for t in one.tables])
        for one in sources
    ]
    state = (_FORMAT, maps_state(workspace), _code(), told, apps)
    return hashlib.sha256(repr(state).encode()).hexdigest()


@cache
def _code() -> str:
    """The platform's own part: steps, checks, readers."""
    steps = [step.sql for step in (*lookups.STEPS, *domains.STEPS, *domains.DERIVED, *domains.READ)]
    gate = [check.sql for check in checks([step.table for step in domains.STEPS if step.table], events_told=True)]
    readers = [file.read_bytes() for file in _files(files("medark.standardise.formats"))]
    return hashlib.sha256(repr((steps, gate, readers)).encode()).hexdigest()


def _files(folder: Traversable) -> Iterator[Traversable]:
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.is_dir() and file.name != "__pycache__":
            yield from _files(file)
        elif file.name.endswith((".py", ".csv", ".toml")):
            yield file
