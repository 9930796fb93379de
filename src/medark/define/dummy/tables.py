"""Made-up people as tables of the model: keys given, and what a table requires filled in"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from medark.define.dummy.draft import Draft, Row
from medark.define.dummy.recipes import Recipe
from medark.define.tables import event_table
from medark.model import omop
from medark.model.table import Column, Type

Tables = dict[str, dict[str, list[Any]]]
_ROOM = 1000  # keys of one person in one table


def person_rows(draft: Draft, kinds: Sequence[Recipe], person_id: int) -> dict[str, list[Row]]:
    """The rows of one person by table. Keys tell rows apart over all people, and are in no order of time."""
    found: dict[str, list[Row]] = {"person": [{**draft.person, "person_id": person_id}]}
    for place, recipe in enumerate(kinds):
        found.setdefault(recipe.table, []).extend(draft.rows.get(place, ()))
    visits = len(found["visit_occurrence"]) if "visit_occurrence" in found else _ROOM  # else: of visits not looked into
    return {
        table: [_keyed(table, row, person_id, number, visits) for number, row in enumerate(rows)]
        for table, rows in found.items()
    }


def _keyed(table: str, row: Row, person_id: int, number: int, visits: int) -> Row:
    """A row with the keys of itself, its person and its visit, if that one is still there."""
    spec, first = event_table(table), person_id * _ROOM
    keyed = {name: value for name, value in row.items() if name}
    visit = keyed.get("visit_occurrence_id")
    if visit is not None:
        keyed["visit_occurrence_id"] = first + visit if visit < visits else None
    if spec.key != spec.person:
        keyed[spec.key] = first + number
    return {**keyed, spec.person: person_id}


def as_tables(rows: Iterable[Mapping[str, Sequence[Row]]], reads: Mapping[str, frozenset[str]]) -> Tables:
    """The rows of all people as columns: those that are read, and those that the table requires."""
    people = list(rows)
    return {table: _as_columns(table, columns, [row for one in people for row in one.get(table, ())])
            for table, columns in reads.items()}  # fmt: skip


def _as_columns(table: str, read: frozenset[str], rows: Sequence[Row]) -> dict[str, list[Any]]:
    spec = event_table(table)
    wanted = [
        column
        for column in omop.lake_columns(table)
        if not column.name.startswith("medark_") or column.name == spec.person
        if column.required or column.name in read or column.name in (spec.key, spec.person)
    ]
    return {column.name: [row.get(column.name, _filled(column)) for row in rows] for column in wanted}


def _filled(column: Column) -> Any:
    """What stands where a table wants a value and the definition none: concept 0 is OMOP's "no matching concept"."""
    if not column.required:
        return None
    return {Type.TEXT: "", Type.DATE: dt.date(1970, 1, 1), Type.DATETIME: dt.datetime(1970, 1, 1), Type.FLOAT: 0.0,
            Type.BOOLEAN: False}.get(column.type, 0)  # fmt: skip
