"""What follows from numbers and their bounds: is there one, is there any value, is it below, within or above"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Codes, Values, short
from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Bools, Nulls, Numbers, nulls_and_any

_BELOW, _WITHIN, _ABOVE, _NEITHER = range(4)
_NO, _YES = 1, 2  # codes of a flag


def have_any(*columns: pa.Array) -> Codes:
    """Which rows have a value in any of some columns, as codes of a `Flag`."""
    found: Bools | None = None
    for column in columns:
        if not column.null_count:
            return _YES
        if column.null_count < len(column):
            has = column.is_valid().to_numpy(zero_copy_only=False)
            found = has if found is None else found | has
    return _NO if found is None else short(found.view(np.int8) + np.int8(_NO))


def places(number: tuple[Values, Nulls], low: tuple[Values, Nulls], high: tuple[Values, Nulls]) -> tuple[Values, Nulls]:
    """Where each number lies: below (0), within (1) or above (2) its bounds, 3 if it can't be said; what has none."""
    found = np.empty(len(number[0]), np.int32)
    given = [(values, *nulls_and_any(nulls)) for values, nulls in (number, low, high)]
    _place(*(cell for one in given for cell in one), found)
    return found, number[1]


@compiled
def _is_less(one: float, other: float) -> bool:
    """As the engine orders numbers: what is none comes after all."""
    return one < other or (np.isnan(other) and not np.isnan(one))


@compiled
def _place(
    number: Numbers, no_number: Bools, may_lack: bool, low: Numbers, no_low: Bools, may_lack_low: bool,
    high: Numbers, no_high: Bools, may_lack_high: bool, found: Values,
) -> None:  # fmt: skip
    for row in range(len(number)):
        has_low, has_high = not (may_lack_low and no_low[row]), not (may_lack_high and no_high[row])
        if may_lack and no_number[row]:
            found[row] = 0
        elif has_low and _is_less(number[row], low[row]):
            found[row] = _BELOW
        elif has_high:
            found[row] = _ABOVE if _is_less(high[row], number[row]) else _WITHIN
        else:
            found[row] = _NEITHER
