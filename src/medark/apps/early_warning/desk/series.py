"""The rows of signals: their names, which of them a query has chosen, and the query that chooses one"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from medark.sdk import View, address

Row = Mapping[str, Any]
DISTRICT: Final = "district"
SCHOOL: Final = "school"  # a place of its own
BEFORE: Final = 14  # days before an alarm that its cases are looked for in
_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7, "month": 31}
_RANK: Final[Mapping[str, int]] = {"alarm": 0, "quiet": 1, "unsettled": 1, "unknown": 2}
_CLOSED: Final = ("done", "dismissed")


@dataclass(frozen=True, slots=True)
class Named:
    """Turns values into words. `label`: the words of a column's value in a language."""

    label: Callable[[str, Any, str], str]

    def __call__(self, view: View, row: Row) -> str:
        """What a series counts and where, in the reader's words: "influenza-like illness · Xihu"."""
        told = dict(row["group"])
        if row["places"]:
            told[DISTRICT] = "、".join(row["places"])
        where = () if SCHOOL in told else (view.say("whole city", "全市"),)
        if DISTRICT in told:
            written = told.pop(DISTRICT)
            nowhere = view.say("district not told", "区县不详")
            where = (self.label(DISTRICT, written, view.language) if written else nowhere,)
        return " · ".join((*(self.label(name, value, view.language) for name, value in told.items() if value), *where))


def has_page(row: Row) -> bool:
    """Can a query name it? Not where a part of its group is not told."""
    return all(row["group"].values())


def page_of(row: Row, fixed: Mapping[str, str]) -> str:
    """The page of a series: a query that chooses it, with the places and days in which its cases lie."""
    first, last = window(row)
    told = {"signal": row["signal"], **{name: str(value) for name, value in row["group"].items() if value}}
    if row["places"]:
        told[DISTRICT] = "、".join(dict.fromkeys((told[DISTRICT], *row["places"])))
    return address("signal", {**told, "from": first, "to": last, **fixed})


def window(row: Row) -> tuple[str, str]:
    """From which day until which the cases behind a series lie: from a fortnight before its alarm to its last day."""
    last = dt.date.fromisoformat(str(row["period"])[:10]) if row["period"] else dt.date.today()
    since = dt.date.fromisoformat(str(row["since"])[:10]) if row["state"] == "alarm" and row["since"] else last
    return str(since - dt.timedelta(BEFORE)), str(last + dt.timedelta(_DAYS[row["every"]] - 1))


def chosen(view: View, rows: Sequence[Row]) -> Row | None:
    """The series that the query names; None where there is none such."""
    signal = view.query.get("signal")
    return next((row for row in rows if row["signal"] == signal and _is_named(view.query, row["group"])), None)


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Alarms first, those that wait for somebody before the others, what is due first first; then the larger counts."""
    return sorted(rows, key=_rank)


def _rank(row: Row) -> tuple[int, bool, float, int]:
    is_closed = row["task_state"] in _CLOSED
    return _RANK[row["state"]], is_closed, row["due_ms"] or float("inf"), -(row["count"] or 0)


def _is_named(query: Mapping[str, str], group: Mapping[str, Any]) -> bool:
    """Does the query name this group, and no district more? A cluster is named by its first place."""
    here = {name: str(value) for name, value in group.items() if value}
    asked = {**query, DISTRICT: query.get(DISTRICT, "").partition("、")[0]}
    return all(asked.get(name, "") == value for name, value in {DISTRICT: "", **here}.items())
