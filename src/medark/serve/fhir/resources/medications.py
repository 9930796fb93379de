"""MedicationRequest, -Administration, -Dispense, -Statement, Immunization: a drug, by what says that it was had"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from medark.flows.fhir import AllOf, Condition, IsIn, IsThere, Not
from medark.serve.fhir.resources.elements import (
    begun,
    coded,
    encounter,
    event_id,
    fixed,
    listed,
    moment,
    performer,
    period,
    quantity,
    subject,
    to,
    with_,
)  # fmt: skip
from medark.serve.fhir.resources.events import columns, searched
from medark.serve.fhir.resources.kind import Fixed, Kind, Making, Part, Reference, Resource, Row, Sets

_STARTS: Final = ("drug_exposure_start_date", "drug_exposure_start_datetime")
_ENDS: Final = ("drug_exposure_end_date", "drug_exposure_end_datetime")
# OMOP type concepts: what kind of record says it.
_PRESCRIBED: Final = frozenset((32838, 32833))  # EHR prescription, EHR order
_GIVEN: Final = frozenset((32818,))  # EHR administration record
_DISPENSED: Final = frozenset((32825,))  # EHR dispensing record
# What the standard calls the date of each.
_WHEN: Final = {
    "MedicationRequest": "authoredon", "MedicationAdministration": "effective-time",
    "MedicationDispense": "whenhandedover", "MedicationStatement": "effective", "Immunization": "date",
}  # fmt: skip
_COLUMNS: Final = columns(
    "drug_exposure_id", "drug_concept_id", "drug_source_concept_id", "drug_source_value", "drug_type_concept_id",
    "stop_reason", "refills", "quantity", "days_supply", "sig", "route_concept_id", "route_source_value",
    "lot_number", "dose_unit_source_value", *_STARTS, *_ENDS,
)  # fmt: skip


def make_request(row: Row, making: Making) -> Resource:
    """A MedicationRequest. How it stands today nobody told, unless that it was stopped."""
    days = row.get("days_supply")
    supply = with_(
        {},
        quantity=quantity(making, row, "quantity", words="dose_unit_source_value"),
        numberOfRepeatsAllowed=row.get("refills"),
        expectedSupplyDuration={"value": days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
        if days
        else None,
    )
    return with_(
        _begun("MedicationRequest", row, making),
        status="stopped" if row.get("stop_reason") else "unknown",
        intent="order",
        encounter=encounter(row),
        authoredOn=moment(making, row, *_STARTS),
        requester=to("Practitioner", row.get("provider_id")),
        dosageInstruction=_dosage(row, making),
        dispenseRequest=supply,
    )


def make_administration(row: Row, making: Making) -> Resource:
    """A MedicationAdministration."""
    return with_(
        _begun("MedicationAdministration", row, making),
        status="completed",
        context=encounter(row),
        effectivePeriod=_period(row, making),
        performer=listed(performer(row)),
        dosage=with_({}, route=_route(row, making), text=row.get("sig"),
                     dose=quantity(making, row, "quantity", words="dose_unit_source_value")),
    )  # fmt: skip


def make_dispense(row: Row, making: Making) -> Resource:
    """A MedicationDispense."""
    days = row.get("days_supply")
    return with_(
        _begun("MedicationDispense", row, making),
        status="completed",
        context=encounter(row),
        whenHandedOver=moment(making, row, *_STARTS),
        performer=listed(performer(row)),
        quantity=quantity(making, row, "quantity", words="dose_unit_source_value"),
        daysSupply={"value": days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"} if days else None,
        dosageInstruction=_dosage(row, making),
    )


def make_statement(row: Row, making: Making) -> Resource:
    """A MedicationStatement: that a drug was had, as a claim, a list or the patient says."""
    return with_(
        _begun("MedicationStatement", row, making),
        status="unknown",
        context=encounter(row),
        effectivePeriod=_period(row, making),
        dosage=_dosage(row, making),
    )


def make_immunization(row: Row, making: Making) -> Resource:
    """An Immunization."""
    return with_(
        begun("Immunization", event_id(row, "drug_exposure_id"), row, making),
        status="completed",
        vaccineCode=_drug(row, making),
        patient=subject(row),
        encounter=encounter(row),
        occurrenceDateTime=moment(making, row, *_STARTS),
        lotNumber=row.get("lot_number"),
        route=_route(row, making),
        performer=listed(performer(row)),
    )


def _begun(kind: str, row: Row, making: Making) -> Resource:
    found = begun(kind, event_id(row, "drug_exposure_id"), row, making)
    return with_(found, medicationCodeableConcept=_drug(row, making), subject=subject(row))


def _drug(row: Row, making: Making) -> dict[str, Any]:
    found = coded(making, row, "drug_concept_id", "drug_source_concept_id", "drug_source_value")
    return found or fixed("data-absent-reason", "unknown")


def _route(row: Row, making: Making) -> dict[str, Any] | None:
    return coded(making, row, "route_concept_id", words="route_source_value")


def _dosage(row: Row, making: Making) -> list[Any] | None:
    return listed(with_({}, text=row.get("sig"), route=_route(row, making)) or None)


def _period(row: Row, making: Making) -> dict[str, str] | None:
    return period(moment(making, row, *_STARTS), moment(making, row, *_ENDS))


def _vaccine(sets: Sets) -> Condition:
    """A drug with a code of CVX."""
    return IsIn(("drug_concept_id", "drug_source_concept_id"), sets.of_vocabulary("CVX", ""))


def _of_types(types: Iterable[int], *, inside: bool = True) -> Callable[[Sets], Condition]:
    found = IsIn(("drug_type_concept_id",), frozenset(types))
    return lambda sets: AllOf((found if inside else Not(found), Not(_vaccine(sets))))


def _kind(
    name: str,
    make: Callable[[Row, Making], Resource],
    only: Callable[[Sets], Condition],
    status: Fixed,
    who: str,
    visit: str,
) -> Kind:
    parameters = searched("drug", *_STARTS, status=status)
    parameters[who] = Reference("provider_id", "Practitioner")
    if visit != "encounter":
        parameters[visit] = parameters["encounter"]
    parameters[_WHEN[name]] = parameters["date"]
    if name == "Immunization":
        parameters["vaccine-code"] = parameters.pop("code")
    must = ("drug_type_concept_id", "drug_concept_id")
    part = Part(
        "drug_exposure",
        "drug_exposure_id",
        _COLUMNS,
        make,
        parameters,
        "drug_exposure_start_date",
        must=must,
        only=only,
    )
    return Kind(name, (part,), includes={"patient": "Patient", "encounter": "Encounter", who: "Practitioner"})


_DONE: Final = Fixed({"completed": lambda _: AllOf()})
_UNKNOWN: Final = Fixed({"unknown": lambda _: AllOf()})
_REQUESTED: Final = Fixed({
    "stopped": lambda _: IsThere("stop_reason"), "unknown": lambda _: Not(IsThere("stop_reason")),
})  # fmt: skip

KINDS: Final = (
    _kind("MedicationRequest", make_request, _of_types(_PRESCRIBED), _REQUESTED, "requester", "encounter"),
    _kind("MedicationAdministration", make_administration, _of_types(_GIVEN), _DONE, "performer", "context"),
    _kind("MedicationDispense", make_dispense, _of_types(_DISPENSED), _DONE, "performer", "context"),
    _kind("MedicationStatement", make_statement, _of_types(_PRESCRIBED | _GIVEN | _DISPENSED, inside=False), _UNKNOWN,
          "source", "context"),
    _kind("Immunization", make_immunization, _vaccine, _DONE, "performer", "encounter"),
)  # fmt: skip
