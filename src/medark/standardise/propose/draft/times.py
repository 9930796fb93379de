"""Days and times however they are written, as expressions that give ISO 8601"""

from __future__ import annotations

from collections.abc import Mapping

from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.names import tokens
from medark.standardise.propose.profile import ColumnProfile

_CLOCKS = 0.8  # of values
_READ, _READABLE = ("iso_date", "iso_time", "compact_date", "compact_time", "year", "clock", "glued_clock"), 0.5
_CLOCK = "nullif(regexp_extract(:time, '([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)$', 1), '')"


def _written(year: tuple[str, int], month: tuple[str, int], day: tuple[str, int]) -> str:
    parts = [f"substr('0' || regexp_extract(:time, '{pattern}', {group}), -2)" for pattern, group in (month, day)]
    date = f"regexp_extract(:time, '{year[0]}', {year[1]}) || '-' || " + " || '-' || ".join(parts)
    clock = f"coalesce('T' || substr('0' || {_CLOCK}, case when length({_CLOCK}) in (4, 7) then 1 else 2 end), '')"
    return f"case when :time is not null then {date} || {clock} end"


_YMD = "^([0-9]{4})[/.年]([0-9]{1,2})[/.月]([0-9]{1,2})"
_TWO = "^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
_GLUED = (
    "substr(:time, 1, 4) || '-' || substr(:time, 5, 2) || '-' || substr(:time, 7, 2) || 'T' || trim(substr(:time, 9))"
)
# Years of the Republic of China, of which the first is 1912; a day without marks has seven figures.
_ROC = (
    "^(?:民[國国] ?)?([0-9]{1,3})[/.年-]?(0?[1-9]|1[0-2])[/.月-]?(0?[1-9]|[12][0-9]|3[01])日?(?:[ T]?[0-9]{1,2}:.*)?$"
)


def _of_republic() -> str:
    year = f"cast(cast(nullif(regexp_extract(:time, '{_ROC}', 1), '') as integer) + 1911 as varchar)"
    month, day = (f"substr('0' || regexp_extract(:time, '{_ROC}', {group}), -2)" for group in (2, 3))
    clock = f"coalesce('T' || substr('0' || {_CLOCK}, case when length({_CLOCK}) in (4, 7) then 1 else 2 end), '')"
    return f"{year} || '-' || {month} || '-' || {day} || {clock}"


def _since_1970(seconds: str) -> str:
    return f"cast(timestamp '1970-01-01 00:00:00' + {seconds} * interval 1 second as varchar) || 'Z'"


# Functions that a map of such a source gets, by the form of its times.
FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "glued": ("2024010609:05:00 as ISO 8601.", f"case when length(:time) >= 13 then {_GLUED} end"),
    "ymd": ("2024/1/6 9:05 or 2024年1月6日 as ISO 8601.", _written((_YMD, 1), (_YMD, 2), (_YMD, 3))),
    "dmy": ("06/01/2024 9:05, the day first, as ISO 8601.", _written((_TWO, 3), (_TWO, 2), (_TWO, 1))),
    "mdy": ("01/06/2024 9:05, the month first, as ISO 8601.", _written((_TWO, 3), (_TWO, 1), (_TWO, 2))),
    "roc": ("112/01/06 9:05, 民國112年1月6日 or 1120106 as ISO 8601.", _of_republic()),
    "epoch_s": ("Seconds since 1970 as ISO 8601.", _since_1970("try_cast(:time as integer)")),
    "epoch_ms": (
        "Milliseconds since 1970 as ISO 8601, to the second.",
        _since_1970("cast(floor(try_cast(:time as bigint) / 1000) as integer)"),
    ),
}


def time_of(choice: Choice, name: str) -> tuple[str, float]:
    """The expression for a column's times, and the chance that it reads them right."""
    form = choice.column.date_form
    if form == "glued_time":
        return f"glued_time({name})", choice.chance
    if form in FUNCTIONS:
        both = form == "dmy" and choice.column.share("mdy") >= 0.8  # no day after the twelfth: either may come first
        return f"{form}_time({name})", choice.chance * (0.6 if both else 1.0)
    if not form and choice.column.known and choice.column.share(*_READ) < _READABLE:
        return name, choice.chance * 0.3  # nobody has said how such days are read
    return name, choice.chance


_UNITS: Mapping[str, frozenset[str]] = {
    "hour": frozenset(("h", "hr", "hrs", "hour", "hours", "stunden", "heures", "horas", "小时")),
    "day": frozenset(("d", "day", "days", "tage", "jours", "dias", "天", "天数")),
}


def with_clock(date: str, clock: str, column: ColumnProfile | None = None) -> str:
    """A day and the time of day that another column tells, called `clock` in the expression. `column`: where it is
    known, since it may be written without a colon.
    """
    if column is not None and column.share("clock") < _CLOCKS:
        read = f"substr({clock}, 1, 2) || ':' || substr({clock}, 3, 2)"
    else:
        read = f"case when length({clock}) in (4, 7) then '0' || {clock} else {clock} end"
    return f"{date} || coalesce('T' || {read}, '')"


def after(base: str, distance: str, called: str) -> str:
    """A time told as its distance from another: in minutes, or in what the column's name says."""
    words = set(tokens(called))
    unit = next((unit for unit, said in _UNITS.items() if said & words), "minute")
    return f"cast(try_cast({base} as timestamp) + try_cast({distance} as integer) * interval 1 {unit} as varchar)"
