"""Which of the right events can be paired with a left one: those between two places among events in order of time"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from medark.define.memory.pairs import Event
from medark.define.memory.times import plus_days, plus_months, plus_seconds
from medark.define.nodes import Pair

Places = tuple[int, int]
_PLUS: dict[str, Callable[[Any, int], Any]] = {"seconds": plus_seconds, "days": plus_days, "months": plus_months}


def reach(pair: Pair, left: Event, starts: Sequence[dt.datetime], days: Sequence[dt.date] | None) -> Places:
    """From where up to where right events can belong to `left`; some of these may not, none of the others do.

    `starts` and `days` are of the right events, both going up; `days` None: the day need not be that of the start.
    """
    low, high = _by_order(pair, left, starts)
    if pair.within is None:
        return low, high
    by, moment = (starts, left.start) if pair.unit == "seconds" else (days, left.start_date)
    if by is None or moment is None:
        return low, high
    plus = _PLUS[pair.unit]
    earliest, latest = plus(moment, -pair.within), plus(moment, pair.within)
    if earliest is not None:
        low = max(low, bisect_left(by, earliest))
    if latest is not None:
        high = min(high, bisect_right(by, latest))
    return low, high


def _by_order(pair: Pair, left: Event, starts: Sequence[dt.datetime]) -> Places:
    whole = len(starts)
    match pair.order:
        case "after":
            return bisect_right(starts, left.start), whole  # type: ignore[type-var]
        case "not_before":
            return bisect_left(starts, left.start), whole  # type: ignore[type-var]
        case "before":
            return 0, bisect_left(starts, left.start)  # type: ignore[type-var]
        case "overlap":
            return 0, 0 if left.end is None else bisect_right(starts, left.end)
    return 0, whole
