"""The targets of a table by what fills its slots: people, visits, events, costs, notes, places"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from medark.standardise.propose.draft.codes import coded
from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.draft.parts import Line, TargetDraft
from medark.standardise.propose.draft.times import time_of

EVENTS: Mapping[str, tuple[str, str, str]] = {
    "diagnosis": ("diag", "condition", "ehr"), "procedure": ("proc", "procedure", "ehr"),
    "drug": ("drug", "drug", "ehr_prescription"), "lab": ("meas", "measurement", "lab"),
    "exam": ("exam", "procedure", "ehr_radiology"), "device": ("device", "device", "ehr"),
}  # fmt: skip
_SAME = {"drug": {"route": "drug.route", "quantity": "drug.qty", "days_supply": "drug.days", "refills": "drug.refills",
                  "dose_unit": "drug.dose_unit", "lot_number": "drug.lot"},
         "meas": {"value": "meas.value", "unit": "meas.unit", "range_low": "meas.low", "range_high": "meas.high",
                  "qualifier": "meas.flag"},
         "diag": {"status": "diag.status"}, "device": {"device_id": "device.id"}}  # fmt: skip
_START = {
    "diag": "diag.time",
    "proc": "proc.start",
    "drug": "drug.start",
    "meas": "meas.time",
    "exam": "exam.time",
    "device": "device.start",
}
_END = {"diag": "diag.end", "proc": "proc.end", "drug": "drug.stop", "device": "device.end"}


@dataclass(frozen=True, slots=True)
class Context:
    """What all targets of a row share: lines for whose it is and which visit it belongs to, and times from joins."""

    source: str
    table: str
    filled: Filled
    person: Line | None
    visit: Line | None
    visit_start: Line | None
    names: Mapping[str, Line]  # of a code's column, what a dictionary calls it

    def own(self, field: str, *slots: str) -> Line | None:
        """A line for the first of these slots that a column fills."""
        choice = self.filled.get(*slots)
        return as_line(field, choice) if choice else None


def quoted(column: str) -> str:
    """A column's name in an expression."""
    low = column.lower()
    return low if low.isidentifier() and low not in _RESERVED else '"' + low.replace('"', '""') + '"'


_RESERVED = frozenset(["end", "start", "group", "value", "order", "case", "when", "then", "else", "select", "from", "where", "and", "or", "not", "null", "date", "time", "in", "is", "as", "on", "by", "limit", "user", "desc", "table", "column", "all", "any", "both", "cast", "check", "default", "distinct", "do", "for", "grant", "having", "into", "join", "left", "like", "offset", "only", "primary", "right", "row", "rows", "some", "to", "union", "unique", "using", "values", "window", "with", "end_date", "interval", "current_date", "first", "last", "type", "name", "code"]) - {"start", "value", "date", "time", "first", "last", "type", "name", "code", "end_date", "row", "rows"}  # fmt: skip


def as_line(field: str, choice: Choice, *, is_time: bool = False) -> Line:
    """A column as it stands; times as ISO 8601."""
    name, chance = quoted(choice.column.name), choice.chance
    if (
        is_time
        or choice.slot.partition(":")[0].rpartition(".")[2] in ("start", "end", "time", "stop")
        or field.endswith("_time")
    ):
        name, chance = time_of(choice, name)
    return Line(field, name, (choice.column.name,), chance, choice.why)


def targets(context: Context, kind: str) -> Iterator[TargetDraft]:
    """Every target of a table of a kind."""
    if context.person is not None:
        yield from _people(context)
        if kind == "visit":
            yield from _visits(context)
        if kind == "stay":
            yield from _stays(context)
        yield from _events(context, kind)
        yield from _wide(context)
        yield from _notes(context, kind)
        if kind == "fee":
            yield from _costs(context)
        if kind == "coverage":
            yield from _coverage(context)
    yield from _places(context, kind)


def _lines(*found: Line | None) -> tuple[Line, ...]:
    return tuple(line for line in found if line is not None)


def _people(context: Context) -> Iterator[TargetDraft]:
    person = context.person
    known = _lines(*(context.own(slot, slot) for slot in ("birth_time", "gender", "race", "ethnicity")))
    if known and person:
        yield TargetDraft("person", (person, *(_gender(context, line) for line in known)))
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


def _gender(context: Context, line: Line) -> Line:
    choice = context.filled.get("gender")
    if line.field != "gender" or choice is None or choice.column.share("gender") >= 0.5:
        return line
    return replace(line, expression=f"gender_word({line.expression})")


def _visits(context: Context) -> Iterator[TargetDraft]:
    key, start = context.own("visit_key", "visit_key", "row_key"), context.own("start_time", "visit.start")
    if key and start and context.person:
        fields = {"class_text": "class_text", "end_time": "visit.end", "provider_key": "provider_key",
                  "care_site_key": "care_site_key", "admitted_from": "admitted_from", "discharged_to": "discharged_to"}  # fmt: skip
        more = _lines(*(context.own(field, slot) for field, slot in fields.items()))
        fixed = {"type": "ehr_encounter"}
        if (
            context.filled.get("class_text") is None
            and context.filled.get("visit.end")
            and context.filled.get("discharged_to")
        ):
            fixed["class_text"] = "inpatient"
        yield TargetDraft("visit", (replace(key, field="visit_key"), context.person, start, *more), fixed)


def _stays(context: Context) -> Iterator[TargetDraft]:
    key, start = context.own("detail_key", "detail_key", "row_key"), context.own("start_time", "detail.start")
    if key is None and context.visit and start:
        text = f"{context.visit.expression} || '|' || {start.expression}"
        key = Line(
            "detail_key", text, (*context.visit.columns, *start.columns), min(context.visit.chance, start.chance)
        )
    if key and start and context.person:
        more = _lines(context.own("end_time", "detail.end"), context.own("care_site_key", "care_site_key", "care_site_name"),
                      context.own("class_text", "class_text"))  # fmt: skip
        lines = (replace(key, field="detail_key"), *_lines(context.visit), context.person, start, *more)
        yield TargetDraft("visit_detail", lines, {"type": "ehr_encounter"})


def _events(context: Context, kind: str) -> Iterator[TargetDraft]:
    if kind in EVENTS:
        yield from _event(context, *EVENTS[kind])
    elif kind == "visit":
        for slot, of in (("diag", "condition"), ("proc", "procedure")):
            for cells in context.filled.across.get(slot, ()):
                yield from _across(context, slot, of, cells)
    if (substance := context.own("value_text", "allergy")) and (start := _any_start(context, "allergy.time")):
        fixed = {"kind": "observation", "code_system": "SNOMED", "code": "419199007", "code_text": "Allergy to substance", "type": "ehr"}  # fmt: skip
        yield TargetDraft("event", (*_whose(context), substance, start), fixed, f"{substance.expression} is not null")
    for choice in context.filled.all("obs"):
        if start := _any_start(context):
            line = as_line("value", choice)
            fixed = {"kind": "observation", "code_system": "LOINC", "code": choice.slot[4:], "type": "ehr"}
            yield TargetDraft("event", (*_whose(context), line, start), fixed, f"{line.expression} is not null")


def _event(context: Context, slot: str, kind: str, type_: str) -> Iterator[TargetDraft]:
    code, name = context.filled.get(f"{slot}.code"), context.filled.get(f"{slot}.name")
    start = context.own("start_time", _START[slot]) or context.visit_start
    if (code is None and name is None) or start is None or (slot == "meas" and not context.filled.get("meas.value")):
        return
    fixed = {"kind": kind, "type": type_}
    lines = [*_whose(context)]
    if row := context.own("event_key", "row_key"):
        lines.append(replace(row, expression=f"'{context.table}|' || {row.expression}", field="event_key"))
    lines += coded(context.source, slot, code, name, fixed, context.names)
    lines.append(replace(start, field="start_time"))
    lines += _lines(
        *(context.own(f, s) for f, s in _SAME.get(slot, {}).items()), context.own("end_time", _END.get(slot, "-"))
    )
    if slot == "drug":
        lines += _sig(context)
    if slot == "diag" and (rank := context.own("status", "diag.seq")) and not context.filled.get("diag.status"):
        text = f"case when {rank.expression} = '1' then 'primary' else 'secondary' end"
        lines.append(replace(rank, expression=text))
    if loinc := context.own("alt_code", "meas.loinc", "drug.ndc") if slot in ("meas", "drug") else None:
        lines, fixed = [*lines, loinc], {**fixed, "alt_system": "LOINC" if slot == "meas" else "NDC"}
    yield TargetDraft("event", tuple(lines), fixed)


def _across(context: Context, slot: str, kind: str, cells: Mapping[str, Choice]) -> Iterator[TargetDraft]:
    """One of the diagnoses or operations that a visit's row has side by side."""
    code, name = cells.get(f"{slot}.code"), cells.get(f"{slot}.name")
    own = cells.get(_START[slot])
    start = as_line("start_time", own) if own else context.own("start_time", "visit.start")
    first = code or name
    if first is None or start is None:
        return
    fixed = {"kind": kind, "type": "ehr"}
    lines = coded(context.source, slot, code, name, fixed, context.names)
    where = f"{quoted(first.column.name)} is not null"
    yield TargetDraft("event", (*_whose(context), *lines, start), fixed, where)


def _sig(context: Context) -> list[Line]:
    found = _lines(*(context.own("sig", slot) for slot in ("drug.dose", "drug.dose_unit", "drug.freq", "drug.spec")))
    if not found:
        return []
    text = ", ' ', ".join(line.expression for line in found)
    columns = tuple(column for line in found for column in line.columns)
    return [Line("sig", f"trim(concat({text}))", columns, min(line.chance for line in found), found[0].why)]


def _whose(context: Context) -> tuple[Line, ...]:
    provider = context.own("provider_key", "provider_key")
    return _lines(context.person, context.visit, provider)


def _any_start(context: Context, *slots: str) -> Line | None:
    found = context.own("start_time", *slots, "visit.start", "meas.time", "diag.time", "created") or context.visit_start
    return replace(found, field="start_time") if found else None


def _wide(context: Context) -> Iterator[TargetDraft]:
    start = _any_start(context, "meas.time")
    for choice in context.filled.all("wide"):
        code, _, unit = choice.slot.removeprefix("wide:").partition("|")
        if start is None or choice.column.share("words") > 0.3:
            continue
        line = as_line("value", choice)
        fixed = {"kind": "measurement", "code_system": "LOINC", "code": code, "code_text": choice.column.name, "unit": unit, "type": "ehr_nursing"}  # fmt: skip
        whose = _lines(context.person, context.visit)
        text = " || '|' || ".join([f"'{choice.column.name.lower()}'", *(one.expression for one in (*whose, start))])
        key = Line("event_key", text, tuple(c for one in (*whose, start) for c in one.columns), line.chance)
        yield TargetDraft("event", (*whose, key, start, line), fixed, f"{line.expression} is not null")


def _notes(context: Context, kind: str) -> Iterator[TargetDraft]:
    time = context.own("note_time", "note.time", "exam.time", "visit.start", "meas.time") or context.visit_start
    for choice in context.filled.all("note"):
        if kind not in ("note", "exam", "visit"):
            return
        line = as_line("text", choice)
        more = _lines(
            context.own("title", "note.title"),
            context.own("class_text", "note.class"),
            replace(time, field="note_time") if time else None,
        )
        yield TargetDraft(
            "note", (*_whose(context), line, *more), {"type": "ehr_note"}, f"{line.expression} is not null"
        )


def _costs(context: Context) -> Iterator[TargetDraft]:
    amount, about = context.own("total_charge", "fee.amount"), context.visit
    if amount and about and context.person:
        fields = {"cost_time": "fee.time", "revenue_code": "fee.category", "paid_by_patient": "fee.self",
                  "paid_by_payer": "fee.insurance", "drg_code": "fee.drg"}  # fmt: skip
        more = _lines(*(context.own(field, slot) for field, slot in fields.items()))
        row = context.own("event_key", "row_key")
        key = [replace(row, expression=f"'{context.table}|' || {row.expression}")] if row else []
        fixed = {"about_kind": "visit", "type": "cost_record"}
        yield TargetDraft("cost", (context.person, *key, replace(about, field="about_key"), amount, *more), fixed)


def _coverage(context: Context) -> Iterator[TargetDraft]:
    payer, start = context.own("payer_text", "cov.payer"), context.own("start_time", "cov.start")
    if payer and start and context.person:
        plan = context.own("plan_key", "cov.plan", "row_key") or replace(context.person, field="plan_key")
        more = _lines(context.own("end_time", "cov.end"))
        yield TargetDraft("coverage", (context.person, replace(plan, field="plan_key"), payer, start, *more))


def _places(context: Context, kind: str) -> Iterator[TargetDraft]:
    site, name = context.own("care_site_key", "care_site_key"), context.own("name", "care_site_name")
    if site and name:
        yield TargetDraft("care_site", (site, name), {}, f"{site.expression} is not null")
    staff = context.own("provider_key", "provider_key")
    if staff and (kind == "staff" or kind == "visit"):
        more = _lines(site, context.own("specialty_text", "prov.specialty") if kind == "staff" else None)
        yield TargetDraft("provider", (staff, *more), {}, f"{staff.expression} is not null")
