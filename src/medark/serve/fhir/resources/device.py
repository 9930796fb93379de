"""Device: what somebody has in or on them"""

from __future__ import annotations

from typing import Final

from medark.flows.fhir import AllOf
from medark.serve.fhir.resources.elements import begun, coded, event_id, subject, with_
from medark.serve.fhir.resources.kind import Fixed, Kind, Making, Part, Resource, Row, Token


def make(row: Row, making: Making) -> Resource:
    """A Device of a patient. Its serial number is nowhere in OMOP, on purpose."""
    return with_(
        begun("Device", event_id(row, "device_exposure_id"), row, making),
        status="active",
        type=coded(making, row, "device_concept_id", "device_source_concept_id", "device_source_value"),
        patient=subject(row),
    )


KIND: Final = Kind(
    "Device",
    (
        Part(
            "device_exposure", "device_exposure_id",
            ("device_exposure_id", "person_id", "device_concept_id", "device_source_concept_id", "device_source_value",
             "medark_record_no"),
            make,
            {
                "type": Token(("device_concept_id", "device_source_concept_id"), ("device_source_value",)),
                "status": Fixed({"active": lambda _: AllOf()}),
            },
            "device_exposure_start_date",
        ),
    ),
    includes={"patient": "Patient"},
)  # fmt: skip
