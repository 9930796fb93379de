"""What to do about the diagnoses of the patient at hand, or about any one: test, treat, avoid, watch"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.sdk import Block, DataTable, Field, Form, Heading, Label, Page, PersonLink, Rows, TableColumn, Text, View

from ..knowledge.diagnosed import NAME, column
from ..knowledge.facts import KINDS, Diagnosis, Recommendation
from ..knowledge.known import Knowledge
from ..knowledge.words import ADVICE
from .told import cited

DIAGNOSIS: Final = {"en": "Recommendations by diagnosis", "zh": "诊断推荐意见"}
_MOST: Final = 6  # diagnoses that are told in full for one patient


def diagnosis_page(known: Knowledge) -> Page:
    """The page: of the diagnosis that the query names; else of those that the patient has, the newest first."""
    rows = Rows(NAME, ("person_id", *map(column, known.diagnoses)), (), 1, ("person_id",))

    def shown(view: View) -> tuple[Block, ...]:
        person = view.query.get("person_id", "")
        named = {one.id: one for one in known.diagnoses}
        asked = named.get(view.query.get("diagnosis", ""))
        theirs = [one for one, _day in of_person(known, view)] if person else []
        told = [asked] if asked else theirs[:_MOST]
        return (
            Heading(DIAGNOSIS[view.language], 1), *_whose(view), _choice(known, view),
            *(block for one in told for block in _about(known, one, view)), *_more(told, theirs, asked, view),
        )  # fmt: skip

    return Page("diagnosis", DIAGNOSIS, shown, {NAME: rows})


def of_person(known: Knowledge, view: View) -> list[tuple[Diagnosis, str]]:
    """The diagnoses of the patient that a page is about, with the last day of each, the newest first."""
    rows = [row for row in view[NAME] if str(row["person_id"]) == view.query.get("person_id", "")]
    found = [(one, str(row[column(one)])) for row in rows for one in known.diagnoses if row[column(one)] is not None]
    return sorted(found, key=lambda one: (one[1], one[0].id), reverse=True)


def _whose(view: View) -> Iterator[Block]:
    if any(str(row["person_id"]) == view.query.get("person_id", "") for row in view[NAME]):
        yield PersonLink(int(view.query["person_id"]), view.say("The patient's record", "患者病历"))


def _choice(known: Knowledge, view: View) -> Form:
    labels = [one.names[view.language] for one in known.diagnoses]
    return Form((
        Field("person_id", view.say("patient", "患者编号")),
        Field("diagnosis", view.say("diagnosis", "诊断"), "choice", "", ("", *(one.id for one in known.diagnoses)),
              labels=(view.say("those of the patient", "患者的诊断"), *labels)),
    ), view.say("Show", "查看"))  # fmt: skip


def _about(known: Knowledge, one: Diagnosis, view: View) -> Iterator[Block]:
    lines = [line for line in known.recommendations if line.diagnosis == one.id]
    lines.sort(key=lambda line: KINDS.index(line.kind))
    columns = (
        TableColumn("kind", view.say("what", "类别")), TableColumn("text", view.say("recommendation", "推荐意见")),
        TableColumn("source", view.say("source", "来源")),
    )  # fmt: skip
    yield Heading(one.names[view.language])
    yield DataTable(columns, tuple(_line(known, line, view) for line in lines))


def _line(known: Knowledge, line: Recommendation, view: View) -> tuple[Label | str, ...]:
    mark = "critical" if line.kind == "avoid" else ""
    entry = known.entries[f"advice:{line.id}"]
    return (
        Label(ADVICE[line.kind][view.language == "zh"], mark=mark),
        Label(line.text[view.language], f"entry?id={entry.id}"),
        cited(entry, view),
    )


def _more(told: list[Diagnosis], theirs: list[Diagnosis], asked: Diagnosis | None, view: View) -> Iterator[Block]:
    rest = theirs[len(told) :] if not asked else []
    if rest:
        names = "、".join(one.names[view.language] for one in rest)
        yield Text(view.say(f"Also: {names}.", f"另有：{names}。"))
    if not told and view.query.get("person_id"):
        yield Text(view.say(
            "None of the diagnoses that are known here is in the record, or it is not yours to read.",
            "病历中无已收录诊断，或您无权查看。",
        ))  # fmt: skip
