"""Rows of a sum in groups that are alike in some strata, and what is added up of each"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from medark.check.achilles.columns import Coded, Numbers

_MOST: Final = 1 << 62  # different numbers of a row
_ROOM: Final = 4  # so many more numbers than rows may each have a place of their own


class Groups:
    """Groups of rows by strata; of no strata all rows are one, be there none.

    `strata`: those of each group.
    """

    def __init__(self, strata: Sequence[Coded], rows: int) -> None:
        self._size, self._at = 1, np.zeros(rows, np.int64)
        for one in (one for one in strata if len(one.values) > 1):
            if self._size * len(one.values) > _MOST:
                self._narrow()
            self._at = self._at * len(one.values) + one.codes if self._size > 1 else one.codes
            self._size *= len(one.values)
        if self._size > _ROOM * rows + 1024:
            self._narrow()
        often = np.bincount(self._at, minlength=self._size) if strata else np.ones(1, np.int64)
        self._there = np.flatnonzero(often)
        some = np.empty(self._size, np.int64)
        some[self._at] = np.arange(rows)  # whichever row of a group, they have the same strata
        self.strata = [one.at(some[self._there]) for one in strata]

    def __len__(self) -> int:
        return len(self._there)

    def of_rows(self) -> Numbers:
        """Which group each row is in."""
        return np.searchsorted(self._there, self._at)

    def _narrow(self) -> None:
        """Numbers of rows by those that there are."""
        there, self._at = np.unique(self._at, return_inverse=True)
        self._size = len(there)

    def added(self, amounts: Numbers) -> Numbers:
        """What is added up of each group."""
        found = np.zeros(self._size, np.int64)
        np.add.at(found, self._at, amounts)
        return found[self._there]
