"""Observation: a result, a vital sign, an answer; with its components, members, specimen and sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Raw

from medark.standardise.formats.fhir.codes import CODE_COLUMNS, codes, has_code
from medark.standardise.formats.fhir.elements import Concept, Link, Period, Timing
from medark.standardise.formats.fhir.issue import excluded, not_understood, quarantined
from medark.standardise.formats.fhir.resources.relations import parts
from medark.standardise.formats.fhir.resources.values import VALUE_COLUMNS, Valued, flag, range_of, value_of
from medark.standardise.formats.fhir.status import must_have_happened
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Relation, row_of

_TYPES = {"laboratory": "lab", "survey": "survey", "exam": "ehr_physical_exam"}
_CONTEXT = "person_key visit_key detail_key provider_key start_time end_time type"
_RESULT = row_of(
    "event", "kind event_key parent_key", _CONTEXT, CODE_COLUMNS, VALUE_COLUMNS, "range_low range_high qualifier"
)
_NOT_DONE = frozenset({"not-performed"})


class Component(Valued):
    """Observation.component."""


class Observation(Valued, tag="Observation", tag_field="resourceType"):
    status: str | None = None
    category: list[Concept] | None = None
    subject: Link | None = None
    focus: list[Raw] | None = None
    encounter: Link | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    effective_timing: Timing | None = None
    issued: str | None = None
    performer: list[Link] | None = None
    specimen: Link | None = None
    has_member: list[Link] | None = None
    derived_from: list[Link] | None = None
    component: list[Component] | None = None


def observation_rows(observation: Observation, at: Unit) -> Iterator[tuple[Any, ...]]:
    """An event of the observation, one of each component, and links to members, sources, specimen."""
    must_have_happened("Observation", observation.status)
    absent = observation.data_absent_reason
    if absent is not None and has_code([absent], _NOT_DONE):
        raise excluded("not realised: not performed", "dataAbsentReason")
    if observation.focus:  # a fetus, a donor, a device: in the patient's record, but not of the patient
        raise not_understood("about something other than a patient", "focus")
    person = at.patient(observation.subject)
    key = observation.id and f"Observation/{observation.id}"
    category = _category(observation)
    kind = _kind(observation, category)
    visit_key, detail_key = at.visit(observation.encounter)
    provider = at.provider_of(observation.performer) if observation.performer else None
    start, end = _when(observation)
    how = _type(observation, category, at)
    place = at.record_no, at.row_no
    context = person, visit_key, detail_key, provider, start, end, how
    yield _event(place, 0, kind, key, observation, context, None, "")
    for number, component in enumerate(observation.component or (), 1):
        path = f"component[{number - 1}]."
        if component.modifier_extension:
            raise quarantined("modifier extension", f"{path}modifierExtension")
        own = key and f"{key}#component {number}"
        yield _event(place, number, kind, own, component, context, key, path)
    if key and (observation.has_member or observation.specimen or observation.derived_from):
        yield from _links(observation, person, kind, key, at)


def kind_of(observation: Observation) -> str:
    """What the source takes it for: laboratory and vital signs, or a number, are measurements."""
    return _kind(observation, _category(observation))


def _kind(observation: Observation, category: str | None) -> str:
    if category in ("laboratory", "vital-signs"):
        return "measurement"
    if observation.value_quantity is not None:
        return "measurement"
    if category is None and any(part.value_quantity for part in observation.component or ()):
        return "measurement"
    return "observation"


def _category(observation: Observation) -> str | None:
    for concept in observation.category or ():
        for coding in concept.coding or ():
            if coding.code:
                return coding.code
    return None


def _event(
    place: tuple[int, int],
    part_no: int,
    kind: str,
    key: str | None,
    said: Valued,
    context: tuple[str | None, ...],
    parent: str | None,
    path: str,
) -> tuple[Any, ...]:
    code = codes(said.code, kind)
    if code[0] is None and code[2] is None:
        raise quarantined("no code", f"{path}code")
    return _RESULT((
        *place, part_no, kind, key, parent, *context, *code, *value_of(said, path), *range_of(said, path), flag(said),
    ))  # fmt: skip


def _when(observation: Observation) -> tuple[str | None, str | None]:
    """When it was true of the patient; when it was made known only if nothing else is said."""
    period = observation.effective_period
    if period is not None:
        return period.start or period.end, period.end
    start = observation.effective_date_time or observation.effective_instant
    if start is None and observation.effective_timing and observation.effective_timing.event:
        start = observation.effective_timing.event[0]
    return start or observation.issued, None


def _type(observation: Observation, category: str | None, at: Unit) -> str:
    for performer in observation.performer or ():
        if at.is_from_patient(performer):
            return "patient_report"
    return _TYPES.get(category or "", "ehr")


def _links(observation: Observation, person: str, kind: str, key: str, at: Unit) -> Iterator[tuple[Any, ...]]:
    members = list(member_rows(observation.has_member or [], person, kind, key, "has_member", at))
    members += member_rows(observation.derived_from or [], person, kind, key, "derived_from", at, len(members))
    yield from members
    yield from parts([observation.specimen], "Specimen", person, kind, key, "has_specimen", at, len(members))


def member_rows(
    links: list[Link], person: str, kind: str, key: str, relationship: str, at: Unit, part_no: int = 0
) -> Iterator[tuple[Any, ...]]:
    """Links to observations, whose kind is looked up among the neighbours and else taken to be this row's own."""
    for link in links:
        resource_type, identity = at.target(link)
        if not identity or resource_type not in ("Observation", None):
            continue
        member = at.neighbours.find(Observation, identity)
        other = kind_of(member) if member else kind
        yield Relation(
            at.record_no, at.row_no, part_no, person, kind, key, other, f"Observation/{identity}", relationship
        )
        part_no += 1
