"""A warning system: its signals, the curve of the one that needs somebody first and why, the map, the law's clock"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from medark.sdk import (
    Block,
    Counts,
    DataTable,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    Page,
    Rows,
    Signals,
    TableColumn,
    Tasks,
    Text,
    View,
)

from .curve import curve
from .districts import Districts
from .overview import alarms_by_district
from .series import Named, ranked
from .signal_page import POINTS
from .systems import System
from .tables import Clocks, clocks, signal_table
from .tiles import tiles
from .words import STANDING, STANDING_MARK, told

_MOST: Final = 40  # series of one table
DUTIES: Final = "duties"
_DUTY_COLUMNS: Final = (
    "person_id", "entry_start", "disease", "legal_class", "limit_hours", "district", "diagnosed_at", "reported_at",
    "hours", "standing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SystemPage:
    """The body of the page of one system."""

    system: System
    named: Named
    districts: Districts
    has_duties: bool = False

    def __call__(self, view: View) -> tuple[Block, ...]:
        rows, tasks = ranked(view["signals"]), clocks(view)
        alarms = [row for row in rows if row["state"] == "alarm"]
        return (
            Heading(self.system.title[view.language], 1),
            Text(self.system.about[view.language]),
            self._figures(view, rows, alarms, tasks),
            *(self._duties(view) if self.has_duties else ()),
            Heading(view.say("Signals", "监测信号")),
            signal_table(view, rows[:_MOST], self.named, tasks),
            *self._first(view, rows),
            tiles(
                view,
                self.districts,
                alarms_by_district(self.districts, alarms),
                view.say("Alarms by district", "各区县预警"),
                view.say("alarms", "预警数"),
            ),
            Text(view.say("Source: ", "依据：") + self.system.source),
        )

    def _figures(self, view: View, rows: list, alarms: list, tasks: Clocks) -> KeyFigures:
        say = view.say
        mine = [task for row in rows if (task := tasks.get(row["task"])) and task["state"] in ("open", "assigned")]
        late = sum(task["is_late"] for task in mine)
        blind = sum(row["state"] == "unknown" for row in rows)
        return KeyFigures((
            KeyFigure(say("series that alarm", "预警序列"), len(alarms), mark="critical" if alarms else "good"),
            KeyFigure(
                say("series watched", "监测序列"), len(rows), note=say(f"{blind} can't be told", f"{blind} 个无法判断")
            ),
            KeyFigure(say("to be verified", "待核实"), len(mine)),
            KeyFigure(say("late", "已超时"), late, mark="critical" if late else "good"),
            KeyFigure(say("to be answered in", "响应时限"), self.system.due_hours, say("h", "小时")),
        ))  # fmt: skip

    def _first(self, view: View, rows: list) -> Iterator[Block]:
        """The curve of the series that needs somebody first, and why."""
        for row in [one for one in rows if one["points"]][:1]:
            name = self.named(view, row)
            yield curve(view, row, f"{row['title']} · {name}")
            yield Text(f"**{view.say('Why', '判定依据')}**: {row['why']}")

    def _duties(self, view: View) -> Iterator[Block]:
        """The law's clock: who was reported in time, who late, and whom nobody has reported."""
        say = view.say
        counted: dict[str, dict[str, int | None]] = {}
        for row in view["duties_counted"]:
            counted.setdefault(str(row["limit_hours"]), {})[str(row["standing"])] = row["count"]
        columns = (
            TableColumn("limit", say("to be reported within", "法定时限")),
            *(TableColumn(one, told(view, one, STANDING), "number") for one in STANDING),
        )
        yield Heading(say("The law's clock", "法定报告时限"))
        yield DataTable(columns, tuple(
            (say(f"{float(limit):g} h", f"{float(limit):g} 小时"), *(of.get(one, 0) for one in STANDING))
            for limit, of in sorted(counted.items(), key=lambda item: float(item[0]))
        ))  # fmt: skip
        yield self._duty_table(view)

    def _duty_table(self, view: View) -> DataTable:
        say = view.say
        columns = (
            TableColumn("person_id", say("person", "人员"), "person"),
            TableColumn("disease", say("disease", "病种")),
            TableColumn("district", say("district", "区县")),
            TableColumn("diagnosed_at", say("diagnosed", "诊断时间"), "date"),
            TableColumn("limit_hours", say("limit", "时限"), "number", say("h", "小时")),
            TableColumn("reported_at", say("reported", "报告时间"), "date"),
            TableColumn("hours", say("took", "用时"), "number", say("h", "小时")),
            TableColumn("standing", say("standing", "情况")),
        )
        rows = tuple(
            (
                row["person_id"],
                self.named.label("disease", row["disease"], view.language),
                self.districts.named(row["district"], view.language),
                row["diagnosed_at"],
                row["limit_hours"],
                row["reported_at"],
                row["hours"],
                Label(told(view, row["standing"], STANDING), mark=STANDING_MARK.get(row["standing"], "")),
            )
            for row in view["duties"]
        )
        found = view["duties"]
        after = f"page={view.page_no + 1}" if found.more else ""
        return DataTable(columns, rows, say("Newest first", "最近诊断"), more=found.more, next_page=after)


def system_page(system: System, named: Named, districts: Districts, has_duties: bool = False) -> Page:
    """The page of one system."""
    shows = {"signals": Signals(system.signals, points=POINTS), "tasks": Tasks(kind="signal")}
    if has_duties:
        shows |= {
            "duties": Rows(DUTIES, _DUTY_COLUMNS, ("-entry_start",), 25),
            "duties_counted": Counts(DUTIES, by=("limit_hours", "standing")),
        }
    return Page(system.path, system.title, SystemPage(system, named, districts, has_duties), shows)
