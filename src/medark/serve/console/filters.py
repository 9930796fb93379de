"""How values are written in pages: numbers, days, moments, shares; what is not known is a dash"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from medark.flows.documents.numbers import UNKNOWN, number
from medark.messages import _, plural

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS


def share(value: float | None, places: int = 1) -> str:
    """A share of one, in percent.

    >>> share(0.1234), share(1), share(None)
    ('12.3%', '100%', '–')
    """
    return UNKNOWN if value is None else f"{number(float(value) * 100, places)}%"


def size(value: int | None) -> str:
    """Bytes, in the largest unit that leaves a whole number or more.

    >>> size(999), size(1_500_000)
    ('999 B', '1.5 MB')
    """
    if value is None:
        return UNKNOWN
    left, unit = float(value), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if left < 1000:
            break
        left, unit = left / 1000, larger
    return f"{number(left, 1)} {unit}"


def sentence(told: str) -> str:
    """A phrase as it stands alone.

    >>> sentence("no such record"), sentence("无此记录"), sentence("")
    ('No such record', '无此记录', '')
    """
    return told[:1].upper() + told[1:]


@pass_context
def day(context: Context, value: Any) -> str:
    """A day, as ISO 8601 writes it; of a moment, the day that it is in the workspace's zone."""
    if isinstance(value, int | float | dt.datetime):
        return _moment(value, _zone(context)).strftime("%Y-%m-%d")
    return str(value)[:10] if value else UNKNOWN


@pass_context
def moment(context: Context, value: Any) -> str | Markup:
    """A moment (ms since 1970, a datetime, or ISO text) to the minute, in the workspace's zone, which it names."""
    if value is None or value == "":
        return UNKNOWN
    zone = _zone(context)
    at = _moment(value, zone)
    told = Markup('<time datetime="{}" title="{}">{}</time>')
    return told.format(at.isoformat(timespec="seconds"), zone.key, at.strftime("%Y-%m-%d %H:%M"))


@pass_context
def ago(context: Context, value: Any) -> str | Markup:
    """How long ago a moment was, or how long until it is; the moment itself is there to be pointed at."""
    if value is None or value == "":
        return UNKNOWN
    zone = _zone(context)
    at = _moment(value, zone)
    told = Markup('<time datetime="{}" title="{}">{}</time>')
    passed_ms = int(context["frame"].now_ms - at.timestamp() * 1000)
    when = at.strftime("%Y-%m-%d %H:%M ") + zone.key
    return told.format(at.isoformat(timespec="seconds"), when, _passed(passed_ms))


def _passed(ms: int) -> str:
    """A span of time in words, as short as a table's cell."""
    span, is_past = abs(ms), ms >= 0
    if span < _MINUTE_MS:
        return _("now")
    if span < _HOUR_MS:
        told = _("{count} min", count=span // _MINUTE_MS)
    elif span < 2 * _DAY_MS:
        told = plural("{count} hour", "{count} hours", span // _HOUR_MS)
    else:
        told = plural("{count} day", "{count} days", span // _DAY_MS)
    return _("{time} ago", time=told) if is_past else _("in {time}", time=told)


def _zone(context: Context) -> ZoneInfo:
    zone: ZoneInfo = context["frame"].zone
    return zone


def _moment(value: Any, zone: ZoneInfo) -> dt.datetime:
    """In a zone; what carries none is of it."""
    if isinstance(value, int | float):
        return dt.datetime.fromtimestamp(value / 1000, zone)
    told = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return told.astimezone(zone) if told.tzinfo else told.replace(tzinfo=zone)
