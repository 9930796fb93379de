"""Whole numbers looked up in an open table: where each lies, found for all rows of a column at once"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from medark.check.achilles.compiled import compiled

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Found = np.ndarray[Any, np.dtype[np.int32]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Nulls = Bools | None
_FACTOR, _LEAST_BITS = np.uint64(0x9E3779B97F4A7C15), 10
_ROOM, _ROOM_OF_MANY, _MANY = 8, 2, 1 << 20
_NONE = np.zeros(1, bool)


def nulls_and_any(nulls: Nulls) -> tuple[Bools, bool]:
    """What a compiled loop asks: which rows are NULL, and whether any may be."""
    return (_NONE, False) if nulls is None else (nulls, True)


class Places:
    """Numbers, each once, in the order in which they came; every eighth place of the table is taken at most, of many
    every other.

    >>> places = Places(np.array([70, 50]))
    >>> places.at(np.array([50, 60, 70])).tolist()
    [1, -1, 0]
    >>> places.numbered(np.array([50, 60, 60])).tolist(), places.numbers.tolist()
    ([1, 2, 2], [70, 50, 60])
    """

    def __init__(self, numbers: Numbers | None = None) -> None:
        self._held, self._many = np.zeros(0 if numbers is None else len(numbers), np.int64), 0
        self._make(len(self._held))
        if numbers is not None:
            self.add(numbers)

    def __len__(self) -> int:
        return self._many

    @property
    def numbers(self) -> Numbers:
        """What there is, as it came."""
        return self._held[: self._many]

    @property
    def opened(self) -> tuple[Numbers, Found, np.uint64]:
        """What `slot_of` asks in a compiled loop, until numbers are added."""
        return self._held, self._table, self._shift

    def add(self, numbers: Numbers) -> None:
        """More numbers; one that is there stays where it is."""
        self.numbered(numbers)

    def at(self, numbers: np.ndarray[Any, Any]) -> Found:
        """The place of each number, -1 for one that is not there."""
        found = np.empty(len(numbers), np.int32)
        _find(numbers, *self.opened, found)
        return found

    def numbered(
        self, numbers: np.ndarray[Any, Any], nulls: Nulls = None, most: int = (1 << 31) - 2, first: int = 0
    ) -> Found | None:
        """The place of each number, counted from `first`, one less where it is NULL; one that is not there is added.
        None if there are more than `most` then, and some of them are added.
        """
        found, row = np.empty(len(numbers), np.int32), 0
        is_null, has_nulls = nulls_and_any(nulls)
        while True:
            row, self._many = _number(
                numbers, is_null, has_nulls, self._held, self._many, self._table, self._shift, first, found, row
            )
            if self._many > most:
                return None
            if row == len(numbers):
                return found
            self._grow()

    def _grow(self) -> None:
        held = np.zeros(max(2 * self._many, 1 << _LEAST_BITS), np.int64)
        held[: self._many] = self.numbers
        self._held = held
        self._make(len(held))
        _fill(self._held, self._many, self._table, self._shift)

    def _make(self, numbers: int) -> None:
        bits = max((numbers * (_ROOM if numbers < _MANY else _ROOM_OF_MANY) - 1).bit_length(), _LEAST_BITS)
        self._table: Found = np.full(1 << bits, -1, np.int32)
        self._shift = np.uint64(64 - bits)


def each_once(arrays: Iterable[Numbers]) -> Numbers:
    """The numbers of all arrays, each once and in order: where most come again and again, faster than to sort them all.

    >>> each_once([np.array([7, 3, 7]), np.array([5, 3])]).tolist()
    [3, 5, 7]
    """
    places = Places()
    for numbers in arrays:
        places.add(numbers)
    return np.sort(places.numbers)


@compiled
def home(number: int, shift: np.uint64) -> np.uint64:
    """Where in an open table a number would stand if its slot were free; `shift`: 64 less the bits of a slot."""
    return (np.uint64(number) * _FACTOR) >> shift


@compiled
def slot_of(number: int, known: Numbers, table: Found, shift: np.uint64) -> np.uint64:
    """Where in the table the place of a number stands, or would."""
    slot = home(number, shift)
    while table[slot] >= 0 and known[np.uint64(table[slot])] != number:
        slot = (slot + np.uint64(1)) & np.uint64(len(table) - 1)
    return slot


@compiled
def _find(numbers: Numbers, known: Numbers, table: Found, shift: np.uint64, found: Found) -> None:
    for row in range(len(numbers)):
        found[row] = table[slot_of(np.int64(numbers[row]), known, table, shift)]


@compiled
def _number(
    numbers: Numbers, nulls: np.ndarray[Any, Any], has_nulls: bool, known: Numbers, many: int,
    table: Found, shift: np.uint64, first: int, found: Found, start: int,
) -> tuple[int, int]:  # fmt: skip
    """Until all rows are numbered or there is no room: which row is next, and how many numbers there are.

    What stands where it is NULL is looked up too: which rows these are can't be foreseen.
    """
    for row in range(start, len(numbers)):
        number, is_null = np.int64(numbers[row]), has_nulls and nulls[row]
        slot = slot_of(number, known, table, shift)
        place = np.int64(table[slot])
        if (place < 0) & (not is_null):
            if many == len(known):
                return row, many
            place = many
            known[many], table[slot] = number, place
            many += 1
        found[row] = first - 1 if is_null else place + first
    return len(numbers), many


@compiled
def _fill(known: Numbers, many: int, table: Found, shift: np.uint64) -> None:
    for place in range(many):
        table[slot_of(known[place], known, table, shift)] = place
