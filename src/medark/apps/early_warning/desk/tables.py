"""The tables of signals: what alarms first, each with its clock, and a way to its own page"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medark.sdk import DataTable, Label, TableColumn, View

from .channels import fixed_of
from .series import Named, Row, has_page, page_of
from .words import STATE, STATE_MARK, TASK, TASK_MARK, clock, number, told

Clocks = Mapping[int, Mapping[str, Any]]  # tasks by their number


def clocks(view: View, name: str = "tasks") -> Clocks:
    """The tasks of a page by number."""
    return {row["number"]: row for row in view[name]}


def signal_table(view: View, rows: Sequence[Row], named: Named, tasks: Clocks, title: str = "") -> DataTable:
    """A line a series: how it stands, since when, by how much, and how long there is to answer it."""
    say = view.say
    columns = (
        TableColumn("signal", say("signal", "信号")),
        TableColumn("where", say("of what, where", "对象与地区")),
        TableColumn("state", say("state", "状态")),
        TableColumn("since", say("since", "起始"), "date"),
        TableColumn("count", say("count", "例数"), "number"),
        TableColumn("expected", say("expected", "期望"), "number"),
        TableColumn("threshold", say("threshold", "阈值"), "number"),
        TableColumn("clock", say("to be answered", "响应时限")),
        TableColumn("handled", say("handled", "处置")),
    )
    return DataTable(columns, tuple(_line(view, row, named, tasks) for row in rows), title)


def _line(view: View, row: Row, named: Named, tasks: Clocks) -> tuple[Any, ...]:
    return (
        Label(row["title"], page_of(row, fixed_of(row["signal"])) if has_page(row) else ""),
        named(view, row),
        Label(told(view, row["state"], STATE), mark=STATE_MARK.get(row["state"], "")),
        row["since"] or None,
        counted(row),
        number(row["expected"]),
        number(row["threshold"]),
        clock_label(view, tasks.get(row["task"])),
        handled(view, row),
    )


def counted(row: Row) -> str:
    """The count of the newest period: of shares with what it is a share of; what was held against the threshold."""
    if row["total"] is not None:
        return f"{number(row['count'])} / {number(row['total'])}"
    return number(row["judged"] if row["judged"] is not None else row["count"])


def clock_label(view: View, task: Mapping[str, Any] | None) -> Label:
    """How long there is to answer, or since when it is late."""
    if task is None or task["minutes"] is None:
        return Label("–")
    late = task["minutes"] < 0
    return Label(clock(view, task["minutes"]), mark="critical" if late else "warning" if task["minutes"] < 60 else "")


def handled(view: View, row: Row) -> Label:
    """What has become of it."""
    if not row["task"]:
        return Label("–")
    return Label(told(view, row["task_state"], TASK), mark=TASK_MARK.get(row["task_state"], ""))
