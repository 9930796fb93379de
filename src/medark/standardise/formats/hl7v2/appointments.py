"""SCH and its visit: an appointment is a plan, until the patient has arrived"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.hl7v2.visit import known_visit, visit_of
from medark.standardise.formats.staged import Visit

_CAME = frozenset({"ARRIVED", "CHECKEDIN", "CHECKED-IN", "COMPLETE", "COMPLETED", "STARTED", "FULFILLED"})  # SCH-25
_NOT = {"S15": "appointment cancelled", "S17": "appointment deleted", "S26": "patient did not come"}


def sch(unit: Unit, f: list[str]) -> None:
    """SCH: number, state and time of the appointment; it comes before the patient."""
    unit.appointment = f


def appointment(unit: Unit) -> None:
    """At the end of the message: a visit if the patient came, else excluded with the reason."""
    f = unit.appointment
    if not f:
        unit.issue("quarantined", "appointment without SCH", "SCH")
        return
    state = (unit.reading.name_of(f[25]) or "").upper().replace(" ", "")
    if state not in _CAME or unit.trigger in _NOT:
        unit.issue("excluded", _NOT.get(unit.trigger, "appointment, not yet kept"), "SCH-25")
        return
    start = unit.visit_start or unit.timing[0] or _old_timing(unit, f[11]) or unit.event_time
    number = unit.reading.number(f[2]) or unit.reading.number(f[1])
    key = unit.visit_key or (f"{unit.person_key}|SCH|{number}" if number else f"{unit.person_key}|{start}")
    unit.visit_key = key
    if unit.visit_start is None:
        unit.add(
            Visit, visit_key=key, person_key=unit.person_key, class_code="O", class_system="HL70004", start_time=start,
            provider_key=unit.attending_key, type="ehr_encounter",
        )  # fmt: skip


def _old_timing(unit: Unit, field: str) -> str | None:
    return unit.time(unit.reading.components(unit.reading.first(field), 4)[3], "SCH-11")


def booked_visit(unit: Unit, f: list[str]) -> None:
    """PV1 of an appointment: a visit only if the patient came."""
    state = (unit.reading.name_of(unit.appointment[25]) or "").upper() if unit.appointment else ""
    (known_visit if state.replace(" ", "") in _CAME else visit_of)(unit, f)
