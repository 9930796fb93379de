"""One patient: cards with their reasons, diagnoses with recommendations, risks, and what is not known, asked"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.sdk import (
    Block,
    Cards,
    DataTable,
    Field,
    Form,
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

from ..knowledge.diagnosed import NAME, column
from ..knowledge.known import Knowledge
from ..risk.asked import Asked
from ..risk.datasets import dataset_of
from .diagnosis import of_person
from .questions import question_form, save
from .risks import risk_table, score_items, unknown
from .told import MARKS, URGENCY

PATIENT: Final = {"en": "One patient", "zh": "患者决策支持"}


def patient_page(known: Knowledge, risks: Mapping[str, Asked]) -> Page:
    """The page of the patient that the query names."""
    shows: dict[str, Rows | Cards] = {
        "cards": Cards(),
        NAME: Rows(NAME, ("person_id", *map(column, known.diagnoses)), (), 1, ("person_id",)),
    }
    for name, one in risks.items():
        ends = () if one.between is None else ("least", "most")
        columns = ("person_id", "suits", *ends, *(f"in_{i}" for i in one.inputs))
        shows[name] = Rows(dataset_of(name), columns, (), 1, ("person_id",))

    def shown(view: View) -> tuple[Block, ...]:
        asked = view.query.get("person_id", "")
        form = Form((Field("person_id", view.say("patient", "患者编号")),), view.say("Show", "查看"))
        rows = _of_risks(risks, view)
        if not asked or not rows:
            nobody = view.say(
                "There is no such patient, or the record is not yours to read.", "无此患者，或您无权查看。"
            )
            return (Heading(PATIENT[view.language], 1), form, *((Text(nobody),) if asked else ()))
        return (Heading(PATIENT[view.language], 1), form, *_whole(known, risks, rows, view))

    return Page("patient", PATIENT, shown, shows, save)


def _whole(
    known: Knowledge, risks: Mapping[str, Asked], rows: Mapping[str, Mapping[str, Any]], view: View
) -> Iterator[Block]:
    person_id = int(view.query["person_id"])
    yield PersonLink(person_id, view.say("The patient's record", "患者病历"))
    yield _figures(known, view)
    yield _cards(view)
    yield _diagnoses(known, view)
    yield risk_table(risks, rows, view)
    questions = question_form(view, person_id, unknown(risks, rows))
    yield from (questions,) if questions is not None else ()
    yield from score_items(risks, rows, view)


def _figures(known: Knowledge, view: View) -> KeyFigures:
    counted = Counter(row["indicator"] for row in view["cards"])
    urgent = (
        KeyFigure(words[view.language == "zh"], counted[name], mark=MARKS[name] if counted[name] else "")
        for name, words in URGENCY.items()
    )
    return KeyFigures((*urgent, KeyFigure(view.say("diagnoses", "诊断"), len(of_person(known, view)))))


def _cards(view: View) -> DataTable:
    order = list(URGENCY)
    columns = (
        TableColumn("urgency", view.say("urgency", "级别")), TableColumn("card", view.say("card", "提示")),
        TableColumn("rows", view.say("rows", "依据"), "number"), TableColumn("source", view.say("source", "来源")),
    )  # fmt: skip
    ranked = sorted(view["cards"], key=lambda row: (order.index(row["indicator"]), row["rule"]))
    person = view.query["person_id"]
    return DataTable(columns, tuple(
        (Label(URGENCY[row["indicator"]][view.language == "zh"], mark=MARKS[row["indicator"]]),
         Label(row["summary"], f"why?card={row['rule']}&person_id={person}"), len(row["evidence"]), row["source"])
        for row in ranked
    ), view.say("Cards now", "当前提示"))  # fmt: skip


def _diagnoses(known: Knowledge, view: View) -> DataTable:
    person = view.query["person_id"]
    columns = (
        TableColumn("diagnosis", view.say("diagnosis", "诊断")),
        TableColumn("on", view.say("last noted", "最近记录"), "date"),
        TableColumn("lines", view.say("recommendations", "推荐条数"), "number"),
    )  # fmt: skip
    counted = Counter(line.diagnosis for line in known.recommendations)
    return DataTable(columns, tuple(
        (Label(one.names[view.language], f"diagnosis?person_id={person}&diagnosis={one.id}"), day[:10], counted[one.id])
        for one, day in of_person(known, view)
    ), view.say("Diagnoses with recommendations", "诊断与推荐"))  # fmt: skip


def _of_risks(risks: Mapping[str, Asked], view: View) -> dict[str, Mapping[str, Any]]:
    """The row of this patient of each risk that is on here."""
    asked = view.query.get("person_id", "")
    on = [name for name, one in risks.items() if one.is_on]
    return {name: row for name in on for row in view[name] if str(row["person_id"]) == asked}
