"""AllergyIntolerance: what somebody must not get"""

from __future__ import annotations

from typing import Final

from medark.flows.fhir import AllOf
from medark.serve.fhir.resources import allergy_codes
from medark.serve.fhir.resources.elements import begun, coded, encounter, event_id, fixed, moment, subject, to, with_
from medark.serve.fhir.resources.events import columns
from medark.serve.fhir.resources.kind import Date, Fixed, Kind, Making, Part, Reference, Resource, Row, Token

_DATE: Final = ("observation_date", "observation_datetime")
_CRITICALITY: Final = {"low", "high", "unable-to-assess"}


def make(row: Row, making: Making) -> Resource:
    """An AllergyIntolerance: the observation's kind is its category, the answer what it is to."""
    kind = making.names.get(row.get("observation_concept_id") or 0)
    category = allergy_codes.KINDS.get(kind.code, "") if kind is not None else ""
    critical = row.get("qualifier_source_value")
    substance = coded(making, row, "value_as_concept_id", words="value_source_value")
    return with_(
        begun("AllergyIntolerance", event_id(row, "observation_id"), row, making),
        clinicalStatus=fixed("allergyintolerance-clinical", "active"),
        category=[category] if category else None,
        criticality=critical if critical in _CRITICALITY else None,
        code=substance or coded(making, row, "observation_concept_id", "observation_source_concept_id"),
        patient=subject(row),
        encounter=encounter(row),
        recordedDate=moment(making, row, *_DATE),
        asserter=to("Practitioner", row.get("provider_id")),
    )


KIND: Final = Kind(
    "AllergyIntolerance",
    (
        Part(
            "observation", "observation_id",
            columns("observation_id", "observation_concept_id", "observation_source_concept_id", "value_as_concept_id",
                    "value_source_value", "qualifier_source_value", *_DATE),
            make,
            {
                "code": Token(("value_as_concept_id", "observation_concept_id"), ("value_source_value",)),
                "date": Date(_DATE),
                "clinical-status": Fixed({"active": lambda _: AllOf()},
                                         "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"),
                "asserter": Reference("provider_id", "Practitioner"),
            },
            "observation_date", must=("observation_concept_id",), only=allergy_codes.rows,
        ),
    ),
    includes={"patient": "Patient", "asserter": "Practitioner"},
)  # fmt: skip
