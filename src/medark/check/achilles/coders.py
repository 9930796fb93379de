"""Values of a column as small whole numbers that stay the same however many more rows come; NULL is 0

A coder that can't code what comes gives way to its `next`; None if there is none, and rows are grouped as they are.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Nulls, Places, nulls_and_any

Values = np.ndarray[Any, Any]
Codes = np.ndarray[Any, Any] | int  # of each row, or of all
_MOST_FEW, _MOST_FRACTIONS, _NEAR_BITS, _FAR_BITS, _MOST_SCALE = 1 << 18, 1 << 12, 15, 32, 1000


class Coder(Protocol):
    """`told` undoes `codes`, which is None if it can't be done."""

    @property
    def bits(self) -> int:
        """How many bits codes have at most, with some room for what comes."""

    def fits(self, bits: int) -> bool:
        """Do all codes that there are have so few bits?"""

    def codes(self, values: Values, nulls: Nulls) -> Codes | None:
        """The codes of some rows."""

    def next(self) -> Coder | None:
        """What may code values that this can't."""

    def told(self, codes: Values) -> pa.Array:
        """The values of codes."""


def _is_one(codes: Values) -> bool:
    """Are all the same?"""
    return bool(codes[0] == codes[-1] == codes[len(codes) // 2] and (codes == codes[0]).all())


def short(codes: Values) -> Codes:
    """Codes of some rows; one number if all are the same."""
    return int(codes[0]) if len(codes) and _is_one(codes) else codes


class Few:
    """Values of which there are few different ones: whole numbers, booleans or fractions, in the order of coming."""

    def __init__(self, kind: np.dtype[Any], numbers: Values | None = None) -> None:
        self.kind, self._places = kind, Places(numbers)

    @property
    def numbers(self) -> Values:
        """What there is, as whole numbers: of fractions their bits."""
        return self._places.numbers

    @property
    def bits(self) -> int:
        return max((len(self._places) * 3 // 2 + 1).bit_length(), 1)

    def fits(self, bits: int) -> bool:
        return len(self._places) < 1 << bits

    def codes(self, values: Values, nulls: Nulls) -> Codes | None:
        is_fraction = self.kind.kind == "f"
        if nulls is None and len(values) and _is_one(values):
            values = values[:1]
        numbers = _bits_of(values) if is_fraction else values
        codes = self._places.numbered(numbers, nulls, _MOST_FRACTIONS if is_fraction else _MOST_FEW, first=1)
        return None if codes is None else short(codes)

    def next(self) -> Coder:
        return Near(self.kind)

    def values(self) -> Values:
        """What there is, by code less one."""
        numbers = self._places.numbers
        return numbers.view(np.float64) if self.kind.kind == "f" else numbers.astype(self.kind)

    def ranks(self) -> Values:
        """The place of each code's value among all values in their order; of NULL's 0."""
        ranks = np.zeros(len(self._places) + 1, np.int64)
        ranks[1 + np.argsort(self.values())] = np.arange(len(self._places))
        return ranks

    def told(self, codes: Values) -> pa.Array:
        values = self.values()
        if not len(values):
            return pa.nulls(len(codes), pa.from_numpy_dtype(self.kind))
        return pa.array(values[codes - 1], mask=codes == 0)


def _bits_of(fractions: Values) -> Values:
    """Fractions as whole numbers, 0 and -0 the same; where there is NULL, anything may stand."""
    with np.errstate(invalid="ignore"):
        return (fractions + 0.0).view(np.int64)


class Near:
    """Numbers that are whole `scale` times, and not far from 0: in their own order."""

    def __init__(self, kind: np.dtype[Any], scale: int = 1, bits: int = _NEAR_BITS) -> None:
        self.kind, self.scale, self.bits = kind, scale, bits
        self._zero = 1 << (bits - 1)

    @property
    def zero_and_scale(self) -> tuple[int, int]:
        """What tells codes: those with the same code alike."""
        return self._zero, self.scale

    def fits(self, bits: int) -> bool:
        return self.bits <= bits

    def codes(self, values: Values, nulls: Nulls) -> Codes | None:
        codes = np.empty(len(values), np.int32 if self.bits < _FAR_BITS else np.int64)
        values = values if self.kind.kind == "f" else values.astype(np.int64, copy=False)
        return short(codes) if _near(values, *nulls_and_any(nulls), self.scale, self._zero, codes) else None

    def next(self) -> Coder | None:
        if self.bits < _FAR_BITS:
            return Near(self.kind, self.scale, _FAR_BITS)
        if self.kind.kind != "f" or self.scale >= _MOST_SCALE:
            return None
        return Near(self.kind, self.scale * 10)

    def moved(self, codes: Values, to: Near) -> Values:
        """The same as codes of one with more bits, or more decimals."""
        found = (codes.astype(np.int64) - self._zero) * (to.scale // self.scale) + to._zero
        found[codes == 0] = 0
        return found

    def numbers(self, codes: Values) -> Values:
        """The values of codes that are not NULL's."""
        whole = codes - self._zero
        return whole / self.scale if self.kind.kind == "f" else whole

    def told(self, codes: Values) -> pa.Array:
        return pa.array(self.numbers(codes).astype(self.kind), mask=codes == 0)


@compiled
def _near(values: Values, nulls: Values, has_nulls: bool, scale: int, zero: int, codes: Values) -> bool:
    """Codes of values by their distance from 0; False if one of them has none."""
    for row in range(len(values)):
        if has_nulls and nulls[row]:
            codes[row] = 0
            continue
        whole = np.rint(values[row] * scale)
        if not (-zero < whole < zero and whole / scale == values[row]):
            return False
        codes[row] = np.int64(whole) + zero
    return True


class Flag:
    """True and false, or 1 and 0 if they are `whole`."""

    bits = 2

    def __init__(self, is_whole: bool = False) -> None:
        self.is_whole = is_whole

    def fits(self, bits: int) -> bool:
        return self.bits <= bits

    def codes(self, values: Values, nulls: Nulls) -> Codes:
        codes = values.astype(np.int8)
        codes += 1
        if nulls is not None:
            codes[nulls] = 0
        return short(codes)

    def next(self) -> Coder | None:
        return None

    def told(self, codes: Values) -> pa.Array:
        return pa.array((codes - 1).astype(np.int64 if self.is_whole else bool), mask=codes == 0)


class Column:
    """A column coded some rows at a time. `coder`: None where no one can."""

    def __init__(self, kind: np.dtype[Any], coder: Coder | None = None) -> None:
        self.coder: Coder | None = coder or (Flag() if kind.kind == "b" else Few(kind))

    def codes(self, values: Values, nulls: Nulls) -> Codes | None:
        """The codes of some rows, by what is `coder` now; None if there is none."""
        while self.coder is not None:
            codes = self.coder.codes(values, nulls)
            if codes is not None:
                return codes
            self.coder = self.coder.next()
        return None


def wider(one: Coder, other: Coder) -> Coder | None:
    """What codes as one of two does, and may code what the other has; None if there is none."""
    match one, other:
        case (Near(), Near()) if one.kind == other.kind:
            bits = max(one.bits, other.bits) if one.scale == other.scale else _FAR_BITS
            return Near(one.kind, max(one.scale, other.scale), bits)
        case (Flag(), Flag()) if one.is_whole == other.is_whole:
            return one
        case _:
            return one if one is other else None
