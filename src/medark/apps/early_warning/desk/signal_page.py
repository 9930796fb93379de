"""One signal: how it stands, its clock, why, its curve and map, the cases behind it and whom they met"""

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
    Signals,
    TaskPanel,
    Tasks,
    Text,
    View,
    address,
)

from .channels import CHANNELS
from .contacts import contacts, meetings_of
from .curve import curve
from .districts import Districts
from .line_list import LineList
from .series import DISTRICT, Named, Row, chosen
from .sold import SOLD, sold
from .systems import System, system_of
from .tables import Clocks, clocks, counted
from .tiles import Tile, tiles
from .words import REASONS, STATE, STATE_MARK, clock, number, told

TITLE: Final = {"en": "A signal", "zh": "信号处置"}
POINTS: Final = 180  # periods of a curve
_HERE: Final = "/console/app/early_warning"
SHOWS: Final = {
    "signals": Signals(asked=True, points=POINTS),
    "tasks": Tasks(kind="signal", days=366),
    **{one.name: one.cases for one in CHANNELS},
    **SOLD,
    **{name: met for one in CHANNELS for name, met in meetings_of(one).items()},
}


@dataclass(frozen=True, slots=True)
class SignalPage:
    """The body of the page."""

    systems: tuple[System, ...]
    named: Named
    districts: Districts

    def __call__(self, view: View) -> tuple[Block, ...]:
        row = chosen(view, list(view["signals"]))
        if row is None:
            return (Heading(TITLE[view.language], 1), Text(view.say(
                f"There is no such series now. [To today's signals]({_HERE}/overview)",
                f"当前无此序列。[返回今日预警]({_HERE}/overview)",
            )))  # fmt: skip
        name = self.named(view, row)
        return (
            Heading(f"{row['title']} · {name}", 1),
            self._ways(view, row),
            standing(view, row, clocks(view)),
            *_panel(view, row),
            curve(view, row, name),
            Heading(view.say("Why", "判定依据")),
            Text(row["why"]),
            *siblings(view, self.districts, row),
            *LineList(self.named)(view),
            *sold(view, self.named),
            *contacts(view),
        )

    def _ways(self, view: View, row: Row) -> Text:
        """To its system, and to its report."""
        system = system_of(self.systems, row["signal"])
        back = f"[← {system.title[view.language]}]({_HERE}/{system.path})" if system else ""
        report = address("report", {name: value for name, value in view.query.items() if name != "page"})
        return Text(f"{back} · [{view.say('Report', '调查报告')}]({_HERE}/{report})")


def signal_page(systems: tuple[System, ...], named: Named, districts: Districts) -> Page:
    """The page; one comes to it from a table of signals."""
    return Page("signal", TITLE, SignalPage(systems, named, districts), SHOWS, is_listed=False)


def standing(view: View, row: Row, tasks: Clocks) -> KeyFigures:
    """How a series stands, in numbers."""
    say, task = view.say, tasks.get(row["task"])
    minutes = task["minutes"] if task else None
    return KeyFigures((
        KeyFigure(say("state", "状态"), told(view, row["state"], STATE), mark=STATE_MARK.get(row["state"], "")),
        KeyFigure(say("count", "例数"), counted(row), note=str(row["period"] or "")[:10]),
        KeyFigure(say("expected", "期望值"), number(row["expected"])),
        KeyFigure(say("threshold", "阈值"), number(row["threshold"])),
        KeyFigure(say("stands so since", "起始"), row["since"] or "–"),
        KeyFigure(
            say("to be answered", "响应时限"), clock(view, minutes), mark="critical" if (minutes or 0) < 0 else ""
        ),
    ))  # fmt: skip


def _panel(view: View, row: Row) -> Iterator[Block]:
    if row["task"]:
        reasons = tuple(view.say(*both) for both in REASONS.values())
        yield TaskPanel(row["task"], view.say("Verified", "核实为事件"), view.say("Dismiss", "排除"), reasons)


def siblings(view: View, districts: Districts, row: Row) -> Iterator[Block]:
    """The same signal in every district, on the map; nothing where it is not by district."""
    of = {name: value for name, value in row["group"].items() if name != DISTRICT}
    there: dict[str, Tile] = {}
    for one in view["signals"]:
        if all(one["group"].get(name) == value for name, value in of.items()):
            for written in one["places"] or [one["group"].get(DISTRICT)]:
                if found := districts.find(written):
                    there[found.code] = Tile(one["count"], one["threshold"], one["state"] == "alarm")
    if there:
        day = str(row["period"] or "")[:10]
        title = view.say(f"By district, {day}", f"分区分布，{day}")
        yield tiles(view, districts, there, title, view.say("count", "例数"))
