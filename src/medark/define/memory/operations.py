"""What each operator does to values that are there"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from medark.define.memory import times

_WHOLE = 1 << 63
_FLOOR = 9e15  # up to here every whole number is a double
SHORT = 200  # letters of a text that is worth remembering: a name or a code, no note
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def finite(number: Any) -> Any:
    """A number that can be written down; None for infinity, no number, and what does not go into 64 bits."""
    if type(number) is float:
        return number if math.isfinite(number) else None
    return number if -_WHOLE <= number < _WHOLE else None


def tried(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function, with None where it has no answer."""

    def answer(one: Any) -> Any:
        try:
            return finite(function(one))
        except (ArithmeticError, ValueError):
            return None

    return answer


def tried_on_two(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The same for a function of two numbers."""

    def answer(one: Any, other: Any) -> Any:
        try:
            found = function(one, other)
        except (ArithmeticError, ValueError):
            return None
        return finite(found)

    return answer


def rounded(number: float, decimals: int) -> float:
    """To so many decimals, halves away from 0: exactly the arithmetic that the engines do, in doubles."""
    scale = math.pow(10.0, decimals)
    return math.copysign(float(math.floor(abs(number) * scale + 0.5)) / scale, number)


def floored(number: float) -> int | None:
    """The whole number at or below; None where doubles are too far apart to tell."""
    return math.floor(number) if abs(number) <= _FLOOR else None


def lower(text: str) -> str:
    """In small letters, A to Z alone."""
    return _small(text) if len(text) <= SHORT else text.translate(_SMALL)


@lru_cache(maxsize=10_000)
def _small(text: str) -> str:
    """The same few names and codes come again and again."""
    return text.translate(_SMALL)


def without(text: str, part: str) -> str:
    """`text` less every occurrence of `part`."""
    return text.replace(part, "") if part else text


# Operators that are missing where an argument is. What can't be computed is None.
OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": tried_on_two(operator.add),
    "subtract": tried_on_two(operator.sub),
    "multiply": tried_on_two(operator.mul),
    "divide": tried_on_two(operator.truediv),
    "negate": tried(operator.neg),
    "absolute": tried(abs),
    "round": tried_on_two(rounded),
    "floor": floored,
    "ln": tried(math.log),
    "exp": tried(math.exp),
    "power": tried_on_two(math.pow),
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "at_most": operator.le,
    "greater": operator.gt,
    "at_least": operator.ge,
    "not": operator.not_,
    "lower": lower,
    "contains": operator.contains,
    "beginning": lambda text, letters: text[: max(letters, 0)],
    "without": without,
    "date": times.day,
    "at_midnight": times.at_midnight,
    "year": operator.attrgetter("year"),
    "month": operator.attrgetter("month"),
    "day": operator.attrgetter("day"),
    "hour": operator.attrgetter("hour"),
    "date_of": times.date_of,
    "days_between": times.days_between,
    "months_between": times.months_between,
    "years_between": times.years_between,
    "seconds_between": times.seconds_between,
    "plus_days": times.plus_days,
    "plus_months": times.plus_months,
    "plus_seconds": times.plus_seconds,
}
