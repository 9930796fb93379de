"""Pairs: which two rows belong together"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from medark.define.memory.layout import Row
from medark.define.memory.times import plus_days, plus_months, plus_seconds
from medark.define.nodes import Pair


class Event(NamedTuple):
    """A row with what decides its pairs."""

    start: dt.datetime | None
    end: dt.datetime | None
    start_date: dt.date | None
    row: Row


def together(pair: Pair) -> Callable[[Event, Event], bool]:
    """Are a left and a right event a pair? (That no row is paired with itself is seen to elsewhere.)"""
    in_order = _ORDERS[pair.order]

    def judge(left: Event, right: Event) -> bool:
        if left.start is None or right.start is None or not in_order(left, right):
            return False
        earlier, later = (left, right) if left.start <= right.start else (right, left)
        return pair.within is None or _near(earlier, later, pair.within, pair.unit)

    return judge


def _near(earlier: Event, later: Event, within: int, unit: str) -> bool:
    if unit == "seconds":
        latest: dt.date | None = earlier.start and plus_seconds(earlier.start, within)
        return latest is None or later.start <= latest  # type: ignore[operator]  # None: past the end of the calendar
    if earlier.start_date is None or later.start_date is None:
        return False
    latest = (plus_months if unit == "months" else plus_days)(earlier.start_date, within)
    return latest is None or later.start_date <= latest


def _after(left: Event, right: Event) -> bool:
    return right.start > left.start  # type: ignore[operator]


def _not_before(left: Event, right: Event) -> bool:
    return right.start >= left.start  # type: ignore[operator]


def _before(left: Event, right: Event) -> bool:
    return right.start < left.start  # type: ignore[operator]


def _any(left: Event, right: Event) -> bool:
    return True


def _overlap(left: Event, right: Event) -> bool:
    if left.end is None or right.end is None:
        return False
    return right.start <= left.end and left.start <= right.end  # type: ignore[operator]


_ORDERS = {"after": _after, "not_before": _not_before, "before": _before, "any": _any, "overlap": _overlap}
