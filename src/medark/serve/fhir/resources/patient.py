"""Patient: a person, without a name, since OMOP has none"""

from __future__ import annotations

from functools import partial
from typing import Final

from medark.flows.fhir import Condition, IsIn
from medark.serve.fhir.resources.elements import begun, coded, to, with_
from medark.serve.fhir.resources.kind import (
    BirthDate,
    Fixed,
    Kind,
    Making,
    Part,
    PersonIdentifier,
    Reference,
    Resource,
    Row,
    Sets,
)

_GENDERS: Final = {"male": 8507, "female": 8532, "unknown": 8551, "other": 8521}
_BY_CONCEPT: Final = {concept: name for name, concept in _GENDERS.items()}
_RACE: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
_ETHNICITY: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity"


def make(row: Row, making: Making) -> Resource:
    """A Patient. What they are known by at the source is shown to who may see it."""
    number = row.get("person_source_value")
    told = (_extension(row, making, "race", _RACE), _extension(row, making, "ethnicity", _ETHNICITY))
    return with_(
        begun("Patient", str(row["person_id"]), row, making),
        extension=[one for one in told if one is not None],
        identifier=[{"value": number}] if number else None,
        gender=_BY_CONCEPT.get(row.get("gender_concept_id") or 0, "unknown"),
        birthDate=_born(row),
        managingOrganization=to("Organization", row.get("care_site_id")),
        generalPractitioner=[{"reference": f"Practitioner/{row['provider_id']}"}] if row.get("provider_id") else None,
    )


def _born(row: Row) -> str | None:
    """As precise as it is shown: year, month, day."""
    parts = [row.get(name) for name in ("year_of_birth", "month_of_birth", "day_of_birth")]
    if parts[0] is None:
        return None
    text = f"{parts[0]:04}"
    for part in parts[1:]:
        if part is None:
            break
        text += f"-{part:02}"
    return text


def _extension(row: Row, making: Making, name: str, url: str) -> dict[str, object] | None:
    said = coded(making, row, f"{name}_concept_id", f"{name}_source_concept_id")
    return {"url": url, "extension": [{"url": "text", "valueString": said["text"]}]} if said else None


def _of_gender(concept: int, _: Sets) -> Condition:
    return IsIn(("gender_concept_id",), frozenset((concept,)))


KIND: Final = Kind(
    "Patient",
    (
        Part(
            "person", "person_id",
            ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", "race_concept_id",
             "race_source_concept_id", "ethnicity_concept_id", "ethnicity_source_concept_id", "provider_id",
             "care_site_id", "person_source_value", "medark_record_no"),
            make,
            {
                "identifier": PersonIdentifier(),
                "gender": Fixed({
                    name: partial(_of_gender, concept) for name, concept in _GENDERS.items()
                }, "http://hl7.org/fhir/administrative-gender"),
                "birthdate": BirthDate(("year_of_birth", "month_of_birth", "day_of_birth")),
                "organization": Reference("care_site_id", "Organization"),
                "general-practitioner": Reference("provider_id", "Practitioner"),
            },
        ),
    ),
    person="_id",
    includes={"organization": "Organization", "general-practitioner": "Practitioner"},
)  # fmt: skip
