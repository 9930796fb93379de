"""Numbers counted as they come: in an open table while there are few different ones, or each in a place of its own"""

from __future__ import annotations

from typing import Any

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import home

_Numbers = np.ndarray[Any, Any]
_LEAST_BITS, _MORE_BITS = 15, 2  # of a slot's place: at first, with each growth
MOST_BITS, FEW_BITS = 19, _LEAST_BITS
MOST_ROWS = 1 << 31  # that numbers in a place of their own are counted of
_NONE = -1


class FewNumbers:
    """How often each number that is not below 0 came; with half of 2 ** `bits` slots taken it counts no more.

    >>> few = FewNumbers()
    >>> few.count(np.array([7, 3, 7]))
    3
    >>> [one.tolist() for one in few.taken()]
    [[3, 7], [1, 2]]
    """

    def __init__(self, bits: int = MOST_BITS) -> None:
        self._most = bits
        self._clear()

    def count(self, numbers: _Numbers) -> int:
        """Count numbers; how many of them were, before one came for which there is no room. From then on none is."""
        row = 0
        while not self._is_full and row < len(numbers):
            row, self._many = _count(numbers, row, self._table, self._shift, self._many)
            self._is_full = row < len(numbers) and not self._grow()
        return row

    def taken(self) -> tuple[_Numbers, _Numbers]:
        """The numbers in order and how often each came; there are none then, and there is room again."""
        used = self._table[self._table[:, 0] != _NONE]
        used = used[np.argsort(used[:, 0])]
        self._clear()
        return used[:, 0], used[:, 1]

    def _grow(self) -> bool:
        """Is there more room now?"""
        bits = min(self._bits + _MORE_BITS, self._most) if self._bits else _LEAST_BITS
        if bits == self._bits:
            return False
        before = self._table
        self._make(bits)
        _fill(before, self._table, self._shift)
        return True

    def _make(self, bits: int) -> None:
        """A row for each slot: a number, and how often it came."""
        self._bits, self._shift = bits, np.uint64(64 - bits)
        self._table = np.zeros((1 << bits if bits else 0, 2), np.int64)
        self._table[:, 0] = _NONE

    def _clear(self) -> None:
        self._make(0)
        self._many, self._is_full = 0, False


class AllNumbers:
    """How often each number below 2 ** `bits` came, of less than `MOST_ROWS` rows. Memory is taken only where there are
    numbers.

    >>> every = AllNumbers(3)
    >>> every.count(np.array([7, 3, 7]))
    >>> [one.tolist() for one in every.taken()]
    [[3, 7], [1, 2]]
    """

    def __init__(self, bits: int) -> None:
        self._counts, self.rows = np.zeros(1 << bits, np.int32), 0

    def count(self, numbers: _Numbers) -> None:
        """Count numbers."""
        _count_all(numbers, self._counts)
        self.rows += len(numbers)

    def taken(self) -> tuple[_Numbers, _Numbers]:
        """The numbers in order and how often each came."""
        numbers = np.flatnonzero(self._counts)
        return numbers, self._counts[numbers].astype(np.int64)


@compiled
def _count_all(numbers: _Numbers, counts: _Numbers) -> None:
    for row in range(len(numbers)):
        counts[numbers[row]] += 1


@compiled
def _slot_of(number: int, table: _Numbers, shift: np.uint64) -> np.uint64:
    """Where in the table a number stands, or would."""
    slot = home(number, shift)
    while table[slot, 0] != _NONE and table[slot, 0] != number:
        slot = (slot + np.uint64(1)) & np.uint64(len(table) - 1)
    return slot


@compiled
def _count(numbers: _Numbers, start: int, table: _Numbers, shift: np.uint64, many: int) -> tuple[int, int]:
    """Until all are counted or half of the slots are taken: which is next, and how many different numbers there are."""
    if not len(table):
        return start, many
    for row in range(start, len(numbers)):
        number = np.int64(numbers[row])
        slot = _slot_of(number, table, shift)
        if table[slot, 0] == _NONE:
            if many == len(table) // 2:
                return row, many
            table[slot, 0] = number
            many += 1
        table[slot, 1] += 1
    return len(numbers), many


@compiled
def _fill(known: _Numbers, table: _Numbers, shift: np.uint64) -> None:
    for row in range(len(known)):
        if known[row, 0] != _NONE:
            slot = _slot_of(known[row, 0], table, shift)
            table[slot, 0], table[slot, 1] = known[row, 0], known[row, 1]
