"""Events of a row: what its table is about, lists across a visit's row, measurements side by side"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from medark.standardise.propose.draft.codes import coded, system_of
from medark.standardise.propose.draft.context import Context, any_start, there, whose
from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.lines import as_line, unit_inside
from medark.standardise.propose.draft.parts import Line, TargetDraft, quoted

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
START_OF: Mapping[str, str] = {
    **{kind: _START[slot] for kind, (slot, *_) in EVENTS.items()}, "fee": "fee.time", "note": "note.time",
}  # fmt: skip
# "Allergic to", with the substance as its answer: coded by the substance, it would be read as that drug taken.
_ALLERGY = {"code_system": "SNOMED", "code": "419199007", "code_text": "Allergy to substance"}
_SIG = ("drug.dose", "drug.dose_unit", "drug.rate", "drug.rate_unit", "drug.freq", "drug.spec")
_END = {"diag": "diag.end", "proc": "proc.end", "drug": "drug.stop", "device": "device.end"}


def events(context: Context, kind: str) -> Iterator[TargetDraft]:
    """Every event of a row of a table of a kind."""
    if kind in EVENTS:
        yield from _event(context, *EVENTS[kind])
    elif kind in ("visit", "fee"):
        for slot, of in (("diag", "condition"), ("proc", "procedure")):
            for cells in context.filled.across.get(slot, ()):
                yield from _across(context, slot, of, cells)
    if kind != "patient" and kind != "allergy" and context.has_register:
        return
    if (substance := context.own("value_text", "allergy")) and (start := any_start(context, "allergy.time")):
        fixed = {"kind": "observation", "type": "ehr", **_ALLERGY}
        coded_as = context.filled.get("allergy.code")
        more = there(as_line("value_code", coded_as) if coded_as else None, context.own("end_time", "allergy.end"))
        if coded_as:
            fixed["value_system"] = system_of(coded_as.column, context.source, "allergy")
        where = f"{substance.expression} is not null"
        yield TargetDraft("event", (*whose(context), substance, *more, start), fixed, where)
    for choice in context.filled.all("obs"):
        if start := any_start(context):
            line = as_line("value", choice)
            fixed = {"kind": "observation", "code_system": "LOINC", "code": choice.slot[4:], "type": "ehr"}
            yield TargetDraft("event", (*whose(context), line, start), fixed, f"{line.expression} is not null")


def _event(context: Context, slot: str, kind: str, type_: str) -> Iterator[TargetDraft]:
    code, name = context.filled.get(f"{slot}.code"), context.filled.get(f"{slot}.name")
    start = context.own("start_time", _START[slot]) or context.visit_start
    if (code is None and name is None) or start is None or (slot == "meas" and not context.filled.get("meas.value")):
        return
    fixed = {"kind": kind, "type": type_}
    lines = [*whose(context)]
    if row := context.key("event_key", "row_key"):
        lines.append(replace(row, expression=f"'{context.table}|' || {row.expression}", field="event_key"))
    lines += coded(context.source, slot, code, name, fixed, context.names)
    lines.append(replace(start, field="start_time"))
    lines += there(
        *(context.own(f, s) for f, s in _SAME.get(slot, {}).items()), context.own("end_time", _END.get(slot, "-"))
    )
    if slot == "drug":
        lines += _sig(context)
    if slot == "meas" and (value := context.filled.get("meas.value")) and not context.filled.get("meas.unit"):
        lines += there(unit_inside(value))
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
    yield TargetDraft("event", (*whose(context), *lines, start), fixed, where)


def _sig(context: Context) -> list[Line]:
    found = there(*(context.own("sig", slot) for slot in _SIG))
    if not found:
        return []
    text = ", ' ', ".join(line.expression for line in found)
    columns = tuple(column for line in found for column in line.columns)
    return [Line("sig", f"trim(concat({text}))", columns, min(line.chance for line in found), found[0].why)]


def sold(context: Context) -> Iterator[TargetDraft]:
    """A count of a shop: a register of drugs that were handed out to nobody in particular."""
    quantity, start = context.own("quantity", "drug.qty"), context.own("start_time", "drug.start")
    code, name = context.filled.get("drug.code"), context.filled.get("drug.name")
    if quantity is None or start is None or (code or name) is None or context.filled.get("visit_key"):
        return
    fixed = {"unit": "{package}"}
    row = context.key("event_key", "row_key")
    lines = coded(context.source, "drug", None if name else code, name, fixed, context.names)
    lines = [line for line in lines if line.field == "code"]
    if name and code:
        fixed["alt_system"] = system_of(code.column, context.source, "drug")
        lines.append(as_line("alt_code", code))
    more = there(row, start, quantity, context.own("care_site_key", "care_site_key"))
    yield TargetDraft("count", (*lines, *more), fixed)
