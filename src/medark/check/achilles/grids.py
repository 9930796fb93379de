"""Rows counted by concept and by what else is told of them: in a table of both, where they are many beside its cells

Rows that come in the order of concepts find their cells in the processor's cache, and need not be sorted once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from medark.check.achilles.coders import Coder, Codes
from medark.check.achilles.compiled import compiled
from medark.check.achilles.layout import Cut
from medark.check.achilles.packed import Packed
from medark.check.achilles.places import Places
from medark.check.achilles.tallies import Tally
from medark.check.achilles.windows import kind_of

_Numbers = np.ndarray[Any, Any]
_ROOM, _FEW, _MOST = 2, 1 << 14, 1 << 23  # cells: to a row; whatever the rows are; at most
_DENSE_BITS = 20


class Grid:
    """What a `Tally` is, of which the first column is a concept."""

    def __init__(self, names: Sequence[str], measure: str = "n", needs: Sequence[str] = ()) -> None:
        self._tally, self._bits = Tally(names, measure, needs), tuple[int, ...]()
        self._clear()

    def bits(self, coders: Sequence[Coder]) -> tuple[int, ...] | None:
        """How many bits of a row's number the code of each column takes; None if they don't fit into a number."""
        if not self._tally.is_as_before(coders):
            self._end()
        found = self._tally.bits(coders)
        self._bits = found or ()
        return found

    def add(self, coders: Sequence[Coder], columns: Sequence[Codes], rows: int) -> bool:
        """Count some rows by the codes of their columns; False, and nothing is counted, if they don't fit."""
        return self.bits(coders) is not None and self._tally.add(coders, columns, rows)

    def put(self, rows: _Numbers, cut: Cut, concepts: int, of: _Numbers, kinds: _Numbers) -> None:
        """Count rows by the code of their concept, of which there are so many, and by their kind: all of the other
        columns' codes as one number. `of`: by the other number that `cut` cuts out of a row, which of `kinds` it is.
        """
        cells = concepts * len(kinds)
        if cells > min(_MOST, max(_ROOM * len(rows), _FEW)):
            keys = np.left_shift(rows >> cut.concept, sum(self._bits[1:]), dtype=np.int64)
            keys |= kinds.take(of).take((rows & cut.others) >> cut.bits, mode="clip")
            self._tally.put(keys.astype(kind_of(sum(self._bits))))
            return
        columns = self._columns(concepts, kinds)
        _tabulate(rows, *cut, of, columns, self._counts)

    def put_counted(self, keys: _Numbers, counts: _Numbers) -> None:
        """Numbers in order, each once, and how often each is there."""
        self._tally.put_counted(keys, counts)

    def found(self) -> list[Packed]:
        """What was counted, in parts that have to be added up."""
        self._end()
        return self._tally.found()

    def _columns(self, concepts: int, kinds: _Numbers) -> _Numbers:
        """The column of each kind, where there is a row for each of so many concepts."""
        found = self._places.numbered(kinds)
        assert found is not None
        rows, columns = max(concepts, len(self._counts)), len(self._places)
        if rows > self._counts.shape[0] or columns > self._counts.shape[1]:
            larger = np.zeros((rows, max(columns, self._counts.shape[1])), np.int64)
            larger[: self._counts.shape[0], : self._counts.shape[1]] = self._counts
            self._counts = larger
        return found

    def _end(self) -> None:
        concept, place = np.nonzero(self._counts)
        if len(concept):
            keys = concept << sum(self._bits[1:]) | self._places.numbers[place]
            order = np.argsort(keys)
            counts = self._counts[concept, place]
            self._tally.put_counted(keys[order].astype(kind_of(sum(self._bits))), counts[order])
        self._clear()

    def _clear(self) -> None:
        self._places, self._counts = Places(), np.zeros((0, 0), np.int64)


@compiled
def _tabulate(
    rows: _Numbers, shift: int, others: int, bits: int, of: _Numbers, columns: _Numbers, counts: _Numbers
) -> None:
    for row in rows:
        told = np.uint64(row)
        kind = np.uint64(of[(told & np.uint64(others)) >> np.uint64(bits)])
        counts[told >> np.uint64(shift), np.uint64(columns[kind])] += 1


def compacted(codes: _Numbers, bits: int) -> tuple[_Numbers, _Numbers]:
    """Numbers of so many bits: those that there are, in order, and where each lies among them."""
    if bits > _DENSE_BITS:
        kinds, at = np.unique(codes, return_inverse=True)
        return kinds, at.astype(np.int32)
    is_there = np.zeros(1 << bits, bool)
    is_there[codes] = True
    kinds = np.flatnonzero(is_there)
    place = np.zeros(1 << bits, np.int32)
    place[kinds] = np.arange(len(kinds))
    return kinds, place.take(codes, mode="clip")
