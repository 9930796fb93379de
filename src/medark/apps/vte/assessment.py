"""The page of one person: where they stand, what is to be asked and kept, and each score with its evidence"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.sdk import (
    Block,
    DataTable,
    FilledForm,
    FormAnswer,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    Page,
    PersonLink,
    Rows,
    TableColumn,
    Text,
    View,
)

from .bedside import ALL, ASKED, answers, form
from .datasets import dataset_of
from .facts import ScoreFact
from .inpatients import NAME
from .ward import SHOWN, people
from .words import BLEEDING, GIVEN, KNOWN, MARKS, RISK, told

ONE: Final = {"en": "Assessment of one person", "zh": "单人评估"}
PATH: Final = "assessment"
_SCORE: Final = "score"  # of the query: the score whose items are shown, beside those of the ward


def assessment_page(facts: Mapping[str, ScoreFact]) -> Page:
    """The page; its form is kept."""

    def save(filled: FilledForm) -> tuple[FormAnswer, ...]:
        return answers(filled, facts)

    return Page(PATH, ONE, _Assessment(facts), _one_of_each(facts), save=save)


def _one_of_each(facts: Mapping[str, ScoreFact]) -> dict[str, Rows]:
    """A row of the ward and of each score, of the person that is asked for; without one, who is in hospital."""
    now = Rows(NAME, (*SHOWN, "bleeding_most", "assessed"), ("assessed", "-caprini", "-padua"), 50, ("person_id",))
    shown = {"now": now}
    for name, fact in facts.items():
        items = [f"is_{item.name}" for item in fact.items]
        dates = [f"on_{item.name}" for item in fact.items if item.is_dated]
        columns = ("least", "most", "least_band", "most_band", "unjudged", *items, *dates)
        shown[name] = Rows(dataset_of(name), columns, (), 1, ("person_id",), only=("person_id=*",))
    return shown


class _Assessment:
    """One person: the advice, the questions, and what is known of each item."""

    def __init__(self, facts: Mapping[str, ScoreFact]) -> None:
        self._facts = facts

    def __call__(self, view: View) -> tuple[Block, ...]:
        asked = view.query.get("person_id", "")
        if not asked:
            choose = view.say("Choose who is to be assessed in the last column.", "请在最后一列选择待评估患者。")
            return (Heading(ONE[view.language], 1), Text(choose), people(view, "now"))
        for now in view["now"]:
            return tuple(self._of(view, now))
        nobody = view.say("Nobody of this number is in hospital today.", "今日住院患者中无此编号。")
        return (Heading(ONE[view.language], 1), Text(nobody))

    def _of(self, view: View, now: Mapping[str, Any]) -> Iterator[Block]:
        yield Heading(ONE[view.language], 1)
        yield _standing(view, now)
        yield PersonLink(now["person_id"], view.say("The person's record", "患者病历"))
        yield form(view, self._facts, now)
        yield _other_questions(view, now)
        yield _summary(view, self._facts, now)
        for name in dict.fromkeys((*ASKED[now["ward"]], view.query.get(_SCORE, ""))):
            if name in self._facts:
                yield from _score(view, self._facts[name])


def _standing(view: View, now: Mapping[str, Any]) -> KeyFigures:
    say, language = view.say, view.language
    risk, bleeding, on = now["risk"], now["bleeding"], now["assessed_on"]
    most = say("at most {}", "最高可能：{}")
    return KeyFigures((
        KeyFigure(say("risk of thrombosis", "VTE风险"), told(risk, RISK, language),
                  note=most.format(told(now["risk_most"], RISK, language)), mark=MARKS.get(("risk", risk), "")),
        KeyFigure(say("risk of bleeding", "出血风险"), told(bleeding, BLEEDING, language),
                  note=most.format(told(now["bleeding_most"], BLEEDING, language)),
                  mark=MARKS.get(("bleeding", bleeding), "")),
        KeyFigure(say("given", "预防措施"), told(now["given"], GIVEN, language),
                  mark=MARKS.get(("state", now["state"]), "")),
        KeyFigure(say("advice", "建议"), now[f"advice_{language}"]),
        KeyFigure(say("assessed", "评估日期"), on or say("not yet", "尚未"), mark="" if on else "warning"),
    ))  # fmt: skip


def _summary(view: View, facts: Mapping[str, ScoreFact], now: Mapping[str, Any]) -> DataTable:
    """A row a score: between which totals it lies. Its name leads to its items."""
    say = view.say
    columns = (
        TableColumn("score", say("score", "评分")),
        TableColumn("least", say("lowest", "最低"), "number"),
        TableColumn("least_band", say("by what is known", "已知资料分级")),
        TableColumn("most", say("highest", "最高"), "number"),
        TableColumn("most_band", say("at most", "最高可能")),
        TableColumn("unjudged", say("to ask", "待询问"), "number"),
    )
    rows = tuple(_of_score(view, fact, row, now) for fact in facts.values() for row in view[fact.name])
    return DataTable(columns, rows, say("All scores", "全部评分"))


def _other_questions(view: View, now: Mapping[str, Any]) -> DataTable:
    """The way to the questions that the record answers, too, to correct it at the bedside; or back."""
    address, say = f"{PATH}?person_id={now['person_id']}", view.say
    if view.query.get(ALL):
        told = Label(say("Only what the record does not tell", "仅显示病历无法判断的条目"), address)
    else:
        told = Label(
            say("All items, also those that the record tells", "显示全部条目，含病历已有资料的"), f"{address}&{ALL}=yes"
        )
    return DataTable((TableColumn("questions", say("Which questions", "显示范围")),), ((told,),))


def _of_score(view: View, fact: ScoreFact, row: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Any, ...]:
    labels = {band.name: band.label[view.language] for band in fact.bands}
    page = f"{PATH}?person_id={now['person_id']}&{_SCORE}={fact.name}#items"
    least, most = labels[row["least_band"]], labels[row["most_band"]]
    return Label(fact.title[view.language], page), row["least"], least, row["most"], most, row["unjudged"]


def _items(view: View, fact: ScoreFact, row: Mapping[str, Any]) -> DataTable:
    """Each item: there, absent or to be asked; those that are there come first, then the questions."""
    columns = (
        TableColumn("item", view.say("item", "条目")),
        TableColumn("points", view.say("points", "分值"), "number"),
        TableColumn("known", view.say("there", "是否存在")),
        TableColumn("on", view.say("day of the evidence", "依据日期"), "date"),
    )
    ranked = sorted(fact.items, key=lambda item: {True: 0, None: 1, False: 2}[row[f"is_{item.name}"]])
    return DataTable(columns, tuple(
        (item.label[view.language], item.points, _known(row[f"is_{item.name}"], view.language),
         row.get(f"on_{item.name}"))
        for item in ranked
    ), fact.title[view.language])  # fmt: skip


def _known(value: bool | None, language: str) -> Label:
    return Label(KNOWN[value][language == "zh"], mark={True: "warning", None: "info", False: ""}[value])


def _score(view: View, fact: ScoreFact) -> Iterator[Block]:
    for row in view[fact.name]:
        yield _items(view, fact, row)
        yield Text(view.say("Source: ", "来源：") + fact.source)
