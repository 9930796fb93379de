"""Which of many numbers are among some: most are not, and for these a bit in the processor's cache tells"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Numbers, Places, home

_ROOM, _LEAST_BITS = 16, 10  # bits to a number; bits of a bit's place at least


class Among:
    """Some numbers to look for.

    >>> among = Among(np.array([70, 50, 70]))
    >>> among.where(np.array([50, 60, 70, 50])).tolist(), among.numbers.tolist()
    ([0, 2, 3], [70, 50])
    >>> [one.tolist() for one in among.met(np.array([50, 60, 70, 50]))]
    [[0, 2, 3], [1, 0, 1]]
    """

    def __init__(self, numbers: Numbers) -> None:
        self._places = Places(numbers)
        bits = max((len(self._places) * _ROOM - 1).bit_length(), _LEAST_BITS)
        self._marks, self._shift = np.zeros(1 << bits >> 3, np.uint8), np.uint64(64 - bits)
        _mark(self._places.numbers, self._marks, self._shift)

    @property
    def numbers(self) -> Numbers:
        """Those to look for, each once, in the order in which they were told."""
        return self._places.numbers

    def where(self, numbers: Numbers) -> Numbers:
        """At which places there is one of them."""
        return self.met(numbers)[0]

    def met(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """At which places there is one of them, and which."""
        at = np.empty(len(numbers) + 1, np.int64)
        likely = at[: _find(numbers, self._marks, self._shift, at)]
        of = self._places.at(numbers[likely])
        is_there = of >= 0
        return likely[is_there], of[is_there].astype(np.int64)


@compiled
def _mark(numbers: Numbers, marks: np.ndarray, shift: np.uint64) -> None:
    for number in numbers:
        place = home(number, shift)
        marks[place >> np.uint64(3)] |= np.uint8(1) << np.uint8(place & np.uint64(7))


@compiled
def _find(numbers: Numbers, marks: np.ndarray, shift: np.uint64, at: Numbers) -> int:
    """Each place is put, and stays where a bit is set: which they are can't be foreseen."""
    many = 0
    for row in range(len(numbers)):
        place = home(numbers[row], shift)
        at[many] = row
        many += marks[place >> np.uint64(3)] >> np.uint8(place & np.uint64(7)) & 1
    return many
