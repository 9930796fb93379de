"""Numbers that come some at a time, one after another in memory that is used again: new memory costs time"""

from __future__ import annotations

from typing import Any

import numpy as np

Numbers = np.ndarray[Any, Any]
_LEAST = 1 << 14


class Pile:
    """Grows to what it held at most, and stays so.

    >>> pile = Pile(np.int32)
    >>> pile.put(np.array([3, 1]))
    >>> pile.put(np.array([2]))
    >>> pile.numbers().tolist()
    [3, 1, 2]
    """

    def __init__(self, kind: type[np.int32] | type[np.int64]) -> None:
        self.kind = kind
        self._held: Numbers = np.empty(0, kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, numbers: Numbers) -> None:
        """More of them."""
        self.room(len(numbers))[:] = numbers
        self.take(len(numbers))

    def room(self, many: int) -> Numbers:
        """Memory for so many more, to be filled and taken."""
        end = self._size + many
        if end > len(self._held):
            larger = np.empty(max(end, 2 * len(self._held), _LEAST), self.kind)
            larger[: self._size] = self.numbers()
            self._held = larger
        return self._held[self._size : end]

    def take(self, many: int) -> None:
        """The first of those that there was room for are there now."""
        self._size += many

    def numbers(self) -> Numbers:
        """Those that there are, as they lie here: to be changed in place."""
        return self._held[: self._size]

    def clear(self) -> None:
        """There are none."""
        self._size = 0
