"""What the columns of a source's table become, as its map says"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import medark
from medark.catalog.became import EVENT, Field, columns_of
from medark.flows.ingest.raw_tables import RawTable
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.standardise.maps import SourceMap, TableMap
from medark.standardise.maps.expression import ROW
from medark.standardise.maps.table_map import Target

_FIXED = "'"


def fields_of(table: RawTable, maps: Mapping[str, SourceMap]) -> tuple[Field, ...]:
    """Each column of a table that is known, with the lake's columns that it is in; or why nothing is made of it."""
    if table.source is None:
        names = {column.name for column in lake_columns(table.name)}
        found = ((name, name.lower()) for name in table.shape.columns)
        return tuple(Field(table.name, name, (f"{table.name}.{own}",) if own in names else ()) for name, own in found)
    mapped = maps[table.source.name].tables[table.name]
    becomes = _becomes(mapped)
    not_read = {name.lower(): why for name, why in mapped.not_read.items()}
    return tuple(
        Field(table.name, name, becomes.get(name.lower(), ()), why=not_read.get(name.lower(), ""))
        for name in table.shape.columns
    )


def maps_state(workspace: Workspace) -> tuple[object, ...]:
    """What changes when a map does, and with it what a table is taken for."""
    own = ((path.parent.name, path.name, path.stat().st_mtime_ns) for path in workspace.places.maps.glob("*/*.toml"))
    return (medark.__version__, *sorted(own))


def _becomes(table: TableMap) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for target in table.targets:
        for column, told in _told(target):
            found.setdefault(column.lower(), {}).update(dict.fromkeys(told))
    return {column: tuple(told) for column, told in found.items()}


def _told(target: Target) -> Iterator[tuple[str, tuple[str, ...]]]:
    kind = _kind(target)
    for staged, expression in target.columns.items():
        told = columns_of(target.staging, staged, kind)
        if told:
            yield from ((column, told) for of, column in expression.columns if of == ROW)


def _kind(target: Target) -> str:
    """Of an event, what the map says it is; "" where that is told row by row."""
    if target.staging != EVENT or "kind" not in target.columns or not target.columns["kind"].is_constant:
        return ""
    return target.columns["kind"].text.strip(_FIXED)
