"""The map as a picture: organisations, their systems, tables, and the applications that read them"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from medark.catalog.layers import NODE, WIDTH, Link, Placed, picture
from medark.catalog.meanings import of_table
from medark.catalog.sources import SourceAccount
from medark.flows.data_map import AppReads, Seen
from medark.govern.small_counts import is_small
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.serve.console.data_map.told import app_address, in_language, source_address, table_address
from medark.serve.console.screens import Visit

_PLACES: Final = (0, 210, 560, 990)  # x of each layer
_SERIES: Final = 6  # colours that there are
_ORGANISATION, _SOURCE, _TABLE, _APP = "organisation:", "source:", "table:", "app:"
Labels = dict[str, tuple[str, str, str]]  # of a node: its name, what else is told, and its address


def drawing(found: Seen, sources: Sequence[SourceAccount], apps: Sequence[AppReads], visit: Visit) -> dict[str, Any]:
    """Nodes and links in their places. No nodes where nothing is known yet."""
    flows = list(_flows(found))
    named: dict[str, SourceAccount | None] = {flow.source.removeprefix(_SOURCE): None for flow in flows}
    named |= {one.name: one for one in sources}
    owners = {name: (one.organisation if one else name.partition("/")[0]) for name, one in named.items()}
    organisations = list(dict.fromkeys(owners[name] for name in sorted(named, key=lambda name: (owners[name], name))))
    systems = sorted(named, key=lambda name: (organisations.index(owners[name]), name))
    reads = list(_reads(apps))
    touched = {one.target for one in flows} | {one.source for one in reads}
    shown = [name for name in tables() if name not in VOCABULARY_TABLES and f"{_TABLE}{name}" in touched]
    layers = [
        [f"{_ORGANISATION}{name}" for name in organisations],
        [f"{_SOURCE}{name}" for name in systems],
        [f"{_TABLE}{name}" for name in shown],
        [f"{_APP}{one.name}" for one in apps],
    ]
    made = picture(
        layers, _PLACES, [*_owned(flows, owners), *flows, *(one for one in reads if one.source in layers[2])]
    )
    labels = _labels(found, named, apps, visit)
    colours = {f"{_SOURCE}{name}": 1 + organisations.index(owners[name]) % _SERIES for name in systems}
    colours |= {f"{_ORGANISATION}{name}": 1 + place % _SERIES for place, name in enumerate(organisations)}
    least = visit.workspace.settings.access.least_count
    return {
        "width": WIDTH,
        "height": made.height,
        "node": NODE,
        "nodes": [_node(one, labels[one.key], colours.get(one.key, 0)) for one in made.nodes],
        "links": [
            {
                "from": labels[one.source][0], "to": labels[one.target][0], "path": one.path, "is_line": one.is_line,
                "rows": None if is_small(one.rows, least) else one.rows, "colour": colours.get(one.source, 0),
                "ends": f"{one.source} {one.target}",
            }
            for one in made.links
        ],
    }  # fmt: skip


def _flows(found: Seen) -> Iterator[Link]:
    """Rows from each source to each table, of all its formats."""
    for table, kept in found.tables.items():
        rows: dict[str, int] = {}
        for one in kept.profile.arrived:
            rows[one.source] = rows.get(one.source, 0) + one.rows
        yield from (Link(f"{_SOURCE}{source}", f"{_TABLE}{table}", count) for source, count in rows.items())


def _owned(flows: Sequence[Link], owners: dict[str, str]) -> Iterator[Link]:
    rows = dict.fromkeys(owners, 0)
    for one in flows:
        rows[one.source.removeprefix(_SOURCE)] += one.rows or 0
    yield from (Link(f"{_ORGANISATION}{owners[name]}", f"{_SOURCE}{name}", count) for name, count in rows.items())


def _reads(apps: Sequence[AppReads]) -> Iterator[Link]:
    for app in apps:
        yield from (Link(f"{_TABLE}{table}", f"{_APP}{app.name}") for table in sorted(app.reads))


def _labels(found: Seen, named: dict[str, SourceAccount | None], apps: Sequence[AppReads], visit: Visit) -> Labels:
    told: Labels = {}
    for name, one in named.items():
        organisation = one.organisation if one else name.partition("/")[0]
        told[f"{_ORGANISATION}{organisation}"] = (organisation, "", "")
        system = one.system if one else name.partition("/")[2] or name
        told[f"{_SOURCE}{name}"] = (system, ", ".join(sorted({f.format for f in one.formats})) if one else "",
                                    source_address(name))  # fmt: skip
    for name in tables():
        note = f"{found.snapshot.rows(name):,}"
        told[f"{_TABLE}{name}"] = (name, note, table_address(name))
    for app in apps:
        told[f"{_APP}{app.name}"] = (in_language(app.title, visit.language), "", app_address(app, visit))
    return told


def _node(one: Placed, label: tuple[str, str, str], colour: int) -> dict[str, Any]:
    name, note, address = label
    kind, _, own = one.key.partition(":")
    meaning = of_table(own) if kind == "table" else None
    return {
        "key": one.key, "kind": kind, "x": one.x, "y": one.y, "height": one.height, "name": name, "note": note,
        "address": address, "colour": colour, "meaning": {"en": meaning.en, "zh": meaning.zh} if meaning else None,
    }  # fmt: skip
