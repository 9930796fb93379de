"""Rows of one person as arrays: a column that the reader may not see is one of nothing"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NEVER: Final = np.iinfo(np.int64).min  # in the place of a moment that nothing tells
_START: Final = dt.datetime(1970, 1, 1)
_MILLISECONDS: Final = pa.timestamp("ms")


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
        return cells.to_numpy().astype(np.int64, copy=False)

    def floats(self, column: str) -> Floats:
        """Numbers; NaN for null."""
        if column not in self.table.column_names:
            return np.full(len(self), np.nan)
        return self.table.column(column).to_numpy()

    def moments(self, column: str, day: str = "") -> Longs:
        """Milliseconds since 1970 of a local moment, else of the day's beginning; `NEVER` where neither is told."""
        found = [self.table.column(one) for one in (column, day) if one in self.table.column_names]
        told = [one.cast(_MILLISECONDS, safe=False) for one in found if one.null_count < len(one)]
        if not told:
            return np.full(len(self), NEVER)
        cells = told[0] if len(told) == 1 or not told[0].null_count else pc.coalesce(*told)
        return cells.cast(pa.int64()).fill_null(NEVER).to_numpy()

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
        there = [column for column in columns if column in self.table.column_names]
        rows = self.table.select(there).take(pa.array(places)).to_pylist()
        return [dict.fromkeys(columns) | row for row in rows]


def moment(ms: int) -> dt.datetime:
    """Local milliseconds since 1970 as a moment.

    >>> moment(1_000)
    datetime.datetime(1970, 1, 1, 0, 0, 1)
    """
    return _START + dt.timedelta(milliseconds=int(ms))


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
