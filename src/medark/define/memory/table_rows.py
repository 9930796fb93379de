"""One person's rows of one table: in order of time, and found by the value of a column"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from medark.define.memory.layout import KEY, START, Row

_start, _key, _start_and_key = itemgetter(START), itemgetter(KEY), itemgetter(START, KEY)
_Index = dict[Any, list[Row]]


class TableRows:
    """Rows by start, then key; those without a start are last. Never changed once made: what is found is kept."""

    __slots__ = ("_agrees", "_among", "_indexes", "_keys", "rows")

    def __init__(self, rows: list[Row]) -> None:
        """`rows` must be in order already: see `in_order`."""
        self.rows = rows
        self._indexes: dict[int, _Index] = {}
        self._agrees: dict[int, bool] = {}
        self._keys: set[Any] | None = None
        self._among: dict[tuple[int, frozenset[Any]], list[Row]] = {}

    def by(self, place: int) -> _Index:
        """The rows of each value of the column at `place`, in order."""
        if place not in self._indexes:
            index: _Index = defaultdict(list)
            for row in self.rows:
                index[row[place]].append(row)
            self._indexes[place] = dict(index)
        return self._indexes[place]

    def among(self, place: int, values: frozenset[Any]) -> list[Row]:
        """The rows whose column at `place` is one of `values`, in order."""
        known = self._among.get((place, values))
        if known is None:
            index = self.by(place)
            fewer, other = (values, index) if len(values) < len(index) else (index, values)
            lists = [index[value] for value in fewer if value in other]
            known = lists[0] if len(lists) == 1 else _merged(lists)
            self._among[place, values] = known
        return known

    def agrees(self, place: int) -> bool:
        """Is the date at `place` the day of the start in every row? Then rows are in order of it, too."""
        if place not in self._agrees:
            self._agrees[place] = _agree(dated(self.rows), place)
        return self._agrees[place]

    def with_rows(self, new: Sequence[Row]) -> TableRows:
        """These and the new ones, which take the place of rows with their keys."""
        keys = {row[KEY] for row in new}
        if self._keys is None:
            self._keys = {row[KEY] for row in self.rows}
        if not keys.isdisjoint(self._keys):
            return self.without(keys).with_rows(new)
        if len(new) * 8 > len(self.rows):  # most of the order is new
            return TableRows(in_order([*self.rows, *new]))
        return self._grown(new)

    def without(self, keys: Iterable[Any]) -> TableRows:
        """These, less the rows with one of these keys."""
        gone = set(keys)
        return TableRows([row for row in self.rows if row[KEY] not in gone])

    def _grown(self, new: Sequence[Row]) -> TableRows:
        """The same with a few rows more: indexes grow with it, since making them again would take most of the time."""
        grown = TableRows(self.rows.copy())
        grown._keys = {*(self._keys or ()), *(row[KEY] for row in new)}
        for row in new:
            _insert(grown.rows, row)
        for place, index in self._indexes.items():
            grown._indexes[place] = _indexed(index, place, new)
        for (place, values), rows in self._among.items():
            if values.isdisjoint(row[place] for row in new):
                grown._among[place, values] = rows
        for place, agreed in self._agrees.items():
            grown._agrees[place] = agreed and _agree([row for row in new if row[START] is not None], place)
        return grown


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows by start, then key; those without a start last, by key."""
    ordered = sorted(rows, key=_key)
    missing = [row for row in ordered if row[START] is None]
    if missing:
        ordered = [row for row in ordered if row[START] is not None]
    ordered.sort(key=_start)
    return ordered + missing


def dated(rows: list[Row]) -> list[Row]:
    """Of rows in order, those with a start."""
    if not rows or rows[-1][START] is not None:
        return rows
    return [row for row in rows if row[START] is not None]


def _merged(lists: Sequence[list[Row]]) -> list[Row]:
    """Lists in order as one in order. Python's sort takes runs that are in order as they are."""
    rows = list(chain.from_iterable(lists))
    if any(one[-1][START] is None for one in lists):
        return in_order(rows)
    rows.sort(key=_start_and_key)
    return rows


def _agree(rows: list[Row], place: int) -> bool:
    return all(row[START].date() == row[place] for row in rows)


def _insert(rows: list[Row], row: Row) -> None:
    if row[START] is None:
        rows.append(row)
        rows[:] = in_order(rows)  # rare: tables of events have a start
        return
    last = len(rows)
    while last and rows[last - 1][START] is None:
        last -= 1
    rows.insert(bisect_right(rows, (row[START], row[KEY]), 0, last, key=_start_and_key), row)


def _indexed(index: _Index, place: int, new: Sequence[Row]) -> _Index:
    grown, own = dict(index), set()
    for row in new:
        value = row[place]
        if value not in own:  # the list is still the other's
            grown[value] = list(index.get(value, ()))
            own.add(value)
        _insert(grown[value], row)
    return grown
