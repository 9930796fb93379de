"""The page of quality: each indicator of the last quarters, how many count and how many meet it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from medark.sdk import Block, Counts, DataTable, Heading, Page, TableColumn, Text, View

from .indicators import NAME, Indicator

TITLE: Final = {"en": "Quality indicators", "zh": "质量指标"}
_QUARTERS: Final = 8


def quality(found: tuple[Indicator, ...]) -> Page:
    """The page."""
    return Page("quality", TITLE, _Quality(found), {one.name: Counts(NAME, by=("quarter", one.name)) for one in found})


class _Quality:
    def __init__(self, found: tuple[Indicator, ...]) -> None:
        self._kinds = {"process": _named(found, "process"), "outcome": _named(found, "outcome")}
        self._source = found[0].source

    def __call__(self, view: View) -> tuple[Block, ...]:
        say = view.say
        return (
            Heading(TITLE[view.language], 1),
            Heading(say("What is done", "过程指标")),
            _table(view, self._kinds["process"]),
            Heading(say("What becomes of it", "结局指标")),
            _table(view, self._kinds["outcome"]),
            Text(say("Stays by the quarter of their end. A dash: too few to be told. Source: ",
                     "按出院季度统计。“—”表示例数过少不予显示。来源：") + self._source),
        )  # fmt: skip


def _named(found: tuple[Indicator, ...], kind: str) -> dict[str, dict[str, str]]:
    return {one.name: dict(one.title) for one in found if one.kind == kind}


def _table(view: View, titles: dict[str, dict[str, str]]) -> DataTable:
    columns = (
        TableColumn("indicator", view.say("indicator", "指标")),
        TableColumn("quarter", view.say("quarter", "季度")),
        TableColumn("met", view.say("met", "分子"), "number"),
        TableColumn("counted", view.say("of", "分母"), "number"),
        TableColumn("share", view.say("share", "率"), "number", "%"),
    )
    rows = [row for name, title in titles.items() for row in _rows(view, name, title[view.language])]
    return DataTable(columns, tuple(rows))


def _rows(view: View, name: str, title: str) -> Iterator[tuple[Any, ...]]:
    counted: dict[str, dict[str, Any]] = {}
    for row in view[name]:
        if row[name] is not None and row["quarter"] is not None:
            counted.setdefault(str(row["quarter"])[:10], {})[row[name]] = row["count"]
    for quarter in sorted(counted, reverse=True)[:_QUARTERS]:
        met, not_met = (counted[quarter].get(key, 0) for key in ("met", "not_met"))
        whole = None if met is None or not_met is None else met + not_met
        share = None if whole is None or not whole else round(100 * met / whole, 1)
        yield title, _told(quarter), met, whole, share


def _told(quarter: str) -> str:
    """
    >>> _told("2024-04-01")
    '2024 Q2'
    """
    return f"{quarter[:4]} Q{(int(quarter[5:7]) + 2) // 3}"
