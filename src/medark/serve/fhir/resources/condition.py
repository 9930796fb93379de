"""Condition: what somebody has"""

from __future__ import annotations

from typing import Final

from medark.flows.fhir import IsThere
from medark.serve.fhir.resources.elements import (
    begun,
    coded,
    encounter,
    event_id,
    fixed,
    listed,
    moment,
    subject,
    to,
    with_,
)
from medark.serve.fhir.resources.events import columns, searched
from medark.serve.fhir.resources.kind import Date, Fixed, Kind, Making, Part, Reference, Resource, Row, Token

_STARTS: Final = ("condition_start_date", "condition_start_datetime")
_ENDS: Final = ("condition_end_date", "condition_end_datetime")


def make(row: Row, making: Making) -> Resource:
    """A Condition. Whether it is still there is said only where it is known to have ended."""
    end = moment(making, row, *_ENDS)
    visit = encounter(row)
    return with_(
        begun("Condition", event_id(row, "condition_occurrence_id"), row, making),
        clinicalStatus=fixed("condition-clinical", "resolved") if end else None,
        category=listed(fixed("condition-category", "encounter-diagnosis") if visit else None),
        code=coded(making, row, "condition_concept_id", "condition_source_concept_id", "condition_source_value"),
        subject=subject(row),
        encounter=visit,
        onsetDateTime=moment(making, row, *_STARTS),
        abatementDateTime=end,
        asserter=to("Practitioner", row.get("provider_id")),
        extension=_status(row, making),
    )


def _status(row: Row, making: Making) -> list[dict[str, object]] | None:
    """What the diagnosis was in its visit (main, admission, preliminary …), as OMOP has it."""
    said = coded(making, row, "condition_status_concept_id", words="condition_status_source_value")
    return [{"url": "urn:ohdsi:cdm:condition_status", "valueCodeableConcept": said}] if said else None


KIND: Final = Kind(
    "Condition",
    (
        Part(
            "condition_occurrence", "condition_occurrence_id",
            columns("condition_occurrence_id", "condition_concept_id", "condition_source_concept_id",
                    "condition_source_value", "condition_status_concept_id", "condition_status_source_value", *_STARTS,
                    *_ENDS),
            make,
            searched(
                "condition", *_STARTS, _ENDS,
                clinical_status=Fixed({"resolved": lambda _: IsThere("condition_end_date")},
                                      "http://terminology.hl7.org/CodeSystem/condition-clinical"),
                category=Fixed({"encounter-diagnosis": lambda _: IsThere("visit_occurrence_id")},
                               "http://terminology.hl7.org/CodeSystem/condition-category"),
                asserter=Reference("provider_id", "Practitioner"),
                onset_date=Date(_STARTS),
                condition_status=Token(("condition_status_concept_id",)),
            ),
            "condition_start_date",
        ),
    ),
    includes={"patient": "Patient", "encounter": "Encounter", "asserter": "Practitioner"},
)  # fmt: skip
