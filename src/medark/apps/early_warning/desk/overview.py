"""The page that the officer on duty has in front of her: what alarms, what is late, system by system, and the trend"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from medark.sdk import (
    Block,
    DataTable,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    Page,
    Signals,
    TableColumn,
    Tasks,
    Text,
    View,
    figure,
)

from .colours import ALARM, COUNT, EXPECTED, SCHEMA
from .districts import Districts
from .series import DISTRICT, Named, Row, ranked
from .systems import System
from .tables import Clocks, clocks, signal_table
from .tiles import Tile, tiles
from .words import TASK, clock, told, whole

TITLE: Final = {"en": "Early warning today", "zh": "今日预警"}
_SHOWN: Final = 12  # signals in the first table
_DAYS: Final = 28  # of the trend
_COLOURS: Final[Mapping[str, str]] = {"open": ALARM, "assigned": COUNT, "done": "#3f8f4a", "dismissed": EXPECTED}


@dataclass(frozen=True, slots=True)
class Overview:
    """The body of the page."""

    systems: tuple[System, ...]
    named: Named
    districts: Districts

    def __call__(self, view: View) -> tuple[Block, ...]:
        tasks, rows = clocks(view), ranked(view["signals"])
        alarms = [row for row in rows if row["state"] == "alarm"]
        first = [row for row in alarms if row["task_state"] not in ("done", "dismissed")] or alarms
        return (
            Heading(TITLE[view.language], 1),
            _figures(view, alarms, tasks),
            *_urgent(view, first, self.named, tasks),
            Heading(view.say("The seven systems", "七大预警系统")),
            _systems(view, self.systems, rows, tasks),
            tiles(
                view, self.districts, alarms_by_district(self.districts, alarms),
                view.say("Alarms by district", "各区县预警"), view.say("alarms", "预警数"),
            ),
            _trend(view, tasks),
        )  # fmt: skip


def overview(systems: tuple[System, ...], named: Named, districts: Districts) -> Page:
    """The page."""
    shows = {"signals": Signals(), "tasks": Tasks(kind="signal", days=_DAYS)}
    return Page("overview", TITLE, Overview(systems, named, districts), shows)


def _figures(view: View, alarms: Sequence[Row], tasks: Clocks) -> KeyFigures:
    say = view.say
    open_ = [task for task in tasks.values() if task["state"] in ("open", "assigned")]
    late = [task for task in open_ if task["is_late"]]
    nobodys = sum(task["state"] == "open" for task in open_)
    ended = Counter(task["state"] for task in tasks.values())
    judged = ended["done"] + ended["dismissed"]
    share = round(100 * ended["done"] / judged) if judged else None
    return KeyFigures((
        KeyFigure(say("series that alarm", "预警序列"), len(alarms), mark="critical" if alarms else "good"),
        KeyFigure(
            say("to be verified", "待核实"), len(open_), note=say(f"{nobodys} with nobody yet", f"未受理 {nobodys}")
        ),
        KeyFigure(say("late", "已超时"), len(late), mark="critical" if late else "good"),
        KeyFigure(say("verified", "已核实"), ended["done"], note=say(f"in {_DAYS} days", f"近 {_DAYS} 天")),
        KeyFigure(say("dismissed", "已排除"), ended["dismissed"], note=say(f"in {_DAYS} days", f"近 {_DAYS} 天")),
        KeyFigure(
            say("verified of those closed", "核实率"), "–" if share is None else share, "" if share is None else "%"
        ),
    ))  # fmt: skip


def _urgent(view: View, rows: Sequence[Row], named: Named, tasks: Clocks) -> Iterator[Block]:
    title = view.say("What needs you first", "优先处置")
    yield Heading(title)
    if not rows:
        yield Text(view.say("Nothing alarms. Below: what each system watches.", "当前无预警，各系统监测情况见下表。"))
        return
    yield signal_table(view, rows[:_SHOWN], named, tasks)
    if len(rows) > _SHOWN:
        more = len(rows) - _SHOWN
        yield Text(view.say(f"{more} more alarms: see the systems.", f"另有 {more} 条预警，见各系统。"))


def _systems(view: View, systems: Sequence[System], rows: Sequence[Row], tasks: Clocks) -> DataTable:
    say = view.say
    columns = (
        TableColumn("system", say("system", "系统")),
        TableColumn("alarms", say("alarms", "预警")),
        TableColumn("series", say("series watched", "监测序列"), "number"),
        TableColumn("newest", say("newest period", "最新时段"), "date"),
        TableColumn("waiting", say("to be verified", "待核实"), "number"),
        TableColumn("clock", say("next is due", "最近时限")),
    )
    return DataTable(columns, tuple(_system(view, one, rows, tasks) for one in systems))


def _system(view: View, one: System, rows: Sequence[Row], tasks: Clocks) -> tuple[Any, ...]:
    mine = [row for row in rows if row["signal"] in one.signals]
    alarms = [row for row in mine if row["state"] == "alarm"]
    waiting = [task for row in mine if (task := tasks.get(row["task"])) and task["state"] in ("open", "assigned")]
    minutes = [task["minutes"] for task in waiting if task["minutes"] is not None]
    least = min(minutes, default=None)
    newest = max((str(row["period"])[:10] for row in mine if row["period"]), default=None)
    return (
        Label(one.title[view.language], one.path),
        Label(str(len(alarms)), mark="critical" if alarms else "good"),
        len(mine),
        newest,
        len(waiting),
        Label(clock(view, least), mark="critical" if least is not None and least < 0 else ""),
    )


def alarms_by_district(districts: Districts, alarms: Sequence[Row]) -> dict[str, Tile]:
    """How many series alarm in each district; a cluster counts in each of its districts."""
    counted: Counter[str] = Counter()
    for row in alarms:
        for written in str(row["group"].get(DISTRICT) or "").split("、"):
            if found := districts.find(written):
                counted[found.code] += 1
    return {one.code: Tile(counted[one.code], None, counted[one.code] > 0) for one in districts}


def _trend(view: View, tasks: Clocks) -> Figure:
    """Signals by the day on which they were raised, and what became of them."""
    last = dt.date.fromisoformat(view.today)
    days = [str(last - dt.timedelta(back)) for back in reversed(range(_DAYS))]
    counted = Counter((str(task["raised"])[:10], task["state"]) for task in tasks.values())
    words = {state: told(view, state, TASK) for state in TASK}
    values = [
        {"day": day, "state": words[state], "n": counted[day, state]} for day in days for state in TASK
        if counted[day, state]
    ]  # fmt: skip
    most = max((sum(counted[day, state] for state in TASK) for day in days), default=0)
    title = view.say(f"Signals raised in {_DAYS} days", f"近 {_DAYS} 天预警信号")
    drawn = {
        "$schema": SCHEMA,
        "data": {"values": values},
        "mark": {"type": "bar", "size": 14, "tooltip": True},
        "encoding": {
            "x": {
                "field": "day", "type": "temporal", "title": None, "scale": {"domain": [days[0], days[-1]]},
                "axis": {"format": "%m-%d", "tickCount": 7},
            },
            "y": {
                "field": "n", "type": "quantitative", "axis": whole(most),
                "title": view.say("signals", "信号数"),
            },
            "color": {
                "field": "state", "type": "nominal", "legend": {"title": None},
                "scale": {"domain": list(words.values()), "range": list(_COLOURS.values())},
            },
        },
        "width": "container",
        "height": 150,
    }  # fmt: skip
    columns = (
        TableColumn("day", view.say("day", "日期"), "date"),
        *(TableColumn(state, words[state], "number") for state in TASK),
    )
    table = DataTable(columns, tuple((day, *(counted[day, state] for state in TASK)) for day in reversed(days)))
    alt = view.say(f"{title}: {sum(counted.values())} in all", f"{title}：共 {sum(counted.values())} 个")
    return figure(drawn, alt=alt, title=title, table=table)
