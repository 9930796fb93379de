"""Observation: laboratory results, vital signs and other measurements; and what was seen or said"""

from __future__ import annotations

from typing import Any, Final

from medark.flows.fhir import AllOf, AnyOf, Condition, IsIn, Not
from medark.serve.fhir.resources import allergy_codes
from medark.serve.fhir.resources.elements import (
    begun,
    coded,
    encounter,
    event_id,
    fixed,
    listed,
    moment,
    quantity,
    subject,
    to,
    with_,
)  # fmt: skip
from medark.serve.fhir.resources.events import columns, searched
from medark.serve.fhir.resources.kind import Fixed, Kind, Making, Part, Reference, Resource, Row, Sets, Token

_CATEGORY: Final = "observation-category"
# Source: FHIR R4, profile "Vital Signs", the codes of its members and panels.
VITAL_SIGNS: Final = (
    "85353-1", "85354-9", "9279-1", "8867-4", "2708-6", "59408-5", "8310-5", "8302-2", "9843-4", "8287-5", "29463-7",
    "39156-5", "8480-6", "8462-4", "8478-0",
)  # fmt: skip
_OPERATORS: Final = {4171754: "<=", 4171755: ">=", 4171756: "<", 4172704: ">"}
_LAB_TYPE: Final = 32856  # OMOP type concept "Lab"
_DATE: Final = ("measurement_date", "measurement_datetime")
_SEEN: Final = ("observation_date", "observation_datetime")


def make_measurement(row: Row, making: Making) -> Resource:
    """An Observation of a measurement."""
    number = quantity(making, row, "value_as_number", "unit_concept_id", "unit_source_value")
    comparator = _OPERATORS.get(row.get("operator_concept_id") or 0)
    answer = None if number else coded(making, row, "value_as_concept_id")
    return with_(
        begun("Observation", event_id(row, "measurement_id", "m"), row, making),
        status="final",
        category=_category(row, making),
        code=_code(row, making, "measurement"),
        subject=subject(row),
        encounter=encounter(row),
        effectiveDateTime=moment(making, row, *_DATE),
        performer=listed(to("Practitioner", row.get("provider_id"))),
        valueQuantity=number | ({"comparator": comparator} if comparator else {}) if number else None,
        valueCodeableConcept=answer,
        valueString=row.get("value_source_value") if number is None and answer is None else None,
        referenceRange=listed(_range(row, making)),
    )


def make_observation(row: Row, making: Making) -> Resource:
    """An Observation of what was seen or said."""
    number = quantity(making, row, "value_as_number", "unit_concept_id", "unit_source_value")
    answer = None if number else coded(making, row, "value_as_concept_id")
    text = row.get("value_as_string") or row.get("value_source_value")
    return with_(
        begun("Observation", event_id(row, "observation_id", "o"), row, making),
        status="final",
        code=_code(row, making, "observation"),
        subject=subject(row),
        encounter=encounter(row),
        effectiveDateTime=moment(making, row, *_SEEN),
        performer=listed(to("Practitioner", row.get("provider_id"))),
        valueQuantity=number,
        valueCodeableConcept=answer,
        valueString=text if number is None and answer is None else None,
    )


def _code(row: Row, making: Making, named: str) -> dict[str, Any]:
    found = coded(making, row, f"{named}_concept_id", f"{named}_source_concept_id", f"{named}_source_value")
    return found or fixed("data-absent-reason", "unknown")


def _category(row: Row, making: Making) -> list[Any] | None:
    concept = making.names.get(row.get("measurement_concept_id") or 0)
    if concept is not None and concept.code in VITAL_SIGNS and concept.system == "http://loinc.org":
        return [fixed(_CATEGORY, "vital-signs", "Vital Signs")]
    if row.get("measurement_type_concept_id") == _LAB_TYPE or (concept is not None and concept.is_lab_test):
        return [fixed(_CATEGORY, "laboratory", "Laboratory")]
    return None


def _range(row: Row, making: Making) -> dict[str, Any]:
    low, high = (
        quantity(making, row, side, "unit_concept_id", "unit_source_value") for side in ("range_low", "range_high")
    )
    return with_({}, low=low, high=high)


def _vital(sets: Sets) -> Condition:
    return IsIn(("measurement_concept_id",), sets.with_codes("LOINC", VITAL_SIGNS))


def _laboratory(sets: Sets) -> Condition:
    """As `_category` says it: vital signs are none, whatever sent them."""
    tests = IsIn(("measurement_concept_id",), sets.of_vocabulary("LOINC", "Lab Test"))
    kind = IsIn(("measurement_type_concept_id",), frozenset((_LAB_TYPE,)))
    return AllOf((Not(_vital(sets)), AnyOf((kind, tests))))


def _no_allergy(sets: Sets) -> Condition:
    return Not(allergy_codes.rows(sets))


_VALUES: Final = (
    "value_as_number", "value_as_concept_id", "unit_concept_id", "unit_source_value", "value_source_value",
)  # fmt: skip
_STATUS: Final = Fixed({"final": lambda _: AllOf()})
_SYSTEM: Final = f"http://terminology.hl7.org/CodeSystem/{_CATEGORY}"
_PERFORMER: Final = Reference("provider_id", "Practitioner")
_ANSWER: Final = Token(("value_as_concept_id",))

KIND: Final = Kind(
    "Observation",
    (
        Part(
            "measurement", "measurement_id",
            columns("measurement_id", "measurement_concept_id", "measurement_source_concept_id",
                    "measurement_source_value", "measurement_type_concept_id", "operator_concept_id", "range_low",
                    "range_high", *_DATE, *_VALUES),
            make_measurement,
            searched(
                "measurement", *_DATE, status=_STATUS, performer=_PERFORMER, value_concept=_ANSWER,
                category=Fixed({"laboratory": _laboratory, "vital-signs": _vital}, _SYSTEM),
            ),
            "measurement_date", "m",
        ),
        Part(
            "observation", "observation_id",
            columns("observation_id", "observation_concept_id", "observation_source_concept_id",
                    "observation_source_value", "value_as_string", *_SEEN, *_VALUES),
            make_observation,
            searched(
                "observation", *_SEEN, status=_STATUS, performer=_PERFORMER, value_concept=_ANSWER,
                category=Fixed({"laboratory": lambda _: AnyOf(()), "vital-signs": lambda _: AnyOf(())}, _SYSTEM),
            ),
            "observation_date", "o", only=_no_allergy,
        ),
    ),
    includes={"patient": "Patient", "encounter": "Encounter", "performer": "Practitioner"},
)  # fmt: skip
