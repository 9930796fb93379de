"""The pages of the ward: today's inpatients, who is not assessed, one person's assessment, and the questions to ask"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.sdk import (
    Block,
    Counts,
    DataTable,
    Field,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    Page,
    PersonLink,
    Rows,
    TableColumn,
    Text,
    View,
)

from .datasets import dataset_of
from .facts import ScoreFact
from .inpatients import NAME
from .words import BLEEDING, GIVEN, KNOWN, RISK, STATE, WARD, told

_SHOWN: Final = (
    "person_id", "ward", "days", "risk", "risk_most", "bleeding", "given", "state", "advice_en", "advice_zh",
    "assessed_on",
)  # fmt: skip
_WHERE: Final = ("risk_words_en", "risk_words_zh", "state_words_en", "state_words_zh")
TODAY: Final = {"en": "Inpatients of today", "zh": "今日住院患者"}
WORKLIST: Final = {"en": "To be assessed", "zh": "待评估清单"}
ONE: Final = {"en": "One person's assessment", "zh": "单人评估"}


def pages(facts: Mapping[str, ScoreFact]) -> tuple[Page, ...]:
    """The pages of the ward."""
    by_state = Counts(NAME, by=("risk", "state"))
    people = Rows(NAME, _SHOWN, ("-padua", "-caprini"), 50, _WHERE)
    waiting = Rows(NAME, (*_SHOWN, "assessed"), ("assessed", "-caprini", "-padua"), 100)
    return (
        Page("inpatients", TODAY, inpatients, {"by_state": by_state, "people": people}),
        Page("worklist", WORKLIST, worklist, {"waiting": waiting, "counted": Counts(NAME, by=("assessed",))}),
        Page("assessment", ONE, _Assessment(facts), _one_of_each(facts)),
    )


def inpatients(view: View) -> tuple[Block, ...]:
    """How many at which risk are protected, and who they are."""
    say = view.say
    return (
        Heading(TODAY[view.language], 1),
        _by_state(view),
        Form(tuple(_filters(view)), say("Show", "筛选")),
        _people(view, "people"),
        Text(say(
            "Risk goes by what is known; *at most* counts what can't be judged as if it were there.",
            "风险按已知资料计算；“最高可能”将无法判断的条目计为存在。",
        )),
    )  # fmt: skip


def worklist(view: View) -> tuple[Block, ...]:
    """Whom nobody has assessed in this stay, the highest scores first."""
    counted = {row["assessed"]: row["count"] for row in view["counted"]}
    figures = (
        KeyFigure(view.say("not assessed", "未评估"), counted.get(False, 0)),
        KeyFigure(view.say("assessed", "已评估"), counted.get(True, 0)),
    )
    return (Heading(WORKLIST[view.language], 1), KeyFigures(figures), _people(view, "waiting", only_unassessed=True))


def _by_state(view: View) -> DataTable:
    """Rows: the bands of risk; columns: whether they are protected as advised."""
    counted = {(row["risk"], row["state"]): row["count"] for row in view["by_state"]}
    columns = (
        TableColumn("risk", view.say("risk of thrombosis", "VTE风险")),
        *(TableColumn(state, told(state, STATE, view.language), "number") for state in STATE),
    )
    rows = tuple(
        (told(risk, RISK, view.language), *(counted.get((risk, state), 0) for state in STATE)) for risk in RISK
    )
    return DataTable(columns, rows, view.say("Risk and prophylaxis", "风险与预防"))


def _filters(view: View) -> Iterator[Field]:
    at = int(view.language == "zh")
    for name, label, words in (
        ("risk_words", view.say("risk", "VTE风险"), RISK), ("state_words", view.say("prophylaxis", "预防"), STATE),
    ):  # fmt: skip
        yield Field(f"{name}_{view.language}", label, "choice", "", ("", *(both[at] for both in words.values())))


def _people(view: View, name: str, only_unassessed: bool = False) -> DataTable:
    say, found = view.say, view[name]
    columns = (
        TableColumn("person_id", say("person", "患者"), "person"),
        TableColumn("ward", say("ward", "类别")),
        TableColumn("days", say("days", "住院天数"), "number"),
        TableColumn("risk", say("risk", "VTE风险")),
        TableColumn("risk_most", say("at most", "最高可能")),
        TableColumn("bleeding", say("bleeding", "出血风险")),
        TableColumn("given", say("given", "预防措施")),
        TableColumn("state", say("prophylaxis", "预防评价")),
        TableColumn("advice", say("advice", "建议")),
        TableColumn("assessed_on", say("assessed", "评估日期"), "date"),
    )
    rows = tuple(_person(row, view.language) for row in found if not (only_unassessed and row["assessed"]))
    return DataTable(columns, rows, more=found.more, next_page=f"page={view.page_no + 1}" if found.more else "")


def _person(row: Mapping[str, Any], language: str) -> tuple[Any, ...]:
    return (
        row["person_id"], told(row["ward"], WARD, language), row["days"], told(row["risk"], RISK, language),
        told(row["risk_most"], RISK, language), told(row["bleeding"], BLEEDING, language),
        told(row["given"], GIVEN, language), told(row["state"], STATE, language), row[f"advice_{language}"],
        row["assessed_on"],
    )  # fmt: skip


def _one_of_each(facts: Mapping[str, ScoreFact]) -> dict[str, Rows]:
    """One row of each score, and of the ward, of the person that is asked for."""
    shown = {"now": Rows(NAME, _SHOWN, (), 1, ("person_id",))}
    for name, fact in facts.items():
        items = [f"is_{item.name}" for item in fact.items]
        dates = [f"on_{item.name}" for item in fact.items if item.is_dated]
        columns = ("least", "most", "least_band", "most_band", "unjudged", *items, *dates)
        shown[name] = Rows(dataset_of(name), columns, (), 1, ("person_id",))
    return shown


class _Assessment:
    """One person: the advice, and each score with what is known of each of its items."""

    def __init__(self, facts: Mapping[str, ScoreFact]) -> None:
        self._facts = facts

    def __call__(self, view: View) -> tuple[Block, ...]:
        asked = view.query.get("person_id", "")
        form = Form((Field("person_id", view.say("person", "患者编号")),), view.say("Show", "查看"))
        if not asked or not len(view["now"]):
            told_none = view.say("Nobody of this number is in hospital today.", "今日住院患者中无此编号。")
            return (Heading(ONE[view.language], 1), form, *((Text(told_none),) if asked else ()))
        (now,) = view["now"]
        return (
            Heading(ONE[view.language], 1),
            form,
            PersonLink(now["person_id"]),
            _standing(view, now),
            *(block for fact in self._facts.values() for block in _score(view, fact)),
        )


def _standing(view: View, now: Mapping[str, Any]) -> KeyFigures:
    say, language = view.say, view.language
    return KeyFigures((
        KeyFigure(say("risk of thrombosis", "VTE风险"), told(now["risk"], RISK, language),
                  note=say("at most ", "最高可能") + told(now["risk_most"], RISK, language)),
        KeyFigure(say("risk of bleeding", "出血风险"), told(now["bleeding"], BLEEDING, language)),
        KeyFigure(say("given", "预防措施"), told(now["given"], GIVEN, language)),
        KeyFigure(say("advice", "建议"), now[f"advice_{language}"]),
    ))  # fmt: skip


def _score(view: View, fact: ScoreFact) -> Iterator[Block]:
    for row in view[fact.name]:
        labels = {band.name: band.label[view.language] for band in fact.bands}
        yield Heading(fact.title[view.language])
        yield KeyFigures((
            KeyFigure(view.say("lowest", "最低"), row["least"], note=labels[row["least_band"]]),
            KeyFigure(view.say("highest", "最高"), row["most"], note=labels[row["most_band"]]),
            KeyFigure(view.say("to ask", "待询问"), row["unjudged"]),
        ))  # fmt: skip
        yield _items(view, fact, row)
        yield Text(view.say("Source: ", "来源：") + fact.source)


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
        (item.label[view.language], item.points, KNOWN[row[f"is_{item.name}"]][view.language == "zh"],
         row.get(f"on_{item.name}"))
        for item in ranked
    ))  # fmt: skip
