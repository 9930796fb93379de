"""How numbers are written where people read them: thousands marked, and as many decimals as say something"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeGuard

UNKNOWN: Final = "–"
_DECIMALS: Final = 2


def number(value: object, places: int = _DECIMALS) -> str:
    """A number with its thousands marked, and so many decimals at most.

    >>> number(12345), number(3.50), number(-0.001), number(None), number("12 mg")
    ('12,345', '3.5', '0', '–', '12 mg')
    """
    if value is None or value == "":
        return UNKNOWN
    if not is_number(value):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    told = f"{value:,.{places}f}"
    told = told.rstrip("0").rstrip(".") if places else told
    return "0" if told == "-0" else told


def aligned(values: Iterable[Any]) -> list[Any]:
    """A column of numbers with as many decimals as the longest of them has, two at most; what is none stays itself.

    >>> aligned([10.0, 9.25, None, 3])
    ['10.00', '9.25', None, '3.00']
    """
    told = list(values)
    places = max(map(_places, told), default=0)
    return [f"{one:,.{places}f}" if is_number(one) else one for one in told]


def is_number(value: object) -> TypeGuard[int | float]:
    """Is it a number, and no yes or no?"""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _places(value: object) -> int:
    told = f"{value:.{_DECIMALS}f}".rstrip("0") if is_number(value) else ""
    return len(told.partition(".")[2])
