"""Values of search parameters: tokens, dates, references, as FHIR writes them. Source: FHIR R4, "Search", 3.1.1"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final, cast
from zoneinfo import ZoneInfo

from medark.errors import UsageError
from medark.flows.fhir.conditions import Sign

_CLOCK: Final = r"T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+ -]\d\d:\d\d)?"
_DATE: Final = re.compile(rf"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{{4}})(?:-(\d\d)(?:-(\d\d)(?:{_CLOCK})?)?)?")
_REFERENCE: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:.*/)?(?:([A-Z][A-Za-z]+)/)?([A-Za-z0-9.-]{1,64})")
_EVENT_ID: Final = re.compile(r"([a-z]?)(-?\d{1,19})\.(-?\d{1,19})")
_NUMBER: Final = re.compile(r"-?\d{1,19}")
_INT64: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class TokenValue:
    """`system|code`: `system` None where none is named, "" where it is said that there is none."""

    code: str = field(repr=False)
    system: str | None = None


@dataclass(frozen=True, slots=True)
class DateValue:
    """A prefix and the half-open time that is meant, with the zone that it was said in."""

    sign: str
    low: dt.datetime
    high: dt.datetime


def alternatives(text: str) -> list[str]:
    """The values between commas; a comma that belongs to a value has a backslash before it.

    >>> alternatives(r"a,b\\,c"), alternatives("")
    (['a', 'b\\\\,c'], [''])
    """
    return re.split(r"(?<!\\),", text)


def token(text: str) -> TokenValue:
    """A token.

    >>> token("http://loinc.org|2823-3").code, token("|x").system, token("x").system
    ('2823-3', '', None)
    """
    system, bar, code = text.partition("|")
    return TokenValue(_unescaped(code), _unescaped(system)) if bar else TokenValue(_unescaped(text))


def date(text: str, zone: ZoneInfo, name: str) -> DateValue:
    """A date, as precise as it is written: 2024 is all of the year. UsageError for what is none."""
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        sign, year, month, day, hour, minute, second, offset = found.groups()
        if hour is None:
            return _days(sign or "eq", int(year), month, day, zone)
        where = (
            zone if offset is None else dt.datetime.fromisoformat(f"2000-01-01T00:00{offset.replace(' ', '+')}").tzinfo
        )
        low = dt.datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=where)
        return DateValue(sign or "eq", low, low + (dt.timedelta(seconds=1) if second else dt.timedelta(minutes=1)))
    except (ValueError, OverflowError):
        raise UsageError("this is no date", fix=f"{name}=ge2024-01-31", parameter=name) from None


def _days(sign: str, year: int, month: str | None, day: str | None, zone: ZoneInfo) -> DateValue:
    low = dt.datetime(year, int(month or 1), int(day or 1), tzinfo=zone)
    if day is not None:
        high = low + dt.timedelta(days=1)
    elif month is not None:
        high = low.replace(year=year + int(month) // 12, month=int(month) % 12 + 1)
    else:
        high = low.replace(year=year + 1)
    return DateValue(sign, low, high)


def as_sign(value: DateValue) -> Sign:
    """The comparison; "about" is taken as: within it."""
    return cast(Sign, "eq" if value.sign == "ap" else value.sign)


def local(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A moment as the lake has it: in the workspace's zone, without saying so."""
    return moment.astimezone(zone).replace(tzinfo=None)


def reference(text: str, to: str, name: str) -> str | None:
    """The id that a reference leads to; None where it is of another type. UsageError for what is none."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise UsageError("this is no reference", fix=f"{name}={to}/123", parameter=name)
    return found[2] if found[1] in (None, to) else None


def number(text: str) -> int | None:
    """The key that an id is; None for an id of another form, that nothing has."""
    return _int64(text) if _NUMBER.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class EventId:
    """An id of what happened to a person: the letter of its table, its key and theirs."""

    prefix: str
    key: int = field(repr=False)
    person_id: int = field(repr=False)


def event_id(text: str) -> EventId | None:
    """The parts of such an id; None for another."""
    found = _EVENT_ID.fullmatch(text)
    if found is None:
        return None
    key, person_id = _int64(found[2]), _int64(found[3])
    return None if key is None or person_id is None else EventId(found[1], key, person_id)


def _int64(text: str) -> int | None:
    value = int(text)
    return value if -_INT64 <= value < _INT64 else None


def _unescaped(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)
