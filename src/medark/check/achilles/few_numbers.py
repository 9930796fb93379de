"""Numbers counted in a small open table as they come, as long as there are few different ones"""

from __future__ import annotations

from typing import Any

import numpy as np

from medark.check.achilles.compiled import compiled

_Numbers = np.ndarray[Any, Any]
_FACTOR, _BITS = np.uint64(0x9E3779B97F4A7C15), 15
_SHIFT, _FEW = np.uint64(64 - _BITS), 1 << _BITS - 1


class FewNumbers:
    """How often each number that is not below 0 came; full, it counts no other one.

    >>> few = FewNumbers()
    >>> few.count(np.array([7, 3, 7]))
    3
    >>> [one.tolist() for one in few.taken()]
    [[3, 7], [1, 2]]
    """

    def __init__(self) -> None:
        self._clear()

    def count(self, numbers: _Numbers) -> int:
        """Count numbers; how many of them were, before one came for which there is no room. From then on none is."""
        if self._is_full:
            return 0
        if not len(self._keys):
            self._keys, self._counts = np.full(1 << _BITS, -1, np.int64), np.zeros(1 << _BITS, np.int64)
        rows, self._many = _count(numbers, self._keys, self._counts, self._many)
        self._is_full = rows < len(numbers)
        return int(rows)

    def taken(self) -> tuple[_Numbers, _Numbers]:
        """The numbers in order and how often each came; there are none then, and there is room again."""
        used = np.flatnonzero(self._counts)
        order = used[np.argsort(self._keys[used])]
        found = self._keys[order], self._counts[order]
        self._clear()
        return found

    def _clear(self) -> None:
        self._keys, self._counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._many, self._is_full = 0, False


@compiled
def _count(numbers: _Numbers, keys: _Numbers, counts: _Numbers, many: int) -> tuple[int, int]:
    mask, last, slot = len(keys) - 1, np.int64(-1), np.int64(0)
    for row in range(len(numbers)):
        number = np.int64(numbers[row])
        if number != last:
            slot = np.int64((np.uint64(number) * _FACTOR) >> _SHIFT)
            while keys[slot] >= 0 and keys[slot] != number:
                slot = (slot + 1) & mask
            if keys[slot] < 0:
                if many == _FEW:
                    return row, many
                keys[slot] = number
                many += 1
            last = number
        counts[slot] += 1
    return len(numbers), many
