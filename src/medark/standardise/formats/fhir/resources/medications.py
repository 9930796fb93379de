"""Drugs asked for, given, handed out, reported; and vaccines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import UNSET, Raw, UnsetType

from medark.standardise.formats.fhir.codes import Codes, codes, says_something
from medark.standardise.formats.fhir.elements import (
    Concept,
    Contained,
    Dosage,
    Element,
    Link,
    Period,
    Quantity,
    Reference,
    Resource,
    first_text,
    number,
    unit,
)
from medark.standardise.formats.fhir.issue import excluded, quarantined
from medark.standardise.formats.fhir.resources.procedures import Performer, stop_reason
from medark.standardise.formats.fhir.resources.products import only_product
from medark.standardise.formats.fhir.resources.relations import reasons
from medark.standardise.formats.fhir.status import must_have_begun, must_have_happened
from medark.standardise.formats.fhir.unit import Unit, find_contained, named
from medark.standardise.formats.staged import Event

_DAYS = {"d": 1, "day": 1, "days": 1, "wk": 7, "mo": 30}  # UCUM; a month's supply is dispensed as 30 days
_INTENDED = frozenset({"proposal", "plan", "option"})  # what might be ordered, not what was


class Ingredient(Element):
    item_codeable_concept: Concept | None = None


class Medication(Resource, tag="Medication", tag_field="resourceType"):
    code: Concept | None = None
    ingredient: list[Ingredient] | None = None


class Prescribed(Contained):
    """What the four medication resources share."""

    status: str | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    subject: Link | None = None
    reason_reference: list[Link] | None = None


class DispenseRequest(Element):
    validity_period: Period | None = None
    number_of_repeats_allowed: Raw | UnsetType = UNSET
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None


class MedicationRequest(Prescribed, tag="MedicationRequest", tag_field="resourceType"):
    status_reason: Concept | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    reported_reference: Link | None = None
    encounter: Link | None = None
    authored_on: str | None = None
    requester: Link | None = None
    dosage_instruction: list[Dosage] | None = None
    dispense_request: DispenseRequest | None = None


class AdministrationDosage(Element):
    text: str | None = None
    route: Concept | None = None
    dose: Quantity | None = None


class MedicationAdministration(Prescribed, tag="MedicationAdministration", tag_field="resourceType"):
    status_reason: list[Concept] | None = None
    context: Link | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    performer: list[Performer] | None = None
    dosage: AdministrationDosage | None = None


class MedicationDispense(Prescribed, tag="MedicationDispense", tag_field="resourceType"):
    context: Link | None = None
    performer: list[Performer] | None = None
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: list[Dosage] | None = None


class MedicationStatement(Prescribed, tag="MedicationStatement", tag_field="resourceType"):
    status_reason: list[Concept] | None = None
    context: Link | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    information_source: Link | None = None
    dosage: list[Dosage] | None = None


class Immunization(Resource, tag="Immunization", tag_field="resourceType"):
    status: str | None = None
    vaccine_code: Concept | None = None
    patient: Link | None = None
    encounter: Link | None = None
    occurrence_date_time: str | None = None
    occurrence_string: str | None = None
    recorded: str | None = None
    primary_source: bool | None = None
    is_subpotent: bool | None = None
    report_origin: Concept | None = None
    lot_number: str | None = None
    route: Concept | None = None
    dose_quantity: Quantity | None = None
    performer: list[Performer] | None = None


def medication_rows(medication: Medication, at: Unit) -> Iterator[tuple[Any, ...]]:
    """What a drug is, for events that name it by its key; no event itself."""
    yield from only_product("Medication", medication.id, codes(_product(medication), "drug"), at)


def request_rows(request: MedicationRequest, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A drug event of a prescription."""
    must_have_happened("MedicationRequest", request.status)
    if request.intent in _INTENDED:
        raise excluded(f"not realised: {request.intent}", "intent")
    if request.do_not_perform:
        raise excluded("not realised: an order not to give", "doNotPerform")
    dosage = _dosage(request.dosage_instruction, "dosageInstruction")
    supply = request.dispense_request or DispenseRequest()
    bounds, valid = _bounds(dosage), supply.validity_period or Period()
    start = bounds.start or request.authored_on or valid.start
    must_have_begun(request.status, start)
    yield from _drug(
        request, at, request.encounter,
        provider_key=at.provider(request.requester),
        start_time=start,
        end_time=bounds.end or valid.end,
        type="patient_report" if at.is_from_patient(request.reported_reference) else "ehr_prescription",
        stop_reason=stop_reason(request.status, request.status_reason),
        quantity=_amount(supply.quantity, "dispenseRequest.quantity"),
        days_supply=_days(supply.expected_supply_duration, "dispenseRequest.expectedSupplyDuration"),
        refills=number(supply.number_of_repeats_allowed, "dispenseRequest.numberOfRepeatsAllowed"),
        **_taken(dosage),
    )  # fmt: skip


def administration_rows(given: MedicationAdministration, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A drug event of what was given."""
    must_have_happened("MedicationAdministration", given.status)
    period, dosage = given.effective_period or Period(), given.dosage or AdministrationDosage()
    start = given.effective_date_time or period.start
    must_have_begun(given.status, start)
    yield from _drug(
        given, at, given.context,
        provider_key=at.provider_of(performer.actor for performer in given.performer or ()),
        start_time=start,
        end_time=period.end,
        type="ehr_administration",
        stop_reason=stop_reason(given.status, next(iter(given.status_reason or ()), None)),
        quantity=_amount(dosage.dose, "dosage.dose"),
        sig=dosage.text,
        route=first_text(dosage.route),
        dose_unit=unit(dosage.dose) if dosage.dose else None,
    )  # fmt: skip


def dispense_rows(handed: MedicationDispense, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A drug event of what was handed out."""
    must_have_happened("MedicationDispense", handed.status)
    start = handed.when_handed_over or handed.when_prepared
    must_have_begun(handed.status, start)
    yield from _drug(
        handed, at, handed.context,
        provider_key=at.provider_of(performer.actor for performer in handed.performer or ()),
        start_time=start,
        type="ehr_dispensing",
        stop_reason=stop_reason(handed.status, None),
        quantity=_amount(handed.quantity, "quantity"),
        days_supply=_days(handed.days_supply, "daysSupply"),
        **_taken(_dosage(handed.dosage_instruction, "dosageInstruction")),
    )  # fmt: skip


def statement_rows(taken: MedicationStatement, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A drug event of what is said to be taken."""
    must_have_happened("MedicationStatement", taken.status)
    period = taken.effective_period or Period()
    start = taken.effective_date_time or period.start or taken.date_asserted
    must_have_begun(taken.status, start)
    yield from _drug(
        taken, at, taken.context,
        start_time=start,
        end_time=period.end,
        type="patient_report" if at.is_from_patient(taken.information_source) else "ehr_medication_list",
        stop_reason=stop_reason(taken.status, next(iter(taken.status_reason or ()), None)),
        **_taken(_dosage(taken.dosage, "dosage")),
    )  # fmt: skip


def immunization_rows(vaccine: Immunization, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A drug event of a vaccine."""
    must_have_happened("Immunization", vaccine.status)
    if vaccine.is_subpotent:
        raise quarantined("a dose that does not count", "isSubpotent")
    person = at.patient(vaccine.patient, "patient")
    said = codes(vaccine.vaccine_code, "drug")
    visit_key, detail_key = at.visit(vaccine.encounter)
    yield _event(
        at, "Immunization", vaccine.id, person, (visit_key, detail_key), said, "vaccineCode",
        provider_key=at.provider_of(performer.actor for performer in vaccine.performer or ()),
        start_time=vaccine.occurrence_date_time or vaccine.recorded,
        type=_vaccine_type(vaccine),
        quantity=_amount(vaccine.dose_quantity, "doseQuantity"),
        dose_unit=unit(vaccine.dose_quantity) if vaccine.dose_quantity else None,
        route=first_text(vaccine.route),
        lot_number=vaccine.lot_number,
    )  # fmt: skip


def _vaccine_type(vaccine: Immunization) -> str:
    if first_text(vaccine.report_origin) == "recall":
        return "patient_report"
    return "ehr" if vaccine.primary_source is False else "ehr_administration"


def _drug(resource: Prescribed, at: Unit, encounter: Link | None, **columns: str | None) -> Iterator[tuple[Any, ...]]:
    person = at.patient(resource.subject)
    name = type(resource).__name__
    concept, place = _medication(resource, at)
    yield _event(at, name, resource.id, person, at.visit(encounter), codes(concept, "drug"), place, **columns)
    if resource.id and resource.reason_reference:
        yield from reasons(resource.reason_reference, person, "drug", f"{name}/{resource.id}", at)


def _event(
    at: Unit,
    name: str,
    identity: str | None,
    person: str,
    visit: tuple[str | None, str | None],
    said: Codes,
    place: str,
    **columns: str | None,
) -> tuple[Any, ...]:
    if not says_something(said):
        raise quarantined("no code", place)
    code, system, text, alt, alt_system, alt2, alt2_system = said
    return Event(
        at.record_no, at.row_no, 0,
        kind="drug",
        event_key=identity and f"{name}/{identity}",
        person_key=person,
        visit_key=visit[0],
        detail_key=visit[1],
        code=code,
        code_system=system,
        code_text=text,
        alt_code=alt,
        alt_system=alt_system,
        alt2_code=alt2,
        alt2_system=alt2_system,
        **columns,
    )  # fmt: skip


def _medication(resource: Prescribed, at: Unit) -> tuple[Concept | None, str]:
    """What drug it is: said here, contained, or a Medication of the same chunk; else what the reference says."""
    if resource.medication_codeable_concept is not None or resource.medication_reference is None:
        return resource.medication_codeable_concept, "medicationCodeableConcept"
    reference, place = resource.medication_reference, "medicationReference"
    if reference.reference and reference.reference.startswith("#"):
        found = find_contained(resource.contained, reference.reference, Medication)
    else:
        found = at.neighbours.find(Medication, at.target(reference)[1])
    if found is not None:
        return _product(found), place
    return named(reference, at, "Medication"), place


def _product(medication: Medication) -> Concept | None:
    """Its code; a product without one is its only ingredient."""
    if medication.code is not None:
        return medication.code
    ingredients = medication.ingredient or ()
    return ingredients[0].item_codeable_concept if len(ingredients) == 1 else None


def _dosage(dosages: Iterable[Dosage] | None, place: str) -> Dosage:
    """The first instruction; Issue if any of them is modified by something unknown."""
    given = list(dosages or ())
    for index, dosage in enumerate(given):
        if dosage.modifier_extension:
            raise quarantined("modifier extension", f"{place}[{index}].modifierExtension")
    return given[0] if given else Dosage()


def _taken(dosage: Dosage) -> dict[str, str | None]:
    rate = next((r.dose_quantity for r in dosage.dose_and_rate or () if r.dose_quantity), None)
    return {"sig": dosage.text, "route": first_text(dosage.route), "dose_unit": unit(rate) if rate else None}


def _bounds(dosage: Dosage) -> Period:
    repeat = dosage.timing.repeat if dosage.timing else None
    return (repeat.bounds_period if repeat else None) or Period()


def _amount(quantity: Quantity | None, place: str) -> str | None:
    return number(quantity.value, f"{place}.value") if quantity else None


def _days(supply: Quantity | None, place: str) -> str | None:
    """A duration in whole days, where its unit says how many that is."""
    digits = _amount(supply, place)
    days = _DAYS.get((unit(supply) or "d") if supply else "d")
    if digits is None or days is None:
        return None
    return digits if days == 1 else str(round(float(digits) * days))
