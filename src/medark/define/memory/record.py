"""One person's record: the rows of each table, in order of time, ready to be asked"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from medark.define.memory.layout import layout
from medark.define.memory.table_rows import TableRows, in_order
from medark.define.tables import column_kind, event_table
from medark.errors import DefinitionError

Columns = Mapping[str, Sequence[Any]]


class Record:
    """The rows of one person. From outside it never changes: a record with more rows is another one, made cheaply.

    Tables are put in order when they are first asked for, so that one that nobody reads costs nothing.
    """

    __slots__ = ("_given", "_held", "person_id")

    def __init__(self, person_id: int, given: Mapping[str, Columns], held: dict[str, TableRows]) -> None:
        """Use `Record.of`."""
        self.person_id, self._given, self._held = person_id, given, held

    @classmethod
    def of(cls, person_id: int, tables: Mapping[str, Columns]) -> Record:
        """The record of tables as columns: {table: {column: values}}. All rows must be this person's.

        Days are `datetime.date`, times naive `datetime.datetime`, missing is None. A column left out is missing, but
        for the key, which every table must have, and the person, which is known.
        """
        for table, columns in tables.items():
            _check(table, columns)
        return cls(person_id, dict(tables), {})

    def table(self, name: str) -> TableRows:
        """The rows of a table, in order; none where it was not given."""
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = TableRows(in_order(self._rows(name, self._given.get(name))))
        return held

    def with_rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> Record:
        """This record and some rows more, each {column: value}. A row takes the place of one with its key."""
        given = list(rows)
        names = dict.fromkeys(name for row in given for name in row)
        columns = {name: [row.get(name) for row in given] for name in names}
        if not given:
            return self
        _check(table, columns)
        return self._changed(table, self.table(table).with_rows(self._rows(table, columns)))

    def without_rows(self, table: str, keys: Collection[Any]) -> Record:
        """This record less the rows with these keys."""
        return self._changed(table, self.table(table).without(keys))

    def size(self) -> int:
        """How many rows it has, in all tables."""
        return sum(len(self.table(name).rows) for name in {*self._given, *self._held})

    def __repr__(self) -> str:
        return f"Record({', '.join(sorted({*self._given, *self._held}))})"  # a repr never says who, or what they have

    def _changed(self, table: str, rows: TableRows) -> Record:
        return Record(self.person_id, self._given, {**self._held, table: rows})

    def _rows(self, table: str, columns: Columns | None) -> list[tuple[Any, ...]]:
        if not columns:
            return []
        length = len(columns[event_table(table).key])
        person = {event_table(table).person: [self.person_id] * length}
        return layout(table).rows({**person, **columns}, length)


def _check(table: str, columns: Columns) -> None:
    key = event_table(table).key
    for unknown in columns.keys() - layout(table).places.keys():
        column_kind(table, unknown)  # says so
    if key not in columns:
        raise DefinitionError(f"rows of {table} without {key!r}", fix="give the primary key of each row")
    if len({len(values) for values in columns.values()}) > 1:
        raise DefinitionError(f"columns of {table} are of different lengths", fix="give each one value a row")
