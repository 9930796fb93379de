"""The report of a signal: what, where, when, who; its curve and map; what was done, and whether it was in time"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from medark.sdk import Block, DataTable, Heading, Page, Rows, TableColumn, Text, View
from medark.sdk.shows import MOST_ROWS

from .channels import CHANNELS, Channel
from .contacts import contacts
from .curve import curve
from .districts import Districts
from .duties import DUTIES, by_limit
from .line_list import LineList
from .series import DISTRICT, Named, Row, chosen
from .signal_page import SHOWS, siblings
from .sold import SALES, sold
from .systems import System, system_of
from .tables import clocks, counted
from .words import OUTCOME, SEX, STATE, TASK, number, told

_POINTS: Final = 56  # periods of the curve: its numbers are printed, too
_OF_CARDS: Final = ("signal=cards", "signal=cards_urgent")
_DUTIES: Final = Rows(
    DUTIES, ("limit_hours", "standing"), ("-entry_start",), MOST_ROWS, ("disease", DISTRICT), "entry_start", _OF_CARDS
)
TITLE: Final = {"en": "Report of a signal", "zh": "预警信号调查报告"}


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The body of the page: also what is printed."""

    systems: tuple[System, ...]
    named: Named
    districts: Districts

    def __call__(self, view: View) -> tuple[Block, ...]:
        row = chosen(view, list(view["signals"]))
        if row is None:
            return (Heading(TITLE[view.language], 1), Text(view.say("There is no such series now.", "当前无此序列。")))
        name = self.named(view, row)
        say = view.say
        return (
            Heading(f"{TITLE[view.language]}：{name}" if view.language == "zh" else f"{TITLE['en']}: {name}", 1),
            Heading(say("In short", "概要")),
            self._short(view, row, name),
            Heading(say("How it was told", "判定依据")),
            Text(row["why"]),
            curve(view, {**row, "points": row["points"][-_POINTS:]}, name),
            *siblings(view, self.districts, row),
            *self._who(view),
            *self._law(view),
            Heading(say("What was done", "处置经过")),
            self._done(view, row),
            *LineList(self.named)(view),
            *sold(view, self.named),
            *contacts(view),
        )  # fmt: skip

    def _short(self, view: View, row: Row, name: str) -> DataTable:
        """What, where, when, how many, by when to be answered."""
        say, system = view.say, system_of(self.systems, row["signal"])
        task = clocks(view).get(row["task"])
        first, last = view.query.get("from", ""), view.query.get("to", "")
        told_of = [
            (say("system", "预警系统"), system.title[view.language] if system else "–"),
            (say("signal", "信号"), row["title"]),
            (say("what and where", "对象与地区"), name),
            (say("state", "状态"), told(view, row["state"], STATE)),
            (say("since", "起始日期"), row["since"] or "–"),
            (say("newest period", "最新时段"), str(row["period"] or "–")[:10]),
            (say("count, expected, threshold", "例数、期望值、阈值"),
             f"{counted(row)} · {number(row['expected'])} · {number(row['threshold'])}"),
            (say("cases looked for", "病例检索时段"), f"{first} – {last}"),
            (say("raised", "发出时间"), task["raised"] if task else "–"),
            (say("to be answered by", "应答复时间"), (task["due"] if task else None) or "–"),
            (say("answered in time", "是否按时答复"), _in_time(view, task)),
        ]  # fmt: skip
        return _pairs(view, told_of)

    def _who(self, view: View) -> Iterator[Block]:
        """Cases by age and sex, and what became of them, of each channel that there is; tills tell of nobody."""
        if view.query.get("signal") == SALES:
            return
        yield Heading(view.say("Who", "人群分布"))
        for channel in CHANNELS:
            if channel.cases.is_asked(view.query):
                yield _by_age(view, channel)

    def _law(self, view: View) -> Iterator[Block]:
        """Whether the law's limit was met, of diseases that have one."""
        if len(view["duties"]):
            counted = Counter((row["limit_hours"], row["standing"]) for row in view["duties"])
            yield Heading(view.say("The law's limit", "法定报告时限"))
            yield by_limit(view, [
                {"limit_hours": limit, "standing": standing, "count": n} for (limit, standing), n in counted.items()
            ])  # fmt: skip

    def _done(self, view: View, row: Row) -> DataTable:
        task = clocks(view).get(row["task"])
        if task is None:
            return _pairs(view, [(view.say("task", "任务"), view.say("none was raised", "未生成任务"))])
        say = view.say
        return _pairs(view, [
            (say("task", "任务"), f"#{task['number']}"),
            (say("raised", "发出"), task["raised"]),
            (say("with", "受理人"), task["assignee"] or "–"),
            (say("standing", "处置"), told(view, task["state"], TASK)),
            (say("closed", "办结"), task["closed"] or "–"),
            (say("reason", "结论与理由"), task["reason"] or "–"),
        ])  # fmt: skip


def report_page(systems: tuple[System, ...], named: Named, districts: Districts) -> Page:
    """The page; one comes to it from a signal."""
    return Page("report", TITLE, ReportPage(systems, named, districts), {**SHOWS, "duties": _DUTIES}, is_listed=False)


def _in_time(view: View, task: Mapping[str, Any] | None) -> str:
    if task is None or task["due"] is None:
        return "–"
    if task["closed"] is None and not task["is_late"]:
        return view.say("still open, in time", "处理中，未超时")
    return view.say("no", "否") if task["is_late"] else view.say("yes", "是")


def _by_age(view: View, channel: Channel) -> DataTable:
    """Cases of this page by age and sex."""
    found = view[channel.name]
    by = Counter((row["age_band"], row["sex"]) for row in found)
    died = Counter(row["age_band"] for row in found if row.get("outcome") == "died")
    sexes = sorted({sex for _band, sex in by}, key=str)
    columns = (
        TableColumn("age", view.say("age", "年龄组")),
        *(TableColumn(f"sex_{sex}", told(view, sex, SEX), "number") for sex in sexes),
        TableColumn("all", view.say("all", "合计"), "number"),
        TableColumn("died", told(view, "died", OUTCOME), "number"),
    )
    bands = sorted({band for band, _sex in by}, key=_age)
    rows = tuple(
        (band or "–", *(by[band, sex] for sex in sexes), sum(by[band, sex] for sex in sexes), died[band])
        for band in bands
    )
    return DataTable(columns, rows, view.say(channel.en, channel.zh))


def _age(band: object) -> tuple[int, str]:
    """Bands by their first age; what is not known last."""
    digits = "".join(one for one in str(band or "").replace("-", " ").replace("–", " ").split(" ")[0] if one.isdigit())
    return (int(digits) if digits else 999, str(band))


def _pairs(view: View, told_of: Sequence[tuple[str, str]]) -> DataTable:
    columns = (TableColumn("what", view.say("what", "项目")), TableColumn("told", view.say("told", "内容")))
    return DataTable(columns, tuple(told_of))
