"""Staging rows in the making: tuples in, Arrow tables out."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from medark.model.staging import STAGING
from medark.model.table import Type

_ARROW = {Type.TEXT: pa.string(), Type.BIGINT: pa.int64(), Type.INTEGER: pa.int32()}


@cache
def schema(table: str) -> pa.Schema:
    """The Arrow schema of a staging table."""
    return pa.schema([pa.field(column.name, _ARROW[column.type]) for column in STAGING[table].columns])


def _row_type(table: str) -> Callable[..., tuple[Any, ...]]:
    """A named tuple of the table's columns; the place is required, everything else defaults to missing."""
    names = STAGING[table].column_names
    return namedtuple(table, names, defaults=(None,) * (len(names) - 3))


# Row makers: Event(record_no, row_no, part_no, kind="measurement", person_key="17", code="2951-2", …)
Person = _row_type("person")
Identifier = _row_type("identifier")
PersonLink = _row_type("person_link")
Death = _row_type("death")
Visit = _row_type("visit")
VisitDetail = _row_type("visit_detail")
Event = _row_type("event")
Product = _row_type("product")
Note = _row_type("note")
Specimen = _row_type("specimen")
Image = _row_type("image")
Cost = _row_type("cost")
Coverage = _row_type("coverage")
Location = _row_type("location")
CareSite = _row_type("care_site")
Provider = _row_type("provider")
Relation = _row_type("relation")
UnitCount = _row_type("unit_count")
UnitIssue = _row_type("unit_issue")


class Staged:
    """Rows by staging table. `staged.add(Event(…))` files a row under its own type's name.

    A reader that makes very many rows of one kind may hand over whole Arrow tables instead (`add_table`).
    """

    __slots__ = ("made", "rows")

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in STAGING}
        self.made: dict[str, list[pa.Table]] = {}

    def add(self, row: tuple[Any, ...]) -> None:
        self.rows[type(row).__name__].append(row)

    def add_table(self, name: str, table: pa.Table) -> None:
        """File rows that are columns already; ValueError unless they have the staging table's schema."""
        if table.schema != schema(name):
            raise ValueError(f"not the schema of staging table {name}")
        if table.num_rows:
            self.made.setdefault(name, []).append(table)

    def extend(self, other: Staged) -> None:
        """Add all rows of another."""
        for name, rows in other.rows.items():
            self.rows[name] += rows
        for name, tables in other.made.items():
            self.made.setdefault(name, []).extend(tables)

    def tables(self) -> Mapping[str, pa.Table]:
        """Arrow tables of the staging contract, only those that have rows."""
        tables = {name: list(made) for name, made in self.made.items()}
        for name, rows in self.rows.items():
            if rows:
                tables.setdefault(name, []).append(to_table(name, rows))
        return {name: pa.concat_tables(parts) if len(parts) > 1 else parts[0] for name, parts in tables.items()}


def to_table(table: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    """Rows of one staging table, column by column; columns that are missing throughout cost nothing."""
    fields = schema(table)
    columns = [
        pa.nulls(len(rows), field.type) if values.count(None) == len(rows) else pa.array(values, field.type)
        for field, values in zip(fields, zip(*rows, strict=True), strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=fields)
