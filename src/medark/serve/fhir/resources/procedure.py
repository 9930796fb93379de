"""Procedure: what was done"""

from __future__ import annotations

from typing import Final

from medark.flows.fhir import AllOf
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
    subject,
    with_,
)  # fmt: skip
from medark.serve.fhir.resources.events import columns, searched
from medark.serve.fhir.resources.kind import Fixed, Kind, Making, Part, Reference, Resource, Row

_STARTS: Final = ("procedure_date", "procedure_datetime")
_ENDS: Final = ("procedure_end_date", "procedure_end_datetime")


def make(row: Row, making: Making) -> Resource:
    """A Procedure."""
    start, end = moment(making, row, *_STARTS), moment(making, row, *_ENDS)
    found = coded(making, row, "procedure_concept_id", "procedure_source_concept_id", "procedure_source_value")
    return with_(
        begun("Procedure", event_id(row, "procedure_occurrence_id"), row, making),
        status="completed",
        code=found or fixed("data-absent-reason", "unknown"),
        subject=subject(row),
        encounter=encounter(row),
        performedPeriod=period(start, end) if end else None,
        performedDateTime=None if end else start,
        performer=listed(performer(row)),
    )


KIND: Final = Kind(
    "Procedure",
    (
        Part(
            "procedure_occurrence", "procedure_occurrence_id",
            columns("procedure_occurrence_id", "procedure_concept_id", "procedure_source_concept_id",
                    "procedure_source_value", *_STARTS, *_ENDS),
            make,
            searched("procedure", *_STARTS, status=Fixed({"completed": lambda _: AllOf()}),
                     performer=Reference("provider_id", "Practitioner")),
            "procedure_date",
        ),
    ),
    includes={"patient": "Patient", "encounter": "Encounter", "performer": "Practitioner"},
)  # fmt: skip
