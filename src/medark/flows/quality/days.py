"""What is kept of the days of a data file's rows: how many rows each person has, and those that lie after a day

Enough to say which rows lie after any later day, so that nobody's rows are read because they died.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from medark.flows.quality.digests import Keys
from medark.model.omop import lake_columns
from medark.model.table import Type

Numbers = np.ndarray[Any, np.dtype[np.uint32]]
Ordinals = np.ndarray[Any, np.dtype[np.int32]]  # days since 1970
_MICROSECONDS = 86_400_000_000  # of a day
_ONE_IN, _FEW = 8, 10_000  # so many rows of a file may lie after the day: of more, none are kept


@dataclass(frozen=True, slots=True)
class Days:
    """`rows`: how many each of a file's people has; `filled`: how many of them have a day, where only some do; `empty`:
    columns without any; `late`: by column, whose days lie after `until`, sorted, and those days.
    """

    until: int
    rows: Numbers
    filled: Mapping[str, Numbers] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    late: Mapping[str, tuple[Keys, Ordinals]] = field(default_factory=dict)


def day_columns(table: str) -> list[str]:
    """The columns of a table that have days."""
    return [column.name for column in lake_columns(table) if column.type in (Type.DATE, Type.DATETIME)]


class Counting:
    """Makes them of a file's rows, piece after piece."""

    def __init__(self, columns: Sequence[str], until: int) -> None:
        self._columns, self._until = columns, until
        self._people: list[Keys] = []
        self._rows: list[Numbers] = []
        self._filled: dict[str, list[Numbers]] = {name: [] for name in columns}
        self._late: dict[str, list[tuple[Keys, Ordinals]]] = {name: [] for name in columns}

    def add(self, people: Keys, cells: Iterable[pa.Array]) -> None:
        """Rows: whose they are, and their days by column."""
        if not len(people):
            return
        starts = starts_of(people)
        rows = np.diff(starts, append=len(people)).astype(np.uint32)
        self._people.append(people[starts])
        self._rows.append(rows)
        for name, days in zip(self._columns, cells, strict=True):
            self._filled[name].append(_filled(days, starts, rows))
            if days.null_count < len(days):
                self._late[name].append(_late(days, people, self._until))

    def made(self) -> tuple[Keys, Days | None]:
        """People, each once and sorted, and what is told of them; None where too much lies after the day."""
        people = np.concatenate([np.zeros(0, np.int64), *self._people])
        order = None if bool((people[1:] >= people[:-1]).all()) else np.argsort(people, kind="stable")
        people = people if order is None else people[order]
        starts = starts_of(people)
        rows = _summed(self._rows, order, starts)
        late = {name: _sorted(some) for name, some in self._late.items()}
        if any(len(who) > max(int(rows.sum()) // _ONE_IN, _FEW) for who, _ in late.values()):
            return people[starts], None
        filled = {name: _summed(some, order, starts) for name, some in self._filled.items()}
        empty = frozenset(name for name, some in filled.items() if not some.any())
        some = {name: one for name, one in filled.items() if name not in empty and not np.array_equal(one, rows)}
        found = Days(self._until, rows, some, empty, {name: one for name, one in late.items() if len(one[0])})
        return people[starts], found


def rows_of(people: Keys, days: Days, who: Keys, kinds: pa.Schema) -> pa.Table:
    """Rows of some of a file's people that have as many days as theirs, column by column, and the same ones after
    `until`; NULL where a column has no days.
    """
    place = np.searchsorted(people, who)
    rows = days.rows[place].astype(np.int64)
    first = np.cumsum(rows) - rows
    within = np.arange(int(rows.sum())) - np.repeat(first, rows)
    cells = {"person_id": pa.array(np.repeat(who, rows))}
    for name in kinds.names:
        if pa.types.is_temporal(kinds.field(name).type) and name not in days.empty:
            found = np.full(len(within), days.until, np.int32)
            whose, late = days.late.get(name, _NONE)
            at, is_mine = _places(who, whose)
            found[first[at[is_mine]] + _ranks(whose[is_mine])] = late[is_mine]
            has_none = within >= np.repeat(days.filled[name][place], rows) if name in days.filled else None
            cells[name] = pa.array(found, pa.int32(), mask=has_none).cast(pa.date32())
    arrays = [cells[one.name].cast(one.type) if one.name in cells else pa.nulls(len(within), one.type) for one in kinds]
    return pa.table(arrays, schema=kinds)


_NONE = np.zeros(0, np.int64), np.zeros(0, np.int32)


def starts_of(people: Keys) -> Keys:
    """Where another person's rows begin."""
    is_other = np.ones(len(people), np.bool_)
    is_other[1:] = people[1:] != people[:-1]
    return np.flatnonzero(is_other)


def days_of(cells: pa.Array) -> Ordinals:
    """The days of dates or points in time, since 1970; of a row that has none, any."""
    if pa.types.is_date32(cells.type):
        whole = cells.cast(pa.int32())
        found: Ordinals = (whole.fill_null(0) if cells.null_count else whole).to_numpy()
        return found
    moments = cells.cast(pa.int64())
    return ((moments.fill_null(0) if cells.null_count else moments).to_numpy() // _MICROSECONDS).astype(np.int32)


def _filled(days: pa.Array, starts: Keys, rows: Numbers) -> Numbers:
    if not days.null_count:
        return rows
    if days.null_count == len(days):
        return np.zeros(len(rows), np.uint32)
    has_day = np.asarray(days.is_valid().to_numpy(zero_copy_only=False), np.uint32)
    return np.add.reduceat(has_day, starts, dtype=np.uint32)


def _late(days: pa.Array, people: Keys, until: int) -> tuple[Keys, Ordinals]:
    is_of_days = pa.types.is_date32(days.type)
    whole = days.cast(pa.int32() if is_of_days else pa.int64())
    least = until + 1 if is_of_days else (until + 1) * _MICROSECONDS
    numbers = (whole.fill_null(least - 1) if whole.null_count else whole).to_numpy()
    which = np.flatnonzero(numbers >= least)
    found = numbers[which] if is_of_days else numbers[which] // _MICROSECONDS
    return people[which], found.astype(np.int32)


def _summed(pieces: Sequence[Numbers], order: Keys | None, starts: Keys) -> Numbers:
    whole = np.concatenate([np.zeros(0, np.uint32), *pieces])
    if not len(whole):
        return whole
    found: Numbers = np.add.reduceat(whole if order is None else whole[order], starts, dtype=np.uint32)
    return found


def _sorted(pieces: Sequence[tuple[Keys, Ordinals]]) -> tuple[Keys, Ordinals]:
    people = np.concatenate([_NONE[0], *(who for who, _ in pieces)])
    days = np.concatenate([_NONE[1], *(late for _, late in pieces)])
    order = np.argsort(people, kind="stable")
    return people[order], days[order]


def _places(who: Keys, whose: Keys) -> tuple[Keys, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Where each of `whose` is in `who`, and is it there."""
    at = np.minimum(np.searchsorted(who, whose), len(who) - 1)
    return at, np.asarray(who[at] == whose)


def _ranks(whose: Keys) -> Keys:
    """The how manieth of its person each is; sorted by person."""
    starts = starts_of(whose)
    return np.arange(len(whose)) - np.repeat(starts, np.diff(starts, append=len(whose)))
