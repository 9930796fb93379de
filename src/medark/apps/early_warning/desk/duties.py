"""The law's clock: diagnoses of notifiable diseases, reported in time, late, or not yet"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from medark.sdk import Counts, DataTable, Label, TableColumn, View

from .series import DISTRICT, Named
from .words import STANDING, STANDING_MARK, told

DUTIES: Final = "duties"
DUTY_COLUMNS: Final = (
    "person_id", "entry_start", "disease", "legal_class", "limit_hours", "district", "diagnosed_at", "reported_at",
    "hours", "standing",
)  # fmt: skip
COUNTED: Final = Counts(DUTIES, by=("limit_hours", "standing"))
BY_HOSPITAL: Final = Counts(DUTIES, by=("hospital", "standing"))
_DUE: Final = ("in_time", "late", "missed")  # what a card was due for, and it can be told whether it came


def by_limit(view: View, counts: Iterable[Mapping[str, Any]]) -> DataTable:
    """How many of each limit stand how."""
    counted: dict[float, dict[str, int | None]] = {}
    for row in counts:
        counted.setdefault(float(row["limit_hours"] or 0), {})[str(row["standing"])] = row["count"]
    columns = (
        TableColumn("limit", view.say("to be reported within", "法定时限")),
        *(TableColumn(one, told(view, one, STANDING), "number") for one in STANDING),
    )
    rows = tuple(
        (view.say(f"{limit:g} h", f"{limit:g} 小时"), *(of.get(one, 0) for one in STANDING))
        for limit, of in sorted(counted.items())
    )
    return DataTable(columns, rows)


def by_hospital(view: View, counts: Iterable[Mapping[str, Any]]) -> DataTable:
    """Of each hospital, what share of the diagnoses that were due was reported, and in time.

    None where a count is too small to be told, and where people are not linked: then what was missed is not known.
    """
    counted: dict[str, dict[str, int | None]] = {}
    for row in counts:
        counted.setdefault(str(row["hospital"] or "–"), {})[str(row["standing"])] = row["count"]
    say = view.say
    columns = (
        TableColumn("hospital", say("hospital", "机构")),
        TableColumn("due", say("due", "应报"), "number"),
        TableColumn("reported", say("reported", "报告率"), "number", "%"),
        TableColumn("in_time", say("in time", "及时率"), "number", "%"),
    )
    return DataTable(columns, tuple((name, *_shares(of)) for name, of in sorted(counted.items())))


def _shares(of: Mapping[str, int | None]) -> tuple[int | None, float | None, float | None]:
    """How many were due, and the shares of them, per cent, that were reported and reported in time."""
    in_time, late, missed = (of.get(standing, 0) for standing in _DUE)
    if in_time is None or late is None or missed is None or of.get("unlinked", 0) != 0:
        return None, None, None
    due = in_time + late + missed
    if not due:
        return 0, None, None
    return due, round(100 * (in_time + late) / due, 1), round(100 * in_time / due, 1)


def duty_table(view: View, name: str, named: Named, title: str = "") -> DataTable:
    """The diagnoses, one a line, with how long each took to be reported."""
    say, found = view.say, view[name]
    hours = say("h", "小时")
    columns = (
        TableColumn("person_id", say("person", "人员"), "person"),
        TableColumn("disease", say("disease", "病种")),
        TableColumn("district", say("district", "区县")),
        TableColumn("diagnosed_at", say("diagnosed", "诊断时间"), "date"),
        TableColumn("limit_hours", say("limit", "时限"), "number", hours),
        TableColumn("reported_at", say("reported", "报告时间"), "date"),
        TableColumn("hours", say("took", "用时"), "number", hours),
        TableColumn("standing", say("standing", "情况")),
    )
    rows = tuple(_duty(view, row, named) for row in found)
    after = f"page={view.page_no + 1}" if found.more else ""
    return DataTable(columns, rows, title, more=found.more, next_page=after)


def _duty(view: View, row: Mapping[str, Any], named: Named) -> tuple[Any, ...]:
    standing = row["standing"]
    return (
        row["person_id"], named.label("disease", row["disease"], view.language),
        named.label(DISTRICT, row["district"], view.language), row["diagnosed_at"], row["limit_hours"],
        row["reported_at"], row["hours"],
        Label(told(view, standing, STANDING), mark=STANDING_MARK.get(standing, "")),
    )  # fmt: skip
