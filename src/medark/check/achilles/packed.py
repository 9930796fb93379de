"""Counted combinations of columns, each a number of its codes, the numbers in order; what was counted once and then

Codes stay the same as rows come, so that what was counted of some rows and of others is merged as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Near, wider
from medark.check.achilles.windows import Windows, kind_of

MOST_BITS = 62  # of a number
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


def together(whole: Packed, more: Packed, sign: int = 1) -> Packed | None:
    """What was counted once and then, added or taken away; None if they are coded otherwise."""
    coders = tuple(map(wider, whole.coders, more.coders))
    known = tuple(one for one in coders if one is not None)
    bits = tuple(
        one.bits if isinstance(one, Near) else max(a, b)
        for one, a, b in zip(known, whole.bits, more.bits, strict=False)
    )
    if len(known) < len(coders) or sum(bits) > MOST_BITS:
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
    keys = Windows.whole(bits).packed(codes, len(one.keys))
    assert keys is not None
    return keys


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
