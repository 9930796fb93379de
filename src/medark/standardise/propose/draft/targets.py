"""The targets of a table by what fills its slots: people, visits, events, costs, notes, places"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medark.standardise.propose.draft.context import Context, any_start, there, whose
from medark.standardise.propose.draft.events import events, sold
from medark.standardise.propose.draft.identity_number import by_number
from medark.standardise.propose.draft.lines import as_line
from medark.standardise.propose.draft.parts import Line, TargetDraft
from medark.standardise.propose.draft.places import homes, places, specimens
from medark.standardise.propose.draft.wide import wide


def targets(context: Context, kind: str) -> Iterator[TargetDraft]:
    """Every target of a table of a kind."""
    if context.person is not None:
        if kind == "patient" or context.tells_who or not context.has_register:
            yield from _people(context, kind)
        if kind in ("visit", "fee"):
            yield from _visits(context)
        if kind == "stay":
            yield from _stays(context)
        yield from events(context, kind)
        yield from wide(context)
        yield from _notes(context, kind)
        yield from specimens(context, kind)
        if kind == "fee":
            yield from _costs(context)
        if kind == "coverage":
            yield from _coverage(context)
    elif kind == "drug" and not context.filled.all("id"):
        yield from sold(context)
    yield from places(context, kind)


def _people(context: Context, kind: str) -> Iterator[TargetDraft]:
    person = context.person
    known = there(*(context.own(slot, slot) for slot in ("birth_time", "gender", "race", "ethnicity")))
    if not known or known[0].field != "birth_time":
        told = {line.field for line in known}
        known = (*(line for line in by_number(context.filled) if line.field not in told), *known)
    if known and known[0].field != "birth_time" and (birth := _birth_by_age(context)):
        known = (birth, *known)
    if person and any(line.field == "birth_time" or (line.field == "gender" and kind == "patient") for line in known):
        home = list(homes(context))
        where = [replace(one.lines[0], field="location_key") for one in home]
        yield TargetDraft("person", (person, *known, *where))
        yield from home
    if (survivor := context.own("survivor_key", "survivor_key")) and person:
        yield TargetDraft("person_link", (person, survivor), where=f"{survivor.expression} is not null")
    if (death := context.own("death_time", "death_time")) and person:
        yield TargetDraft("death", (person, death), {"type": "ehr"}, f"{death.expression} is not null")
    names = {choice.slot: as_line("value", choice) for choice in context.filled.all("id")}
    first, last = names.pop("id:first", None), names.pop("id:last", None)
    if first and last:
        both = f"coalesce({last.expression}, '') || '^' || coalesce({first.expression}, '')"
        names["id:name"] = Line(
            "value", both, (*last.columns, *first.columns), min(first.chance, last.chance), last.why
        )
    for slot, line in names.items():
        if person and line.columns != person.columns and slot not in ("id:first", "id:last"):
            yield TargetDraft("identifier", (person, line), {"kind": slot[3:]})
        elif person and slot == "id:NI":
            yield TargetDraft("identifier", (person, line), {"kind": "NI"})


def _birth_by_age(context: Context) -> Line | None:
    """The year of birth, by the age at the time of the row."""
    age, start = context.own("birth_time", "age"), any_start(context)
    if age is None or start is None:
        return None
    years = f"try_cast(regexp_extract({age.expression}, '^([0-9]+)', 1) as integer)"
    text = f"cast(try_cast(substr({start.expression}, 1, 4) as integer) - {years} as varchar)"
    return replace(age, expression=text, columns=(*age.columns, *start.columns), chance=min(age.chance, start.chance))


def _visits(context: Context) -> Iterator[TargetDraft]:
    key, start = context.own("visit_key", "visit_key", "row_key"), context.own("start_time", "visit.start")
    if key and start and context.person:
        fields = {
            "class_text": "class_text", "end_time": "visit.end", "provider_key": "provider_key",
            "care_site_key": "care_site_key", "admitted_from": "admitted_from", "discharged_to": "discharged_to",
        }  # fmt: skip
        if _is_call(context):  # which hospital it names is where somebody was taken
            del fields["care_site_key"]
        more = there(*(context.own(field, slot) for field, slot in fields.items()))
        fixed = {"type": "ehr_encounter"}
        if (
            context.filled.get("class_text") is None
            and context.filled.get("visit.end")
            and context.filled.get("discharged_to")
        ):
            fixed["class_text"] = "inpatient"
        yield TargetDraft("visit", (replace(key, field="visit_key"), context.person, start, *more), fixed)


def _is_call(context: Context) -> bool:
    """Is a visit an ambulance's?"""
    start = context.filled.get("visit.start")
    return start is not None and start.candidate.element == "ems_call_time"


def _stays(context: Context) -> Iterator[TargetDraft]:
    key = context.key("detail_key", "detail_key") or context.key("detail_key", "row_key")
    start = context.own("start_time", "detail.start")
    if key is None and context.visit and start:
        text = f"{context.visit.expression} || '|' || {start.expression}"
        key = Line(
            "detail_key", text, (*context.visit.columns, *start.columns), min(context.visit.chance, start.chance)
        )
    if key and start and context.person:
        more = there(
            context.own("end_time", "detail.end"),
            context.own("care_site_key", "care_site_key", "care_site_name"),
            context.own("class_text", "class_text"),
        )
        lines = (replace(key, field="detail_key"), *there(context.visit), context.person, start, *more)
        yield TargetDraft("visit_detail", lines, {"type": "ehr_encounter"})


def _notes(context: Context, kind: str) -> Iterator[TargetDraft]:
    time = context.own("note_time", "note.time", "exam.time", "visit.start", "meas.time") or context.visit_start
    for choice in context.filled.all("note"):
        if kind not in ("note", "exam", "visit"):
            return
        line = as_line("text", choice)
        more = there(
            context.own("title", "note.title"),
            context.own("class_text", "note.class"),
            replace(time, field="note_time") if time else None,
        )
        yield TargetDraft(
            "note", (*whose(context), line, *more), {"type": "ehr_note"}, f"{line.expression} is not null"
        )


def _costs(context: Context) -> Iterator[TargetDraft]:
    amount, about = context.own("total_charge", "fee.amount"), context.visit
    if amount and about and context.person:
        time = context.own("cost_time", "fee.time", "visit.start", "created")
        fields = {"revenue_code": "fee.category", "paid_by_patient": "fee.self",
                  "paid_by_payer": "fee.insurance", "drg_code": "fee.drg"}  # fmt: skip
        more = there(time, *(context.own(field, slot) for field, slot in fields.items()))
        row = context.key("event_key", "row_key")
        key = [replace(row, expression=f"'{context.table}|' || {row.expression}")] if row else []
        fixed = {"about_kind": "visit", "type": "cost_record"}
        yield TargetDraft("cost", (context.person, *key, replace(about, field="about_key"), amount, *more), fixed)


def _coverage(context: Context) -> Iterator[TargetDraft]:
    payer, start = context.own("payer_text", "cov.payer"), context.own("start_time", "cov.start")
    if payer and start and context.person:
        plan = context.own("plan_key", "cov.plan", "row_key") or replace(context.person, field="plan_key")
        more = there(context.own("end_time", "cov.end"))
        yield TargetDraft("coverage", (context.person, replace(plan, field="plan_key"), payer, start, *more))
