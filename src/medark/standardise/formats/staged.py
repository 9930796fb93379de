"""Staging rows in the making: tuples in, Arrow tables out."""

from __future__ import annotations

from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from medark.model.arrow import arrow_schema
from medark.model.staging import STAGING

Row = tuple[Any, ...]
_PLACE = STAGING["event"].column_names[:3]


@cache
def schema(table: str) -> pa.Schema:
    """The Arrow schema of a staging table."""
    return arrow_schema(STAGING[table].columns)


def _row_type(table: str) -> Callable[..., Row]:
    """A row maker: the place is required, every other column of the table defaults to missing."""
    kind: Callable[..., Row] = _named_tuple(table, STAGING[table].column_names)
    return kind


def _named_tuple(table: str, names: Sequence[str]) -> Any:
    columns = namedtuple(table, names, defaults=[None] * (len(names) - len(_PLACE)))  # type: ignore[misc]
    return type(table, (columns,), {"__slots__": (), "table": table})


def row_of(table: str, *columns: str) -> Callable[[Iterable[Any]], Row]:
    """A maker of rows that take one tuple: the place and then `columns` in this order, each a name or several words.

    For rows that come in such numbers that to name each value would cost as much as to read it. Columns that are not
    named are missing throughout.

    >>> cost = row_of("cost", "event_key person_key", "currency")
    >>> cost((7, 0, 0, "c1", "p1", "USD"))
    cost(record_no=7, row_no=0, part_no=0, event_key='c1', person_key='p1', currency='USD')
    """
    named = " ".join(columns).split()
    if unknown := set(named) - set(STAGING[table].column_names):
        raise ValueError(f"no such column of staging table {table}: {min(unknown)}")
    make: Callable[[Iterable[Any]], Row] = _named_tuple(table, [*_PLACE, *named])._make
    return make


# Row makers: Event(record_no, row_no, part_no, kind="measurement", person_key="17", code="2951-2", …)
Person = _row_type("person")
Identifier = _row_type("identifier")
PersonLink = _row_type("person_link")
PersonTie = _row_type("person_tie")
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
_WHOLE = {
    kind.table: kind  # type: ignore[attr-defined]
    for kind in (
        Person, Identifier, PersonLink, Death, Visit, VisitDetail, Event, Product, Note, Specimen, Image, Cost,
        Coverage, Location, CareSite, Provider, Relation, UnitCount, UnitIssue,
    )
}  # fmt: skip


class Staged:
    """Rows by staging table. `staged.add(Event(…))` files a row under its own type's table.

    A reader that makes very many rows of one kind may hand over whole Arrow tables instead (`add_table`).
    """

    __slots__ = ("filed", "made")

    def __init__(self) -> None:
        self.filed: defaultdict[Any, list[Row]] = defaultdict(list)  # by type of row
        self.made: dict[str, list[pa.Table]] = {}

    def add(self, row: Row) -> None:
        self.filed[type(row)].append(row)

    def add_table(self, name: str, table: pa.Table) -> None:
        """File rows that are columns already; ValueError unless they have the staging table's schema."""
        if table.schema != schema(name):
            raise ValueError(f"not the schema of staging table {name}")
        if table.num_rows:
            self.made.setdefault(name, []).append(table)

    def extend(self, other: Staged) -> None:
        """Add all rows of another."""
        for kind, rows in other.filed.items():
            self.filed[kind] += rows
        for name, tables in other.made.items():
            self.made.setdefault(name, []).extend(tables)

    @property
    def rows(self) -> Mapping[str, list[Any]]:
        """Rows one by one, with every column of their table, for whoever wants to look at some."""
        found: dict[str, list[Any]] = {name: [] for name in STAGING}
        for kind, rows in self.filed.items():
            whole = _WHOLE[kind.table]
            found[kind.table] += rows if kind is whole else [whole(**row._asdict()) for row in rows]  # type: ignore[attr-defined]
        return found

    def tables(self) -> Mapping[str, pa.Table]:
        """Arrow tables of the staging contract, only those that have rows."""
        tables = {name: list(made) for name, made in self.made.items()}
        for kind, rows in self.filed.items():
            if rows:
                tables.setdefault(kind.table, []).append(to_table(kind.table, rows))
        return {name: pa.concat_tables(parts) if len(parts) > 1 else parts[0] for name, parts in tables.items()}


def to_table(table: str, rows: Sequence[Row]) -> pa.Table:
    """Rows of one type and staging table, column by column; columns that are missing throughout cost nothing."""
    names = rows[0]._fields  # type: ignore[attr-defined]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    arrays = [_array(columns.get(field.name), field.type, len(rows)) for field in schema(table)]
    return pa.Table.from_arrays(arrays, schema=schema(table))


def _array(values: Sequence[Any] | None, type_: pa.DataType, rows: int) -> pa.Array:
    if values is None or values.count(None) == rows:
        return pa.nulls(rows, type_)
    return pa.array(values, type_)
