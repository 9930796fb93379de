"""Encounter: a visit, or a visit detail where it is part of another; its moves between locations; why it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import field

from medark.standardise.formats.fhir.codes import LOINC, codes, has_code, says_something
from medark.standardise.formats.fhir.elements import (
    Coding,
    Concept,
    Element,
    Identifier,
    Link,
    Period,
    Resource,
    first_text,
    words,
)
from medark.standardise.formats.fhir.issue import quarantined
from medark.standardise.formats.fhir.resources.relations import reasons
from medark.standardise.formats.fhir.status import must_have_happened
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Event, Visit, VisitDetail

REASON_FOR_VISIT = "29299-5"  # LOINC: reason for visit, narrative
_ATTENDING = frozenset({"ATND", "PPRF"})
_BEEN_THERE = ("active", "completed", None)  # not "planned" or "reserved"


class Participant(Element):
    type: list[Concept] | None = None
    individual: Link | None = None


class Hospitalization(Element):
    admit_source: Concept | None = None
    discharge_disposition: Concept | None = None


class Stay(Element):
    """Encounter.location."""

    location: Link | None = None
    status: str | None = None
    period: Period | None = None


class Diagnosis(Element):
    condition: Link | None = None


class Encounter(Resource, tag="Encounter", tag_field="resourceType"):
    identifier: list[Identifier] | None = None
    status: str | None = None
    class_: Coding | None = field(default=None, name="class")
    type: list[Concept] | None = None
    subject: Link | None = None
    participant: list[Participant] | None = None
    period: Period | None = None
    reason_code: list[Concept] | None = None
    reason_reference: list[Link] | None = None
    diagnosis: list[Diagnosis] | None = None
    hospitalization: Hospitalization | None = None
    location: list[Stay] | None = None
    service_provider: Link | None = None
    part_of: Link | None = None


def encounter_rows(encounter: Encounter, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A visit or visit detail, its moves, and why it came about."""
    must_have_happened("Encounter", encounter.status)
    if not encounter.id:
        raise quarantined("required element missing", "id")
    person = at.patient(encounter.subject)
    visit_key, detail_key = _keys(encounter.id, encounter.part_of, at)
    said = _visit_columns(encounter, at)
    place = at.record_no, at.row_no, 0
    if detail_key:
        yield VisitDetail(*place, detail_key=detail_key, visit_key=visit_key, person_key=person, **said)
    else:
        yield Visit(*place, visit_key=visit_key, person_key=person, **said)
    yield from _moves(encounter, visit_key, person, said, at)
    yield from _reason_codes(encounter, visit_key, detail_key, person, at)
    causes = [*(encounter.reason_reference or ()), *(d.condition for d in encounter.diagnosis or () if d.condition)]
    yield from reasons(causes, person, "visit", visit_key, at)


def _keys(own: str, part_of: Link | None, at: Unit) -> tuple[str, str | None]:
    if part_of is None:
        return own, None
    parent, _ = at.visit(part_of)
    return (parent, own) if parent and parent != own else (own, None)


def _visit_columns(encounter: Encounter, at: Unit) -> dict[str, str | None]:
    kind = encounter.class_ or Coding()
    named = next(iter(encounter.type or ()), None)
    period = encounter.period or Period()
    stay = encounter.hospitalization or Hospitalization()
    return {
        "class_code": kind.code,
        "class_system": kind.system,
        "class_text": kind.display or words(named),
        "start_time": period.start,
        "end_time": period.end,
        "provider_key": _attending(encounter.participant or [], at),
        "care_site_key": at.care_site(encounter.service_provider) or _first_location(encounter, at),
        "admitted_from": first_text(stay.admit_source),
        "discharged_to": first_text(stay.discharge_disposition),
        "type": "ehr_encounter",
    }


def _attending(participants: list[Participant], at: Unit) -> str | None:
    first = (
        sorted(participants, key=lambda p: not has_code(p.type, _ATTENDING)) if len(participants) > 1 else participants
    )
    return at.provider_of(participant.individual for participant in first)


def _first_location(encounter: Encounter, at: Unit) -> str | None:
    return next((at.care_site(stay.location) for stay in encounter.location or () if stay.status in _BEEN_THERE), None)


def _moves(
    encounter: Encounter, visit_key: str, person: str, said: dict[str, str | None], at: Unit
) -> Iterator[tuple[Any, ...]]:
    """Each location with a time of its own is a visit detail; one without adds nothing to the visit."""
    for number, stay in enumerate(encounter.location or (), 1):
        if stay.status not in _BEEN_THERE or stay.period is None or not (stay.period.start or stay.period.end):
            continue
        yield VisitDetail(
            at.record_no, at.row_no, number,
            detail_key=f"{encounter.id}#location {number}",
            visit_key=visit_key,
            person_key=person,
            class_code=said["class_code"],
            class_system=said["class_system"],
            class_text=said["class_text"],
            start_time=stay.period.start,
            end_time=stay.period.end,
            care_site_key=at.care_site(stay.location),
            type="ehr_encounter",
        )  # fmt: skip


def _reason_codes(
    encounter: Encounter, visit_key: str, detail_key: str | None, person: str, at: Unit
) -> Iterator[tuple[Any, ...]]:
    """Why the patient came is an answer, not a diagnosis: kept as an observation (f2o-081)."""
    for number, reason in enumerate(encounter.reason_code or (), 1):
        said = codes(reason, "condition")
        if says_something(said):
            yield Event(
                at.record_no, at.row_no, number - 1,
                kind="observation",
                event_key=f"Encounter/{encounter.id}#reasonCode {number}",
                person_key=person,
                visit_key=visit_key,
                detail_key=detail_key,
                code=REASON_FOR_VISIT,
                code_system=LOINC,
                code_text="Reason for visit",
                start_time=encounter.period.start if encounter.period else None,
                type="ehr_encounter",
                value_code=said[0],
                value_system=said[1],
                value_text=said[2],
            )  # fmt: skip
