"""The codebook: each variable's meaning, unit, codes, source, when it is expected and how often it is there"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medark.model.page import Block, DataTable, Heading, TableColumn, Text
from medark.sdk.app import Page
from medark.sdk.registry.datasets import event_of, overdue_of, people_of, visits_of
from medark.sdk.registry.file import CONFIRM, DAY, NUMBER, TEXT, TRUTH, Registry, Variable, words
from medark.sdk.registry.telling import expectation, fresh, path_of, share_of, title_of, ways
from medark.sdk.shows import Counts, View

_KINDS = {
    NUMBER: words("number", "数值"), TRUTH: words("yes or no", "是/否"), DAY: words("date", "日期"),
    TEXT: words("category", "分类"),
}  # fmt: skip


def codebook(app: str, registry: Registry) -> Page:
    """The page."""
    shows = {v.name: Counts(overdue_of(registry), by=(v.name,)) for v in registry.expected()}
    title = title_of(registry, "codebook")
    return Page(path_of(registry, "codebook"), title, _Codebook(app, registry), shows, is_listed=False)


class _Codebook:
    def __init__(self, app: str, registry: Registry) -> None:
        self._app, self._registry = app, registry

    def __call__(self, view: View) -> tuple[Block, ...]:
        say, language = view.say, view.language
        return (
            Heading(title_of(self._registry, "codebook")[language], 1),
            Text(ways(self._app, self._registry, language, "codebook")),
            Text(say("Who is in it: ", "入组：") + self._registry.about[language] + "  \n"
                 + say("Source: ", "来源：") + self._registry.source),
            Heading(say("Variables", "变量")),
            DataTable(_columns(view), tuple(self._row(view, one) for one in self._registry.variables)),
            Heading(say("Planned visits", "计划随访")),
            self._schedule(view),
            Heading(say("Datasets", "数据集")),
            Text("\n".join(self._datasets(view))),
        )  # fmt: skip

    def _row(self, view: View, one: Variable) -> tuple[Any, ...]:
        language = view.language
        codes = "; ".join(f"{code} = {told[language]}" for code, told in one.codes.items())
        known = share_of(fresh(view[one.name], one.name)) if one.is_expected else None
        standing = view.say("to be confirmed", "待确认") if one.standing == CONFIRM else view.say("confirmed", "已核")
        return (
            one.name, one.title[language], _KINDS[one.kind][language], one.unit, one.meaning[language], codes,
            expectation(one, view), known, one.source, standing,
        )  # fmt: skip

    def _schedule(self, view: View) -> DataTable:
        columns = (
            TableColumn("visit", view.say("visit", "随访")),
            TableColumn("month", view.say("month", "月"), "number"),
            TableColumn("window", view.say("window, days", "时间窗（天）")),
            TableColumn("expects", view.say("expects", "应填变量")),
        )
        return DataTable(columns, tuple(
            (
                one.title[view.language], one.month, f"-{one.early} … +{one.late}",
                view.say(", ",
                    "、").join(v.title[view.language] for v in self._registry.expected() if one.expects(v)),
            )
            for one in self._registry.schedule
        ))  # fmt: skip

    def _datasets(self, view: View) -> Iterator[str]:
        told = {
            people_of(self._registry): view.say("one row a person", "每人一行"),
            visits_of(self._registry): view.say("one row a person and planned visit", "每人每次随访一行"),
            **{event_of(self._registry, one): one.title[view.language] for one in self._registry.events},
        }
        for name, about in told.items():
            yield f"- [{name}](/console/datasets/{self._app}/{name}): {about}"


def _columns(view: View) -> tuple[TableColumn, ...]:
    say = view.say
    return (
        TableColumn("name", say("name", "名称")),
        TableColumn("title", say("variable", "变量")),
        TableColumn("kind", say("kind", "类型")),
        TableColumn("unit", say("unit", "单位")),
        TableColumn("meaning", say("meaning", "定义")),
        TableColumn("codes", say("codes", "编码")),
        TableColumn("expected", say("expected", "应填")),
        TableColumn("share", say("fresh", "在期率"), "number", "%"),
        TableColumn("source", say("source", "来源")),
        TableColumn("standing", say("standing", "状态")),
    )
