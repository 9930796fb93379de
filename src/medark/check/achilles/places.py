"""Whole numbers looked up in an open table: where each lies, found for all rows of a column at once"""

from __future__ import annotations

from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Found = np.ndarray[Any, np.dtype[np.int32]]
_FACTOR, _LEAST_BITS = np.uint64(0x9E3779B97F4A7C15), 10
_ROOM, _ROOM_OF_MANY, _MANY = 8, 2, 1 << 20


class Places:
    """Numbers, each once, in the order in which they came; every eighth place of the table is taken at most, of many
    every other.

    >>> places = Places(np.array([70, 50]))
    >>> places.at(np.array([50, 60, 70])).tolist()
    [1, -1, 0]
    """

    def __init__(self, numbers: Numbers | None = None) -> None:
        self.numbers = np.zeros(0, np.int64)
        self._make(_LEAST_BITS)
        if numbers is not None:
            self.add(numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, numbers: Numbers) -> None:
        """More numbers, each once, none of which is there."""
        before = len(self.numbers)
        self.numbers = np.concatenate((self.numbers, numbers.astype(np.int64)))
        room = _ROOM if len(self.numbers) < _MANY else _ROOM_OF_MANY
        bits = (len(self.numbers) * room - 1).bit_length()
        if bits > self._bits:
            self._make(bits)
            before = 0
        self._fill(np.arange(before, len(self.numbers)))

    def at(self, numbers: np.ndarray[Any, Any]) -> Found:
        """The place of each number, -1 for one that is not there."""
        if not len(self.numbers):
            return np.full(len(numbers), -1, np.int32)
        numbers = numbers.astype(np.int64, copy=False)
        slots = self._slots(numbers)
        found = self._table.take(slots, mode="clip")
        # Where there is nothing (-1) it is compared with the first number, which is in its own place. (To clip is what
        # lets numpy take by short numbers as they are.)
        is_other = self.numbers.take(found, mode="clip") != numbers
        if is_other.any():
            self._look_further(numbers, slots, found, np.flatnonzero(is_other))
        return found

    def _look_further(self, numbers: Numbers, slots: Numbers, found: Found, rest: Numbers) -> None:
        slots, mask = slots[rest], len(self._table) - 1
        while len(rest):
            has_more = found[rest] >= 0
            rest = rest[has_more]
            slots = (slots[has_more] + 1) & mask
            next_ = self._table[slots]
            found[rest] = next_
            is_other = self.numbers[next_] != numbers[rest]
            rest, slots = rest[is_other], slots[is_other]

    def _make(self, bits: int) -> None:
        self._bits = bits
        self._table: Found = np.full(1 << bits, -1, np.int32)

    def _fill(self, places: Numbers) -> None:
        slots, mask = self._slots(self.numbers[places]), len(self._table) - 1
        while len(places):
            is_free = self._table[slots] < 0
            self._table[slots[is_free]] = places[is_free]
            is_left = self._table[slots] != places
            places = places[is_left]
            slots = (slots[is_left] + 1) & mask

    def _slots(self, numbers: Numbers) -> Numbers:
        mixed = numbers.view(np.uint64) * _FACTOR
        mixed >>= np.uint64(64 - self._bits)
        return mixed.view(np.int64)
