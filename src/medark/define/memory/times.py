"""Days, months and years: how far apart, and how far on"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import TypeVar

Moment = dt.date  # a datetime is one too
T = TypeVar("T", bound=dt.date)
_MIDNIGHT = dt.time()


def day(moment: Moment) -> dt.date:
    """The day of a date or time."""
    return moment.date() if isinstance(moment, dt.datetime) else moment


def at_midnight(date: dt.date) -> dt.datetime:
    """The first moment of a day."""
    return dt.datetime.combine(date, _MIDNIGHT)


def date_of(year: int, month: int, number: int) -> dt.date | None:
    """The day of a year, month and day of the month; None where there is no such day, or outside years 1 to 9999.

    >>> date_of(2023, 2, 29) is None
    True
    """
    try:
        return dt.date(year, month, number)
    except (ValueError, OverflowError):
        return None


def days_between(one: Moment, other: Moment) -> int:
    """Calendar days from `other` to `one`."""
    return one.toordinal() - other.toordinal()


def months_between(one: Moment, other: Moment) -> int:
    """Completed months from `other` to `one`, by their days; negative where `one` is before.

    >>> early, late = dt.date(2024, 1, 31), dt.date(2024, 3, 30)
    >>> months_between(late, early), months_between(early, late)
    (1, -1)
    """
    if one.toordinal() < other.toordinal():
        return -months_between(other, one)
    return (one.year - other.year) * 12 + one.month - other.month - (one.day < other.day)


def years_between(one: Moment, other: Moment) -> int:
    """Completed years from `other` to `one`, by their days; negative where `one` is before.

    >>> leap_day = dt.date(2000, 2, 29)
    >>> years_between(dt.date(2023, 2, 28), leap_day), years_between(dt.date(2023, 3, 1), leap_day)
    (22, 23)
    """
    if one.toordinal() < other.toordinal():
        return -years_between(other, one)
    return one.year - other.year - ((one.month, one.day) < (other.month, other.day))


def seconds_between(one: dt.datetime, other: dt.datetime) -> float:
    """Elapsed seconds from `other` to `one`, with their fraction."""
    return (one - other).total_seconds()


def plus_days(moment: T, days: int) -> T | None:
    """So many days later; None where the calendar ends."""
    try:
        return moment + dt.timedelta(days)
    except OverflowError:
        return None


def plus_seconds(moment: dt.datetime, seconds: int) -> dt.datetime | None:
    """So many seconds later; None where the calendar ends."""
    try:
        return moment + dt.timedelta(seconds=seconds)
    except OverflowError:
        return None


def plus_months(moment: T, months: int) -> T | None:
    """So many months later at the same time of day, on the last day of a month that is too short; None past the end.

    >>> plus_months(dt.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
