"""Rows that arrive and, by what triggers a definition, can't change its answer"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from equivalence.answers import RESOLVED, differences, in_memory
from equivalence.world import Column, Tables
from medark.define.answers import Trigger, triggers
from medark.define.definitions import Dataset
from medark.define.tables import TABLES, EventTable

Row = dict[str, Any]
_NEW_KEYS = 1_000_000  # above all keys of a world


def changes(dataset: Dataset, tables: Tables, arriving: Tables) -> list[str]:
    """What differs once the rows of `arriving` that trigger nothing are there too."""
    found = triggers(dataset)
    more = {name: _with_rows(name, columns, arriving.get(name, {}), found) for name, columns in tables.items()}
    return differences(in_memory(dataset, more), in_memory(dataset, tables))


def _with_rows(
    name: str, columns: dict[str, Column], arriving: dict[str, Column], found: Iterable[Trigger]
) -> dict[str, Column]:
    spec = TABLES[name]
    if spec.key == spec.person:  # of these a person has one row
        return columns
    new = [row for row in _rows(arriving) if not any(_matches(one, spec, row) for one in found)]
    keyed = [{**row, spec.key: row[spec.key] + _NEW_KEYS} for row in new]
    return {column: [*cells, *(row[column] for row in keyed)] for column, cells in columns.items()}


def _matches(trigger: Trigger, spec: EventTable, row: Row) -> bool:
    if trigger.table != spec.name or trigger.concepts is None:
        return trigger.table == spec.name
    ids = RESOLVED[trigger.concepts]
    if trigger.source:
        return row.get(spec.source_concept) in ids.source
    return row.get(spec.concept) in ids.standard


def _rows(columns: dict[str, Column]) -> Iterator[Row]:
    return (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
