"""How many rows there are of each combination of codes: each row one number, the numbers counted or sorted

Where there are few different numbers they are counted in a table that stays in the processor's cache, or where there
may be few, each in a place of its own; where there are many, they are sorted. Codes stay the same as rows come, so that
what was counted of some rows and of others is merged as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Codes, Near, wider
from medark.check.achilles.compiled import compiled
from medark.check.achilles.few_numbers import FEW_BITS, MOST_BITS, MOST_ROWS, AllNumbers, FewNumbers
from medark.check.achilles.pile import Pile
from medark.check.achilles.windows import Windows, kind_of

_PENDING, _MOST_PENDING = 1 << 22, 1 << 24
_PACKED_BITS, _ALL_BITS, _FEW_BITS = 62, 24, 17  # a number's; where each has a place of its own; at once
_Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Packed:
    """Combinations of columns, each once and in the order of their codes, and how many there are of each."""

    names: tuple[str, ...]
    coders: tuple[Coder, ...] = field(repr=False)
    bits: tuple[int, ...]
    keys: _Numbers = field(repr=False)
    counts: _Numbers = field(repr=False)
    measure: str = "n"

    def codes(self) -> list[_Numbers]:
        """The codes of each column."""
        found, keys = list[_Numbers](), self.keys
        for bits in self.bits[:0:-1]:
            found.insert(0, keys & ((1 << bits) - 1))
            keys = keys >> bits
        return [keys, *found]

    def having(self, needs: Sequence[str]) -> Packed:
        """Those in which none of these columns is NULL."""
        has = np.ones(len(self.keys), bool)
        for name, codes in zip(self.names, self.codes() if needs else (), strict=False):
            if name in needs:
                has &= codes != 0
        return self if has.all() else replace(self, keys=self.keys[has], counts=self.counts[has])

    def table(self) -> pa.Table:
        """The same as columns."""
        told = {
            name: _long(coder.told(codes))
            for name, coder, codes in zip(self.names, self.coders, self.codes(), strict=True)
        }
        return pa.table({**told, self.measure: self.counts.astype(np.int64)})


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
        return self._bits if sum(self._bits) <= _PACKED_BITS else None

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
        return Windows([(0, bits) for bits in self._bits])

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
        rest = keys[self._few.count(keys) :] if bits > _FEW_BITS else keys
        if len(rest) and bits <= _ALL_BITS:
            if self._all and self._all.rows + len(rest) >= MOST_ROWS:
                self._flush()
            self._all = self._all or AllNumbers(bits)
            self._all.count(rest)
        elif len(rest):
            self._pile.put(rest)
            if len(self._pile) >= self._limit:
                self._sort(is_last=False)

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


def packed(bits: Sequence[int], columns: Sequence[Codes], rows: int) -> _Numbers:
    """One number for each row."""
    kind, one, at = kind_of(sum(bits)), 0, sum(bits)
    several = list[tuple[_Numbers, int]]()
    for width, codes in zip(bits, columns, strict=True):
        at -= width
        if isinstance(codes, int):
            one |= codes << at
        else:
            several.append((codes, at))
    found = np.full(rows, one, kind)
    for codes, at in several:
        _put_bits(codes, kind(at), found)
    return found


@compiled
def _put_bits(codes: _Numbers, at: int, found: _Numbers) -> None:
    for row in range(len(codes)):
        found[row] |= found.dtype.type(codes[row]) << at


def together(whole: Packed, more: Packed, sign: int = 1) -> Packed | None:
    """What was counted once and then, added or taken away; None if they are coded otherwise."""
    coders = tuple(map(wider, whole.coders, more.coders))
    known = tuple(one for one in coders if one is not None)
    bits = tuple(
        one.bits if isinstance(one, Near) else max(a, b)
        for one, a, b in zip(known, whole.bits, more.bits, strict=False)
    )
    if len(known) < len(coders) or sum(bits) > _PACKED_BITS:
        return None
    sides = [one.keys if one.bits == bits and all(_are_kept(one, known)) else _coded(one, known, bits)
             for one in (whole, more)]  # fmt: skip
    keys, of_more = (side.astype(kind_of(sum(bits)), copy=False) for side in sides)
    found = merged(keys, whole.counts, of_more, sign * more.counts)
    return replace(whole, coders=known, bits=bits, keys=found[0], counts=found[1])


def _are_kept(one: Packed, coders: Sequence[Coder]) -> list[bool]:
    """Are the codes of each column the same by these coders?"""
    pairs = zip(one.coders, coders, strict=False)
    return [not (isinstance(a, Near) and isinstance(b, Near)) or a.zero_and_scale == b.zero_and_scale for a, b in pairs]


def _coded(one: Packed, coders: Sequence[Coder], bits: Sequence[int]) -> _Numbers:
    """Keys by coders that may be wider."""
    codes = [
        own.moved(some, to) if isinstance(own, Near) and isinstance(to, Near) else some
        for own, to, some in zip(one.coders, coders, one.codes(), strict=True)
    ]
    return packed(bits, codes, len(one.keys))


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


def merged(keys: _Numbers, counts: _Numbers, more: _Numbers, of_more: _Numbers) -> tuple[_Numbers, _Numbers]:
    """What is counted under keys and under more, both in order; what is of none any more is left out."""
    at = np.searchsorted(keys, more)
    is_there = keys[np.minimum(at, len(keys) - 1)] == more if len(keys) else np.zeros(len(more), bool)
    counts = counts.astype(np.int64)
    counts[at[is_there]] += of_more[is_there]
    if not is_there.all():
        keys = np.insert(keys, at[~is_there], more[~is_there])
        counts = np.insert(counts, at[~is_there], of_more[~is_there])
    has_some = counts != 0
    return (keys, counts) if has_some.all() else (keys[has_some], counts[has_some])


def _long(column: pa.Array) -> pa.Array:
    """Whole numbers of one length: sums of different times are laid beside each other."""
    return column.cast(pa.int64()) if pa.types.is_integer(column.type) else column
