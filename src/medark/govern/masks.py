"""What is put in the place of a value that is more than a reader needs: as SQL, and in plain Python as its oracle"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from medark.errors import UsageError


@dataclass(frozen=True, slots=True)
class Mask:
    """`sql` has the column as {column}; `plain` says the same of one value (None stays None)."""

    name: str
    about: str
    sql: str
    plain: Callable[[Any], Any]


def _first(letters: int) -> Callable[[str], str]:
    return lambda text: text[:letters]


# Source: common practice named in 12_privacy masking rules (GB/T 37964-2019 techniques; HIPAA Safe Harbor for areas).
MASKS: Final = {
    mask.name: mask
    for mask in (
        Mask("nothing", "the value is not shown", "NULL", lambda _: None),
        Mask("year", "the first day of the year", "CAST(DATE_TRUNC('year', {column}) AS DATE)",
             lambda day: dt.date(day.year, 1, 1)),
        Mask("month", "the first day of the month", "CAST(DATE_TRUNC('month', {column}) AS DATE)",
             lambda day: dt.date(day.year, day.month, 1)),
        Mask("area", "the first three characters", "SUBSTR({column}, 1, 3)", _first(3)),
        Mask("decade", "the decade: 1987 becomes 1980", "{column} - {column} % 10", lambda year: year - year % 10),
        Mask("star", "the first character and stars", "SUBSTR({column}, 1, 1) || '**'", lambda text: text[:1] + "**"),
    )
}  # fmt: skip


def masked(name: str, value: Any) -> Any:
    """The value behind a mask.

    >>> masked("year", dt.date(1987, 5, 3)), masked("star", "张三丰"), masked("area", None)
    (datetime.date(1987, 1, 1), '张**', None)
    """
    return None if value is None else mask(name).plain(value)


def mask(name: str) -> Mask:
    """The mask of a name; UsageError with the known ones."""
    if name not in MASKS:
        raise UsageError("there is no such mask", fix=", ".join(MASKS), mask=name)
    return MASKS[name]
