"""Rows of one person as arrays: a column that the reader may not see is one of nothing"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NEVER: Final = np.iinfo(np.int64).min  # in the place of a moment that nothing tells
_START: Final = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of one person."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def longs(self, column: str) -> Longs:
        """Whole numbers; 0 for null."""
        if column not in self.table.column_names:
            return np.zeros(len(self), np.int64)
        cells = self.table.column(column)
        cells = cells.fill_null(0) if cells.null_count else cells
        found: Longs = cells.to_numpy().astype(np.int64, copy=False)
        return found

    def floats(self, column: str) -> Floats:
        """Numbers; NaN for null."""
        if column not in self.table.column_names:
            return np.full(len(self), np.nan)
        found: Floats = self.table.column(column).to_numpy()
        return found

    def moments(self, column: str, day: str = "") -> Longs:
        """Milliseconds since 1970 of a local moment, else of the day's beginning; `NEVER` where neither is told."""
        found = [self.table.column(one) for one in (column, day) if one in self.table.column_names]
        told: list[Longs] = [
            one.to_numpy().astype("M8[ms]").view(np.int64) for one in found if one.null_count < len(one)
        ]
        if not told:
            return np.full(len(self), NEVER)
        return told[0] if len(told) == 1 else np.where(told[0] == NEVER, told[1], told[0])

    def texts(self, column: str) -> tuple[Longs, list[str]]:
        """Texts as numbers of a list of those that there are; "" for null."""
        if column not in self.table.column_names:
            return np.zeros(len(self), np.int64), [""]
        told = self.table.column(column).fill_null("").combine_chunks().dictionary_encode()
        told = told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told
        return told.indices.to_numpy().astype(np.int64), told.dictionary.to_pylist()

    def is_in(self, column: str, keys: frozenset[int]) -> Bools:
        """Which rows have one of some keys."""
        return np.isin(self.longs(column), list(keys)) if keys else np.zeros(len(self), np.bool_)

    def where(self, kept: Bools) -> Rows:
        """Some of the rows."""
        return self if kept.all() else Rows(self.table.filter(pa.array(kept)))

    def of(self, places: Longs, *columns: str) -> list[dict[str, Any]]:
        """Some rows, as they are; None for what is not there."""
        taken = pa.array(places)
        cells = [self._cells(column, taken) for column in columns]
        return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]

    def _cells(self, column: str, places: pa.Array) -> list[Any]:
        there = column in self.table.column_names
        return self.table.column(column).take(places).to_pylist() if there else [None] * len(places)


def moment(ms: int) -> dt.datetime:
    """Local milliseconds since 1970 as a moment.

    >>> moment(1_000)
    datetime.datetime(1970, 1, 1, 0, 0, 1)
    """
    return _START + dt.timedelta(milliseconds=ms)


def ms_of(at: dt.datetime | dt.date) -> int:
    """The other way round; of a day its beginning."""
    day = at if isinstance(at, dt.datetime) else dt.datetime.combine(at, dt.time())
    return (day - _START) // dt.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows in the order of their group, and of time within it: the places of group `i` are order[start[i]:end[i]]."""

    order: Longs
    starts: Longs
    ends: Longs

    @property
    def first(self) -> Longs:
        """The place of each group's first row."""
        return self.order[self.starts]

    @property
    def last(self) -> Longs:
        """The place of each group's last row."""
        return self.order[self.ends - 1]

    def sums(self, held: Bools) -> Longs:
        """Of how many rows of each group something holds."""
        return np.add.reduceat(held[self.order].astype(np.int64), self.starts)

    def rows(self, no: int) -> Longs:
        """The places of one group's rows."""
        return self.order[self.starts[no] : self.ends[no]]


def grouped(keys: Longs, at: Longs) -> Grouped:
    """Groups of rows with the same key."""
    order = np.lexsort((at, keys))
    if not len(order):
        return Grouped(order, order, order)
    held = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], held[1:] != held[:-1])))
    return Grouped(order, starts, np.append(starts[1:], len(order)))


def concepts(rows: Rows, concept: str, source_concept: str, source_text: str) -> tuple[Longs, list[str]]:
    """A key for each row: its concept, else that of its source's code, else (below 0) the source's own word.

    Of key -1 - i the word is the i-th of the list.
    """
    keys = rows.longs(concept)
    if keys.all():
        return keys, []
    keys = np.where(keys == 0, rows.longs(source_concept), keys)
    if keys.all():
        return keys, []
    numbers, words = rows.texts(source_text)
    return np.where(keys == 0, -1 - numbers, keys), words
