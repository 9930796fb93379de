"""What is put in the place of a value that is more than a reader needs: as SQL, and in plain Python as its oracle"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from medark.errors import UsageError
from medark.messages import N_
from medark.model.table import Type


@dataclass(frozen=True, slots=True)
class Mask:
    """`sql` has the column as {column}; `plain` says the same of one value (None stays None).

    `types`: the columns that it can be put on. What it gives has the column's type; of dates it gives days.
    """

    name: str
    about: str
    types: frozenset[Type]
    sql: str
    plain: Callable[[Any], Any]


_TEXTS: Final = frozenset({Type.TEXT})
_TIMES: Final = frozenset({Type.DATE, Type.DATETIME})
_WHOLES: Final = frozenset({Type.INTEGER, Type.BIGINT})

# Source: common practice named in 12_privacy masking rules (GB/T 37964-2019 techniques; HIPAA Safe Harbor for areas).
MASKS: Final = {
    mask.name: mask
    for mask in (
        Mask("nothing", N_("the value is not shown"), frozenset(Type), "NULL", lambda _: None),
        Mask("year", N_("the first day of the year"), _TIMES, "CAST(DATE_TRUNC('year', {column}) AS DATE)",
             lambda day: dt.date(day.year, 1, 1)),
        Mask("month", N_("the first day of the month"), _TIMES, "CAST(DATE_TRUNC('month', {column}) AS DATE)",
             lambda day: dt.date(day.year, day.month, 1)),
        Mask("area", N_("the first three characters"), _TEXTS, "SUBSTR({column}, 1, 3)", lambda text: text[:3]),
        Mask("decade", N_("the decade: 1987 becomes 1980"), _WHOLES, "{column} - {column} % 10",
             lambda year: year - year % 10),
        Mask("star", N_("the first character and stars"), _TEXTS, "SUBSTR({column}, 1, 1) || '**'",
             lambda text: text[:1] + "**"),
    )
}  # fmt: skip
STRONGEST: Final = "nothing"


def masked(name: str, value: Any, kind: Type | None = None) -> Any:
    """The value behind a mask, as a column of a type has it: a day in a column of moments is its midnight.

    >>> masked("year", dt.date(1987, 5, 3)), masked("star", "张三丰"), masked("area", None)
    (datetime.date(1987, 1, 1), '张**', None)
    """
    shown = None if value is None else mask(name).plain(value)
    if kind is Type.DATETIME and isinstance(shown, dt.date):
        return dt.datetime(shown.year, shown.month, shown.day)
    return shown


def masked_sql(name: str, column: str, kind: Type) -> str:
    """The same in SQL, of a column of a type."""
    shown = mask(name).sql.format(column=column)
    return f"CAST({shown} AS {kind})" if name == STRONGEST or kind is Type.DATETIME else shown


def both(one: str | None, other: str | None) -> str | None:
    """What two masks on one column show together: of two that differ, neither's value.

    >>> both("year", None), both("year", "year"), both("year", "month")
    ('year', 'year', 'nothing')
    """
    if one is None or other is None or one == other:
        return one or other
    return STRONGEST


def mask(name: str) -> Mask:
    """The mask of a name; UsageError with the known ones."""
    if name not in MASKS:
        raise UsageError("there is no such mask", fix=", ".join(MASKS), mask=name)
    return MASKS[name]


def fitting(name: str, kind: Type) -> Mask:
    """The mask of a name, if it can be put on columns of a type. UsageError."""
    found = mask(name)
    if kind not in found.types:
        usable = ", ".join(each.name for each in MASKS.values() if kind in each.types)
        raise UsageError("this mask can't be put on a column of this type", fix=usable, mask=name, type=kind.value)
    return found
