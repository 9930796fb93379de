"""How cards end: shown, accepted, overridden and why, silenced"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from medark.define import attached
from medark.sdk import Block, CardEnds, DataTable, Heading, KeyFigure, KeyFigures, Label, Page, TableColumn, Text, View

from ..knowledge.known import Knowledge

Rows = Sequence[Mapping[str, Any]]
QUALITY: Final = {"en": "How cards end", "zh": "提示质量"}
_OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "shown": ("shown", "展示"), "accepted": ("accepted", "采纳"), "overridden": ("overridden", "否决"),
    "silenced": ("silenced", "静默"),
}  # fmt: skip


def quality_page(known: Knowledge) -> Page:
    """The page; small counts are not told."""
    reasons = {row["code"]: (row["label_en"], row["label_zh"]) for row in attached.table_file("facts/reasons.csv")}

    def shown(view: View) -> tuple[Block, ...]:
        rows = list(view["ends"])
        title = Heading(QUALITY[view.language], 1)
        if not rows:
            return (title, Text(view.say("No card has been shown or answered yet.", "尚无提示被展示或处理。")))
        return (title, _totals(rows, view), _by_card(known, rows, view), _by_reason(rows, reasons, view))

    return Page("quality", QUALITY, shown, {"ends": CardEnds()})


def _totals(rows: Rows, view: View) -> KeyFigures:
    return KeyFigures(tuple(
        KeyFigure(words[view.language == "zh"], _sum(row["count"] for row in rows if row["outcome"] == outcome))
        for outcome, words in _OUTCOMES.items()
    ))  # fmt: skip


def _by_card(known: Knowledge, rows: Rows, view: View) -> DataTable:
    """A row a card: how often it ended how, the most overridden first."""
    counted = {
        rule: {name: _sum(r["count"] for r in rows if (r["rule"], r["outcome"]) == (rule, name)) for name in _OUTCOMES}
        for rule in sorted({str(row["rule"]) for row in rows})
    }
    columns = (
        TableColumn("card", view.say("card", "提示")),
        *(TableColumn(name, words[view.language == "zh"], "number") for name, words in _OUTCOMES.items()),
    )
    ranked = sorted(counted.items(), key=lambda one: -(one[1]["overridden"] or 0))
    cells = tuple((_card(known, rule, view), *told.values()) for rule, told in ranked)
    return DataTable(columns, cells, view.say("By card", "按提示"))


def _by_reason(rows: Rows, reasons: Mapping[str, tuple[str, str]], view: View) -> DataTable:
    given = [(str(row["reason"]).rpartition("|")[2], row["count"]) for row in rows if row["outcome"] == "overridden"]
    counted = {code: _sum(count for told, count in given if told == code) for code, _count in given}
    columns = (
        TableColumn("reason", view.say("reason", "理由")), TableColumn("count", view.say("times", "次数"), "number"),
    )  # fmt: skip
    ranked = sorted(counted.items(), key=lambda one: (-(one[1] or 0), one[0]))
    none = view.say("none given", "未填")
    cells = tuple((reasons.get(code, (code, code))[view.language == "zh"] or none, count) for code, count in ranked)
    return DataTable(columns, cells, view.say("Why they were overridden", "否决理由"))


def _card(known: Knowledge, rule: str, view: View) -> str | Label:
    one = known.entries.get(f"card:{rule}")
    return rule if one is None else Label(one.names[view.language], f"entry?id={one.id}")


def _sum(counts: Iterable[int | None]) -> int | None:
    """Their sum; None where one of them is too small to be told."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total
