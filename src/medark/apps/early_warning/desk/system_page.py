"""A warning system: its signals, the curve of the one that needs somebody first and why, the map, the law's clock"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from medark.sdk import (
    Block,
    Heading,
    KeyFigure,
    KeyFigures,
    Page,
    Rows,
    Signals,
    Tasks,
    Text,
    View,
)

from .curve import curve
from .districts import Districts
from .duties import BY_HOSPITAL, COUNTED, DUTIES, DUTY_COLUMNS, by_hospital, by_limit, duty_table
from .overview import alarms_by_district
from .series import Named, Row, ranked
from .signal_page import POINTS
from .systems import System
from .tables import Clocks, clocks, signal_table
from .tiles import tiles

_FIRST: Final = 8  # series before the curve, or as many as alarm or wait
_MOST: Final = 25  # series after it


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
        first = max(_FIRST, len(alarms))
        return (
            Heading(self.system.title[view.language], 1),
            Text(self.system.about[view.language]),
            self._figures(view, rows, alarms, tasks),
            *(self._law(view) if self.has_duties else ()),
            Heading(view.say("Signals", "监测信号")),
            signal_table(view, rows[:first], self.named, tasks),
            *self._first(view, rows),
            tiles(
                view,
                self.districts,
                alarms_by_district(self.districts, alarms),
                view.say("Alarms by district", "各区县预警"),
                view.say("alarms", "预警数"),
            ),
            *self._others(view, rows[first:], tasks),
            Text(view.say("Source: ", "依据：") + self.system.source),
        )

    def _figures(self, view: View, rows: list[Row], alarms: list[Row], tasks: Clocks) -> KeyFigures:
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

    def _others(self, view: View, rows: list[Row], tasks: Clocks) -> Iterator[Block]:
        """The series that don't alarm."""
        if rows:
            yield Heading(view.say("Other series", "其他序列"))
            yield signal_table(view, rows[:_MOST], self.named, tasks)
        if (more := len(rows) - _MOST) > 0:
            yield Text(view.say(f"{more} more series, none as urgent.", f"另有 {more} 个序列，均不更紧急。"))

    def _law(self, view: View) -> Iterator[Block]:
        yield Heading(view.say("The law's clock", "法定报告时限"))
        yield by_limit(view, view["duties_counted"])
        yield by_hospital(view, view["duties_by_hospital"])
        yield duty_table(view, "duties", self.named, view.say("Newest first", "最近诊断"))

    def _first(self, view: View, rows: list[Row]) -> Iterator[Block]:
        """The curve of the series that needs somebody first, and why."""
        for row in [one for one in rows if one["points"]][:1]:
            name = self.named(view, row)
            yield curve(view, row, f"{row['title']} · {name}")
            yield Text(f"**{view.say('Why', '判定依据')}**: {row['why']}")


def system_page(system: System, named: Named, districts: Districts, has_duties: bool = False) -> Page:
    """The page of one system."""
    shows = {"signals": Signals(system.signals, points=POINTS), "tasks": Tasks(kind="signal")}
    if has_duties:
        shows |= {
            "duties": Rows(DUTIES, DUTY_COLUMNS, ("-entry_start",), 25),
            "duties_counted": COUNTED,
            "duties_by_hospital": BY_HOSPITAL,
        }
    return Page(system.path, system.title, SystemPage(system, named, districts, has_duties), shows)
