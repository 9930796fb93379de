"""The pages of the ward: today's inpatients by risk and prophylaxis, and who is to be assessed"""

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
    Label,
    Page,
    Rows,
    TableColumn,
    Text,
    View,
)

from .inpatients import NAME
from .words import GIVEN, RISK, STATE, WARD, marked, told

SHOWN: Final = (
    "person_id", "ward", "days", "risk", "risk_most", "bleeding", "given", "state", "advice_en", "advice_zh",
    "assessed_on",
)  # fmt: skip
_WHERE: Final = ("risk_words_en", "risk_words_zh", "state_words_en", "state_words_zh")
TODAY: Final = {"en": "Inpatients of today", "zh": "今日住院患者"}
WORKLIST: Final = {"en": "To be assessed", "zh": "待评估清单"}


def ward_pages() -> tuple[Page, ...]:
    """Who is in hospital, and whom nobody has assessed."""
    by_state = Counts(NAME, by=("risk", "state"))
    people = Rows(NAME, SHOWN, ("-padua", "-caprini"), 50, _WHERE)
    waiting = Rows(NAME, (*SHOWN, "assessed"), ("assessed", "-caprini", "-padua"), 100)
    return (
        Page("inpatients", TODAY, inpatients, {"by_state": by_state, "people": people}),
        Page("worklist", WORKLIST, worklist, {"waiting": waiting, "counted": Counts(NAME, by=("assessed",))}),
    )


def inpatients(view: View) -> tuple[Block, ...]:
    """How many at which risk are protected, and who they are."""
    say = view.say
    return (
        Heading(TODAY[view.language], 1),
        _by_state(view),
        Form(tuple(_filters(view)), say("Show", "筛选")),
        people(view, "people"),
        Text(say(
            "Risk goes by what is known; *at most* counts what can't be judged as if it were there.",
            "风险按已知资料计算；“最高可能”将无法判断的条目计为存在。",
        )),
    )  # fmt: skip


def worklist(view: View) -> tuple[Block, ...]:
    """Whom nobody has assessed in this stay, the highest scores first."""
    open_, done = _counted(view)
    figures = [
        KeyFigure(view.say("not assessed", "未评估"), open_, mark="warning" if open_ else "good"),
        KeyFigure(view.say("assessed", "已评估"), done),
    ]
    if open_ is not None and done is not None and open_ + done:
        share = round(100 * done / (open_ + done))
        figures.append(KeyFigure(view.say("share of inpatients assessed", "在院患者评估率"), share, "%"))
    return (
        Heading(WORKLIST[view.language], 1),
        KeyFigures(tuple(figures)),
        people(view, "waiting", only_unassessed=True),
    )


def _counted(view: View) -> tuple[int | None, int | None]:
    """How many are not assessed, and are: by the list, which begins with the former; past it, as they are counted."""
    waiting = view["waiting"]
    open_ = sum(not row["assessed"] for row in waiting)
    if waiting.total is not None and (not waiting.more or open_ < len(waiting)):
        return open_, waiting.total - open_
    counted = {row["assessed"]: row["count"] for row in view["counted"]}
    return counted.get(False, 0), counted.get(True, 0)


def people(view: View, name: str, *, only_unassessed: bool = False) -> DataTable:
    """A row an inpatient; the last cell leads to the assessment."""
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
        TableColumn("assessed_on", say("assessment", "评估")),
    )
    rows = tuple(_person(row, view) for row in found if not (only_unassessed and row["assessed"]))
    return DataTable(columns, rows, more=found.more, next_page=f"page={view.page_no + 1}" if found.more else "")


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


def _person(row: Mapping[str, Any], view: View) -> tuple[Any, ...]:
    language, page = view.language, f"assessment?person_id={row['person_id']}"
    assessed = Label(row["assessed_on"], page) if row["assessed_on"] else Label(view.say("assess", "去评估"), page)
    return (
        row["person_id"], told(row["ward"], WARD, language), row["days"], marked("risk", row["risk"], language),
        told(row["risk_most"], RISK, language), marked("bleeding", row["bleeding"], language),
        told(row["given"], GIVEN, language), marked("state", row["state"], language), row[f"advice_{language}"],
        assessed,
    )  # fmt: skip
