"""Condition, and AllergyIntolerance: what a patient has, and what they must not get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medark.standardise.formats.fhir.codes import SNOMED, codes, has_code, says_something
from medark.standardise.formats.fhir.elements import Concept, Link, Period, Resource, began, first_text
from medark.standardise.formats.fhir.issue import quarantined
from medark.standardise.formats.fhir.status import must_be_held_true
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Event

_UNSURE = ("provisional", "differential", "unconfirmed")
_PROBLEM_LIST, _ENCOUNTER = frozenset({"problem-list-item"}), frozenset({"encounter-diagnosis"})


class Condition(Resource, tag="Condition", tag_field="resourceType"):
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    category: list[Concept] | None = None
    code: Concept | None = None
    subject: Link | None = None
    encounter: Link | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    recorded_date: str | None = None
    recorder: Link | None = None
    asserter: Link | None = None


class AllergyIntolerance(Resource, tag="AllergyIntolerance", tag_field="resourceType"):
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    type: str | None = None
    category: list[str] | None = None
    criticality: str | None = None
    code: Concept | None = None
    patient: Link | None = None
    encounter: Link | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    recorded_date: str | None = None
    recorder: Link | None = None
    asserter: Link | None = None


def condition_rows(condition: Condition, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A condition event."""
    belief = must_be_held_true(condition.verification_status)
    person = at.patient(condition.subject)
    code, system, text, alt, alt_system, alt2, alt2_system = said = codes(condition.code, "condition")
    if not says_something(said):
        raise quarantined("no code", "code")
    visit_key, detail_key = at.visit(condition.encounter)
    yield Event(
        at.record_no, at.row_no, 0,
        kind="condition",
        event_key=condition.id and f"Condition/{condition.id}",
        person_key=person,
        visit_key=visit_key,
        detail_key=detail_key,
        provider_key=at.provider(condition.recorder) or at.provider(condition.asserter),
        code=code,
        code_system=system,
        code_text=text,
        alt_code=alt,
        alt_system=alt_system,
        alt2_code=alt2,
        alt2_system=alt2_system,
        start_time=_onset(condition) or condition.recorded_date,
        end_time=condition.abatement_date_time or (condition.abatement_period and condition.abatement_period.end),
        type=_type(condition, at),
        status=belief if belief in _UNSURE else first_text(condition.clinical_status),
    )  # fmt: skip


def _onset(resource: Condition | AllergyIntolerance) -> str | None:
    return resource.onset_date_time or began(resource.onset_period)


def _type(condition: Condition, at: Unit) -> str:
    if at.is_from_patient(condition.asserter):
        return "patient_report"
    if has_code(condition.category, _PROBLEM_LIST):
        return "ehr_problem_list"
    return "ehr_encounter" if has_code(condition.category, _ENCOUNTER) else "ehr"


# What kind of allergy it is, SNOMED CT; what it is to is the answer. So a penicillin allergy is never a penicillin
# exposure, whatever domain the substance's own concept has.
# Source: FHIR-to-OMOP 2.0 ballot, AllergyIntolerance map (observation = kind, value = substance); SNOMED CT.
_ALLERGY = {"food": "414285001", "medication": "416098002", "environment": "426232007", None: "419199007"}
_INTOLERANCE = {"food": "235719002", "medication": "59037007", None: "782197009"}
# "No known allergy" and its kin are the whole statement. Source: SNOMED CT 716186003 and descendants.
_NONE_KNOWN = frozenset({"716186003", "409137002", "428607008", "429625007", "716184000", "716185004", "716220001"})


def allergy_rows(allergy: AllergyIntolerance, at: Unit) -> Iterator[tuple[Any, ...]]:
    """An observation event: what kind of allergy, and to what."""
    must_be_held_true(allergy.verification_status)
    person = at.patient(allergy.patient, "patient")
    substance = codes(allergy.code, "observation")
    if not says_something(substance):
        raise quarantined("no code", "code")
    visit_key, detail_key = at.visit(allergy.encounter)
    statement = _statement(allergy, substance)
    yield Event(
        at.record_no, at.row_no, 0,
        kind="observation",
        event_key=allergy.id and f"AllergyIntolerance/{allergy.id}",
        person_key=person,
        visit_key=visit_key,
        detail_key=detail_key,
        provider_key=at.provider(allergy.recorder) or at.provider(allergy.asserter),
        start_time=_onset(allergy) or allergy.recorded_date,
        type="patient_report" if at.is_from_patient(allergy.asserter) else "ehr",
        status=first_text(allergy.clinical_status),
        qualifier=allergy.criticality,
        **statement,
    )  # fmt: skip


def _statement(allergy: AllergyIntolerance, substance: tuple[str | None, ...]) -> dict[str, str | None]:
    code, system, text = substance[:3]
    if code in _NONE_KNOWN and system == SNOMED:
        return {"code": code, "code_system": system, "code_text": text}
    kinds = _INTOLERANCE if allergy.type == "intolerance" else _ALLERGY
    category = next(iter(allergy.category or ()), None)
    return {
        "code": kinds.get(category, kinds[None]),
        "code_system": SNOMED,
        "code_text": f"{allergy.type or 'allergy'}{f' to {category}' if category else ''}",
        "value_code": code,
        "value_system": system,
        "value_text": text,
    }
