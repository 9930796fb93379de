"""Points and intervals of time (TS, IVL_TS) as ISO 8601 text, as precise as the document was"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from medark.standardise.formats.cda.parse import Element, data_type

_TS = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d+)?)?)?)?)?)?([+-]\d\d(?:\d\d)?|Z)?", re.ASCII
)
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800}

Span = tuple[str | None, str | None]


def point(text: str | None) -> str | None:
    """A TS in extended form; None when it is not one. A fraction of a second is left out.

    >>> point("20120806"), point("201208061015-0500"), point("2012080610"), point("201208"), point("soon")
    ('2012-08-06', '2012-08-06T10:15-0500', '2012-08-06T10:00', '2012-08', None)
    """
    found = _TS.fullmatch((text or "").strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if hour is None:
        return date  # a day is that day in every zone
    return f"{date}T{hour}:{minute or '00'}" + (f":{second}" if second else "") + (offset or "")


def moment(element: Element | None) -> str | None:
    """The point of a TS element."""
    return point(element.get("value")) if element is not None and element.get("nullFlavor") is None else None


def span(element: Element | None) -> Span:
    """Start and end of an effectiveTime: a point, low and high, or one of them with a width."""
    if element is None:
        return None, None
    if element.get("value"):
        return point(element.get("value")), None
    low, high = moment(element.find("low")), moment(element.find("high"))
    width = _width(element.find("width"))
    if width and low and not high:
        return low, _moved(low, width)
    if width and high and not low:
        return _moved(high, -width), high
    return low or moment(element.find("center")), high


def first_span(elements: Iterable[Element]) -> Span:
    """The interval among several effectiveTimes; the others say how often (PIVL_TS, EIVL_TS)."""
    for element in elements:
        if data_type(element) not in ("PIVL_TS", "EIVL_TS") and (found := span(element)) != (None, None):
            return found
    return None, None


def _width(element: Element | None) -> timedelta | None:
    if element is None or element.get("unit") not in _SECONDS:
        return None
    try:
        return timedelta(seconds=float(element.get("value", "")) * _SECONDS[element.get("unit", "")])
    except (ValueError, OverflowError):
        return None


def _moved(text: str, by: timedelta) -> str | None:
    """A full date or time moved by a width, as precise as it was; None when it was no full date."""
    day_only = len(text) == 10
    try:
        moved = datetime.fromisoformat(text) + by if len(text) >= 10 else None
    except (ValueError, OverflowError):
        return None
    return None if moved is None else moved.isoformat()[:10] if day_only else moved.isoformat()
