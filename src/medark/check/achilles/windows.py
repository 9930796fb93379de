"""Codes of several columns as one number of few bits: of each column those in which its codes differ so far

A column with one code for all rows takes none, so that what is counted by many columns may be few enough numbers for
each to have a place of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from medark.check.achilles.coders import Codes
from medark.check.achilles.compiled import compiled

_Numbers = np.ndarray[Any, Any]


def kind_of(bits: int) -> type[np.int32] | type[np.int64]:
    """What holds so many bits of what is never below 0."""
    return np.int32 if bits <= 31 else np.int64


class Windows:
    """Of each column the least code, and how many bits the distance of the others from it takes. `is_whole`: all that
    codes may be, before any came.

    >>> windows = Windows.whole([4, 4]).widened([5, np.array([7, 9])])
    >>> windows.packed([5, np.array([9, 7, 8])], 3).tolist()
    [2, 0, 1]
    >>> windows.packed([6, np.array([9, 7, 8])], 3) is None
    True
    >>> windows.moved(np.array([2, 0]), Windows.whole([4, 4])).tolist()
    [89, 87]
    """

    def __init__(self, of: Sequence[tuple[int, int]], is_whole: bool = False) -> None:
        self._of, self.is_whole = tuple(of), is_whole

    @classmethod
    def whole(cls, bits: Sequence[int]) -> Windows:
        """All codes of so many bits."""
        return cls([(0, one) for one in bits], is_whole=True)

    @property
    def bits(self) -> int:
        """Of a row's number."""
        return sum(bits for _, bits in self._of)

    def widened(self, columns: Sequence[Codes]) -> Windows:
        """Those that take in these codes too; of what is whole these alone."""
        found = []
        for (low, bits), codes in zip(self._of, columns, strict=True):
            least, most = (codes, codes) if isinstance(codes, int) else _ends(codes)
            if not self.is_whole:
                least, most = min(least, low), max(most, low + (1 << bits) - 1)
            found.append((least, (most - least).bit_length()))
        return Windows(found)

    def packed(self, columns: Sequence[Codes], rows: int) -> _Numbers | None:
        """One number for each row, in the order of the codes; None if one of them lies outside."""
        kind, at = kind_of(self.bits), self.bits
        found: _Numbers | None = None
        for (low, bits), codes in zip(self._of, columns, strict=True):
            at -= bits
            if isinstance(codes, int):
                fits, one = (codes - low) >> bits == 0, (codes - low) << at
                if one and fits:
                    found = np.zeros(rows, kind) if found is None else found
                    found += kind(one)
            else:
                is_first, found = found is None, np.empty(rows, kind) if found is None else found
                fits = _put(codes, low, bits, at, is_first, found)
            if not fits:
                return None
        return np.zeros(rows, kind) if found is None else found

    def moved(self, numbers: _Numbers, to: Windows) -> _Numbers:
        """The same numbers by other windows, which are as wide at least: in the same order."""
        found, at, end = np.zeros(len(numbers), kind_of(to.bits)), self.bits, to.bits
        for (low, bits), (least, width) in zip(self._of, to._of, strict=True):
            at, end = at - bits, end - width
            found |= (((numbers >> at) & ((1 << bits) - 1)).astype(found.dtype) + found.dtype.type(low - least)) << end
        return found


@compiled
def _ends(codes: _Numbers) -> tuple[int, int]:
    """The least and the greatest."""
    least, most = np.int64(codes[0]), np.int64(codes[0])
    for row in range(len(codes)):
        least, most = min(least, np.int64(codes[row])), max(most, np.int64(codes[row]))
    return least, most


@compiled
def _put(codes: _Numbers, low: int, bits: int, at: int, is_first: bool, found: _Numbers) -> bool:
    """The bits of a column's codes, in place; do all lie inside?"""
    outside = np.int64(0)
    for row in range(len(codes)):
        code = np.int64(codes[row]) - low
        outside |= code >> bits
        found[row] = code << at if is_first else found[row] | code << at
    return outside == 0
