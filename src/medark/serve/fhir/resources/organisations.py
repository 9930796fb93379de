"""Organization: places of care; Practitioner: who works there"""

from __future__ import annotations

from typing import Final

from medark.serve.fhir.resources.elements import begun, coded, listed, with_
from medark.serve.fhir.resources.kind import Identifier, Kind, Making, Part, Resource, Row, Token


def make_organisation(row: Row, making: Making) -> Resource:
    """An Organization."""
    number = row.get("care_site_source_value")
    return with_(
        begun("Organization", str(row["care_site_id"]), row, making),
        identifier=[{"value": number}] if number else None,
        type=listed(coded(making, row, "place_of_service_concept_id", words="place_of_service_source_value")),
        name=row.get("care_site_name") or number or "?",
    )


def make_practitioner(row: Row, making: Making) -> Resource:
    """A Practitioner, with their name where the lake has it."""
    number, name = row.get("provider_source_value"), row.get("provider_name")
    specialty = coded(making, row, "specialty_concept_id", "specialty_source_concept_id", "specialty_source_value")
    return with_(
        begun("Practitioner", str(row["provider_id"]), row, making),
        identifier=[{"value": number}] if number else None,
        name=[{"text": name}] if name else None,
        gender={8507: "male", 8532: "female"}.get(row.get("gender_concept_id") or 0),
        qualification=[{"code": specialty}] if specialty else None,
    )


ORGANIZATION: Final = Kind(
    "Organization",
    (
        Part(
            "care_site", "care_site_id",
            ("care_site_id", "care_site_name", "place_of_service_concept_id", "place_of_service_source_value",
             "care_site_source_value", "medark_record_no"),
            make_organisation,
            {"type": Token(("place_of_service_concept_id",)), "identifier": Identifier("care_site_source_value")},
        ),
    ),
    person="",
)  # fmt: skip
PRACTITIONER: Final = Kind(
    "Practitioner",
    (
        Part(
            "provider", "provider_id",
            ("provider_id", "provider_name", "specialty_concept_id", "specialty_source_concept_id",
             "specialty_source_value", "gender_concept_id", "provider_source_value", "medark_record_no"),
            make_practitioner,
            {"identifier": Identifier("provider_source_value")},
        ),
    ),
    person="",
)  # fmt: skip
