"""What follows from numbers and their bounds: is there one, is there any value, is it below, within or above"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.coders import Codes, Values, short
from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Bools, Nulls, Numbers, nulls_and_any

PLACES = np.arange(4, dtype=np.int32)
_BELOW, _WITHIN, _ABOVE, _NEITHER = range(4)
_NO, _YES = 1, 2  # codes of a flag


def have_any(*columns: Nulls) -> Codes:
    """Which rows have a value in any of some columns, given where these are NULL, as codes of a `Flag`."""
    lacks: Bools | None = None
    for nulls in columns:
        if nulls is None:
            return _YES
        lacks = nulls if lacks is None else lacks & nulls
    return _NO if lacks is None else short(np.int8(_YES) - lacks.view(np.int8))


def places(number: tuple[Values, Nulls], low: tuple[Values, Nulls], high: tuple[Values, Nulls], codes: Values) -> Codes:
    """Where each number lies: below (0), within (1) or above (2) its bounds, 3 if it can't be said; as `codes` of
    `PLACES`, 0 of what has no number.
    """
    found = np.empty(len(number[0]), codes.dtype)
    given = [(values, *nulls_and_any(nulls)) for values, nulls in (number, low, high)]
    _place(*(cell for one in given for cell in one), codes, found)
    return short(found)


@compiled
def _is_less(one: float, other: float) -> bool:
    """As the engine orders numbers: what is none comes after all."""
    return (one < other) | ((other != other) & (one == one))


@compiled
def _place(
    number: Numbers, no_number: Bools, may_lack: bool, low: Numbers, no_low: Bools, may_lack_low: bool,
    high: Numbers, no_high: Bools, may_lack_high: bool, codes: Values, found: Values,
) -> None:  # fmt: skip
    for row in range(len(number)):
        has_low, has_high = not (may_lack_low and no_low[row]), not (may_lack_high and no_high[row])
        of_high = (_ABOVE if _is_less(high[row], number[row]) else _WITHIN) if has_high else _NEITHER
        place = _BELOW if has_low & _is_less(number[row], low[row]) else of_high
        found[row] = 0 if may_lack and no_number[row] else codes[place]
