"""A day as people write it, and the moments at which it begins and ends in a zone"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from medark.errors import UsageError

DAY = dt.timedelta(days=1)


def day_written(told: str, fix: str) -> dt.date:
    """The day that is written as 2024-07-01. UsageError with `fix` for none.

    >>> day_written("2024-07-01", "")
    datetime.date(2024, 7, 1)
    """
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        raise UsageError("this is no day", fix=fix) from None


def begins_ms(day: dt.date, zone: str) -> int:
    """When a day begins, in milliseconds since 1970, UTC.

    >>> begins_ms(dt.date(1970, 1, 2), "Asia/Shanghai") // 3_600_000
    16
    """
    return int(dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).timestamp() * 1000)


def ends_ms(day: dt.date, zone: str) -> int:
    """When it is over: when the next one begins."""
    return begins_ms(day + DAY, zone)
