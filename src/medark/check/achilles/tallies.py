"""How many rows there are of each combination of codes: each row one number, the numbers counted or sorted

Where there are few different numbers they are counted in a table that stays in the processor's cache, or where there
may be few, each in a place of its own; where there are many, they are sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from medark.check.achilles.coders import Coder, Codes
from medark.check.achilles.compiled import compiled
from medark.check.achilles.few_numbers import FEW_BITS, MOST_BITS, MOST_ROWS, AllNumbers, FewNumbers
from medark.check.achilles.packed import MOST_BITS as PACKED_BITS
from medark.check.achilles.packed import Packed, merged
from medark.check.achilles.pile import Pile
from medark.check.achilles.windows import Windows, kind_of

_PENDING, _MOST_PENDING = 1 << 22, 1 << 24
_ALL_BITS, _AT_ONCE_BITS = 24, 17  # of numbers that each have a place of their own; that have it at once
_SOME_BITS = 6  # there are places for one row in so many
_Numbers = np.ndarray[Any, Any]


class Tally:
    """Counts rows by some columns; when a column is coded otherwise, or needs more bits, another part begins."""

    def __init__(self, names: Sequence[str], measure: str = "n", needs: Sequence[str] = ()) -> None:
        self._names, self._measure, self._needs = tuple(names), measure, tuple(needs)
        self._parts: list[Packed] = []
        self._coders: tuple[Coder, ...] = ()
        self._bits: tuple[int, ...] = ()
        self._sorted: tuple[_Numbers, _Numbers] | None = None
        self._begin(self._whole())

    def add(
        self, coders: Sequence[Coder], columns: Sequence[Codes], rows: int, left_out: _Numbers | None = None
    ) -> bool:
        """Count some rows; False, and nothing is counted, if their codes don't fit into a number.

        `left_out`: which of them have nothing that is needed, whatever their codes say.
        """
        if self.bits(coders) is None:
            return False
        if left_out is not None:
            columns = [*columns[:-1], _without(columns[-1], rows, left_out)]
        if rows:
            self._count(self._packed(columns, rows))
        return True

    def bits(self, coders: Sequence[Coder]) -> tuple[int, ...] | None:
        """How many bits of a row's number the code of each column takes; None if they don't fit into a number."""
        if not self.is_as_before(coders):
            self._end()
            self._coders, self._bits = tuple(coders), tuple(one.bits for one in coders)
            self._begin(self._whole())
        return self._bits if sum(self._bits) <= PACKED_BITS else None

    def put(self, keys: _Numbers) -> None:
        """Count some rows that are numbers already, of `bits`."""
        self._count(keys)

    def put_counted(self, keys: _Numbers, counts: _Numbers) -> None:
        """Numbers of `bits` in order, each once, and how many rows there are of each."""
        self._merge(keys, counts)

    def found(self) -> list[Packed]:
        """What was counted, in parts that have to be added up."""
        self._end()
        return self._parts

    def is_as_before(self, coders: Sequence[Coder]) -> bool:
        """Are these those of the rows before, and do codes still fit?"""
        return len(self._coders) == len(coders) and all(
            one is other and one.fits(bits) for one, other, bits in zip(coders, self._coders, self._bits, strict=True)
        )

    def _whole(self) -> Windows:
        """All that codes may be."""
        return Windows.whole(self._bits)

    def _begin(self, windows: Windows) -> None:
        """Count numbers by these windows from now on."""
        self._windows, self._all = windows, None
        self._few = FewNumbers(FEW_BITS if windows.bits <= _ALL_BITS else MOST_BITS)
        self._pile, self._limit = Pile(kind_of(windows.bits)), _PENDING

    def _packed(self, columns: Sequence[Codes], rows: int) -> _Numbers:
        keys = self._windows.packed(columns, rows)
        if keys is None or self._windows.is_whole:
            self._flush()
            self._begin(self._windows.widened(columns))
            keys = self._windows.packed(columns, rows)
        assert keys is not None
        return keys

    def _count(self, keys: _Numbers) -> None:
        bits = self._windows.bits
        rest = keys[self._few.count(keys) :] if bits > _AT_ONCE_BITS else keys
        if len(rest) and self._is_all(bits, len(rest)):
            if self._all and self._all.rows + len(rest) >= MOST_ROWS:
                self._flush()
            self._all = self._all or AllNumbers(bits)
            self._all.count(rest)
        elif len(rest):
            self._pile.put(rest)
            if len(self._pile) >= self._limit:
                self._sort(is_last=False)

    def _is_all(self, bits: int, rows: int) -> bool:
        """Have numbers a place of their own, now that there are so many rows more? To look through all places for those
        of few rows costs more than to sort these.
        """
        return bits <= _ALL_BITS and (self._all is not None or (len(self._pile) + rows) << _SOME_BITS > 1 << bits)

    def _flush(self) -> None:
        """All that was counted is in order, by the bits of the coders."""
        self._sort()
        for counted in (self._few, self._all) if self._all else (self._few,):
            self._merge_moved(*counted.taken())
        self._all = None

    def _end(self) -> None:
        self._flush()
        if self._sorted is not None:
            found = Packed(self._names, self._coders, self._bits, *self._sorted, self._measure)
            self._parts.append(found.having(self._needs))
        self._sorted = None

    def _merge_moved(self, keys: _Numbers, counts: _Numbers) -> None:
        if len(keys):
            self._merge(self._windows.moved(keys, self._whole()), counts)

    def _sort(self, is_last: bool = True) -> None:
        if not len(self._pile):
            return
        numbers = self._pile.numbers()
        new = _counted(numbers)
        if not is_last and len(new[0]) * 2 > len(numbers) and self._limit < _MOST_PENDING:
            self._limit = _MOST_PENDING  # to merge them costs more than to hold more rows
            return
        self._merge_moved(*new)
        self._pile.clear()

    def _merge(self, keys: _Numbers, counts: _Numbers) -> None:
        self._sorted = (keys, counts) if self._sorted is None else merged(*self._sorted, keys, counts)


def _without(codes: Codes, rows: int, left_out: _Numbers) -> _Numbers:
    """Codes of which some rows have none."""
    found = np.full(rows, codes) if isinstance(codes, int) else codes.copy()
    found[left_out] = 0
    return found


def _counted(numbers: _Numbers) -> tuple[_Numbers, _Numbers]:
    numbers.sort()
    keys, counts = np.empty_like(numbers), np.empty(len(numbers), np.int64)
    many = _runs(numbers, keys, counts)
    return keys[:many].copy(), counts[:many].copy()


@compiled
def _runs(numbers: _Numbers, keys: _Numbers, counts: _Numbers) -> int:
    """Each of the numbers, which are in order, once, and how often it is there; how many they are."""
    many = 0
    for row in range(len(numbers)):
        if not many or numbers[row] != keys[many - 1]:
            keys[many], counts[many] = numbers[row], 0
            many += 1
        counts[many - 1] += 1
    return many
