"""Times of made-up rows: lengths added, within the years that people live in"""

from __future__ import annotations

import datetime as dt
from typing import Final, TypeAlias

from medark.define.memory.times import plus_months

Length: TypeAlias = tuple[int, str]  # so many seconds, days, months or years; below 0: earlier
_FIRST, _LAST = dt.datetime(1901, 1, 1), dt.datetime(2099, 12, 31)
# On a limit, and just before and after it: by a day for what is told by days, by a second for what is told by times.
STEPS: Final = (
    dt.timedelta(0),
    *(dt.timedelta(days=by) for by in (-1, 1)),
    *(dt.timedelta(seconds=by) for by in (-1, 1)),
)


def midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day."""
    return dt.datetime.combine(day, dt.time())


def clipped(moment: dt.datetime) -> dt.datetime:
    """The moment, or the nearest that is a time people live in."""
    return min(max(moment, _FIRST), _LAST)


def moved(moment: dt.datetime, length: Length) -> dt.datetime:
    """So much later, clipped.

    >>> moved(dt.datetime(2024, 2, 29), (-1, "years"))
    datetime.datetime(2023, 2, 28, 0, 0)
    """
    number, unit = length
    try:
        if unit in ("months", "years"):
            later = plus_months(moment, number * (12 if unit == "years" else 1))
            return clipped(later) if later else (_LAST if number > 0 else _FIRST)
        return clipped(moment + dt.timedelta(**{unit: number}))
    except OverflowError:
        return _LAST if number > 0 else _FIRST
