"""What a value may be: truth, number, text, date … and which kinds go together"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from medark.messages import N_


class Kind(StrEnum):
    """The kinds of value; the text is how an error names it."""

    TRUTH = N_("a truth value")
    WHOLE = N_("a whole number")
    NUMBER = N_("a number")
    QUANTITY = N_("a number whose unit differs from row to row")  # value_as_number, range_low: a unit must be said
    TEXT = N_("a text")
    DATE = N_("a date")
    DATETIME = N_("a date with time")
    KEY = N_("a key")  # concepts, visits, persons: equal or not, never more or less


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
