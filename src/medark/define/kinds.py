"""What a value may be: truth, number, text, date … and which kinds go together"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of value; the text is how an error names it."""

    TRUTH = "a truth value"
    WHOLE = "a whole number"
    NUMBER = "a number"
    QUANTITY = "a number whose unit differs from row to row"  # value_as_number, range_low: nothing until a unit is said
    TEXT = "a text"
    DATE = "a date"
    DATETIME = "a date with time"
    KEY = "a key"  # concepts, visits, persons: equal or not, never more or less


NUMBERS = frozenset({Kind.WHOLE, Kind.NUMBER})
TIMES = frozenset({Kind.DATE, Kind.DATETIME})
ORDERED = NUMBERS | TIMES | {Kind.TEXT, Kind.QUANTITY}


def common(kinds: Iterable[Kind]) -> Kind | None:
    """The one kind that values of these kinds can stand beside each other as; None if they can't.

    A whole number beside a number is a number; a date never meets a date with time unasked.

    >>> common([Kind.WHOLE, Kind.NUMBER]) is Kind.NUMBER, common([Kind.DATE, Kind.DATETIME]) is None
    (True, True)
    """
    met = set(kinds)
    if len(met) == 1:
        return met.pop()
    if met == NUMBERS:
        return Kind.NUMBER
    return None
