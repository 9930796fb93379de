"""Risks of one patient: between which ends they lie, and what is missing to say more"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.sdk import Block, DataTable, Heading, Label, TableColumn, View

from ..knowledge.words import TO_CONFIRM
from ..risk.asked import Asked
from ..risk.facts import BandFact
from ..risk.hazard import Ends

Found = Mapping[str, Mapping[str, Any]]  # the row of each risk
_SHARES: Final = ("pce", "china_par")
_GRAVE: Final = ("high", "very_high", "G4", "G5")
_NOTABLE: Final = ("moderate", "intermediate", "borderline", "slightly_elevated", "G3a", "G3b")
_KNOWN: Final = {True: ("yes", "是"), False: ("no", "否"), None: ("not known", "未知")}


def risk_table(risks: Mapping[str, Asked], rows: Found, view: View) -> DataTable:
    """A row a risk: a value or a range, its band, and what it needs."""
    columns = (
        TableColumn("risk", view.say("risk", "风险评估")), TableColumn("value", view.say("value", "结果")),
        TableColumn("band", view.say("band", "分级")),
        TableColumn("needs", view.say("not known, or for whom", "未知项目/适用人群")),
        TableColumn("source", view.say("source", "来源")),
    )  # fmt: skip
    return DataTable(
        columns, tuple(_row(risks[name], row, view) for name, row in rows.items()), view.say("Risks", "疾病风险")
    )


def unknown(risks: Mapping[str, Asked], rows: Found) -> list[tuple[Asked, str]]:
    """What is not known of the risks that are, or may be, made for this patient."""
    return [
        (risks[name], one)
        for name, row in rows.items()
        if row["suits"] is not False
        for one in risks[name].inputs
        if row[f"in_{one}"] is None
    ]


def score_items(risks: Mapping[str, Asked], rows: Found, view: View) -> Iterator[Block]:
    """The items of each score of points that suits: there, not there, not known."""
    for name, row in rows.items():
        one = risks[name]
        if one.points is None or row["suits"] is not True:
            continue
        columns = (
            TableColumn("item", view.say("item", "条目")), TableColumn("points", view.say("points", "分值"), "number"),
            TableColumn("known", view.say("there", "是否存在")),
        )  # fmt: skip
        ranked = sorted(one.fact.items, key=lambda item: (True, None, False).index(row[f"in_{item.name}"]))
        yield Heading(one.fact.title[view.language])
        yield DataTable(columns, tuple(
            (item.label[view.language], item.points, _KNOWN[row[f"in_{item.name}"]][view.language == "zh"])
            for item in ranked
        ))  # fmt: skip


def _row(one: Asked, row: Mapping[str, Any], view: View) -> tuple[str | Label, ...]:
    fact, needs = one.fact, _needs(one, row, view)
    source: str | Label = fact.source
    if fact.to_be_confirmed:
        source = Label(f"{fact.source} · {TO_CONFIRM[view.language == 'zh']}", mark="warning")
    title = f"{fact.title[view.language]} · {fact.tells[view.language]}"
    if row["suits"] is False:
        return (title, view.say("not for this patient", "不适用"), "—", fact.population[view.language], source)
    ends = one.ends(row)
    if ends is None:
        return (title, view.say("can't be judged", "无法判断"), "—", needs or "—", source)
    return (title, _value(one, ends), _band(one, ends, view), needs or "—", source)


def _needs(one: Asked, row: Mapping[str, Any], view: View) -> str:
    return "、".join(one.labels[name][view.language] for name in one.inputs if row[f"in_{name}"] is None)


def _value(one: Asked, ends: Ends) -> str:
    """A share as percent; a range where its ends differ."""
    told = [f"{end * 100:.1f}" if one.fact.name in _SHARES else f"{end:g}" for end in ends]
    unit = " %" if one.fact.name in _SHARES else " mL/min/1.73 m²" if one.fact.name == "egfr" else ""
    return (told[0] if told[0] == told[1] else f"{told[0]}–{told[1]}") + unit


def _band(one: Asked, ends: Ends, view: View) -> Label:
    low, high = map(one.band, ends)
    words = dict.fromkeys(band.label[view.language] for band in (low, high))
    return Label("–".join(words), mark=_mark(high) if low is high else "info")


def _mark(band: BandFact) -> str:
    if band.name in _GRAVE:
        return "critical"
    return "warning" if band.name in _NOTABLE else "good"
