"""Dates and times as precise as they are written: compared, and the first and last moment they may mean"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final

_FORM: Final = re.compile(
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)"
)
_CLOCK: Final = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?")
_EARLIEST_ZONE, _LATEST_ZONE = "+14:00", "-12:00"  # where a day begins first, and where it ends last


def is_temporal(text: str) -> bool:
    """Does a text look like a date, a date with time, or a time? (A bare year is also a number: it does not.)"""
    return ("-" in text and _FORM.fullmatch(text) is not None) or (":" in text and _CLOCK.fullmatch(text) is not None)


def compared(one: str, other: str) -> int | None:
    """-1, 0, 1; None where one is less precise and so it can't be told, or only one of them has a zone.

    >>> compared("2020-01", "2020-02-03"), compared("2020-01", "2020-01-03"), compared("2020-01-01", "2020-01-01")
    (-1, None, 0)
    """
    left, right = _parts(one), _parts(other)
    if left is None or right is None or (left[1] is None) is not (right[1] is None):
        return None
    mine, its = _in_utc(*left), _in_utc(*right)
    for a, b in zip(mine, its, strict=False):
        if a != b:
            return -1 if a < b else 1
    return 0 if len(mine) == len(its) else None


def low_boundary(text: str, kind: str) -> str | None:
    """The first moment that a date, dateTime or time may mean. Source: FHIRPath 2.1, lowBoundary()."""
    return _boundary(text, kind, is_low=True)


def high_boundary(text: str, kind: str) -> str | None:
    """The last moment that it may mean. Source: FHIRPath 2.1, highBoundary()."""
    return _boundary(text, kind, is_low=False)


def kind_of(text: str) -> str:
    """date, dateTime or time, by how it is written."""
    return "dateTime" if "T" in text else "time" if ":" in text else "date"


def _boundary(text: str, kind: str, *, is_low: bool) -> str | None:
    if kind == "time":
        return _clock_boundary(text, is_low=is_low)
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, part, zone = found.groups()
    month = month or ("01" if is_low else "12")
    if not 1 <= int(month) <= 12 or not int(year):
        return None
    day = day or ("01" if is_low else f"{calendar.monthrange(int(year), int(month))[1]:02}")
    if kind == "date":
        return f"{year}-{month}-{day}"
    hour = hour or ("00" if is_low else "23")
    clock = _clock(hour, minute, second, part, is_low=is_low)
    return f"{year}-{month}-{day}T{clock}{zone or (_EARLIEST_ZONE if is_low else _LATEST_ZONE)}"


def _clock_boundary(text: str, *, is_low: bool) -> str | None:
    found = _CLOCK.fullmatch(text)
    return None if found is None else _clock(*found.groups(), is_low=is_low)


def _clock(hour: str, minute: str | None, second: str | None, part: str | None, *, is_low: bool) -> str:
    """To the millisecond."""
    fill, last = ("0", "00") if is_low else ("9", "59")
    return f"{hour}:{minute or last}:{second or last}.{(part or '').ljust(3, fill)[:3]}"


_Parts = tuple[list[int | float], str | None]


def _parts(text: str) -> _Parts | None:
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        return _numbers(clock[1], clock[2], clock[3], clock[4]), None
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    *cells, zone = found.groups()
    return _numbers(*cells), zone


def _numbers(*cells: str | None) -> list[int | float]:
    """Years to seconds; the part of a second belongs to the second: 12 and 12.0 are as precise."""
    *whole, part = cells
    found: list[int | float] = [int(cell) for cell in whole if cell is not None]
    if part is not None:
        found[-1] += float(f"0.{part}")
    return found


def _in_utc(cells: list[int | float], zone: str | None) -> list[int | float]:
    if zone in (None, "Z") or len(cells) < 5:
        return cells
    assert zone is not None
    sign = -1 if zone[0] == "+" else 1
    shift = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * sign
    year, month, day, hour, minute = (int(cell) for cell in cells[:5])
    try:
        moved = dt.datetime(year, month, day, hour, minute) + shift
    except (ValueError, OverflowError):
        return cells
    return [moved.year, moved.month, moved.day, moved.hour, moved.minute, *cells[5:]]
