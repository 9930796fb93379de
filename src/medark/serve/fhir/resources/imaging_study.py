"""ImagingStudy: the series of one study together"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from medark.flows.fhir import AllOf
from medark.serve.fhir.resources.elements import begun, coded, moment, subject, with_
from medark.serve.fhir.resources.elements import encounter as visit
from medark.serve.fhir.resources.kind import Date, Fixed, Kind, Making, Part, Reference, Resource, Row, Token

_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"


def study_id(row: Row, making: Making) -> str:
    """Of a study: a number of its own, since the one it has is known elsewhere."""
    told = f"{making.secret}|imaging study|{row['image_study_uid']}"
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.{row['person_id']}"


def make(rows: list[Row], making: Making) -> list[Resource]:
    """The studies that some series of one person belong to."""
    studies: dict[str, list[Row]] = {}
    for row in rows:
        studies.setdefault(row["image_study_uid"], []).append(row)
    return [_study(found, making) for found in studies.values()]


def _study(rows: list[Row], making: Making) -> Resource:
    first = rows[0]
    modalities = {one["code"]: one for row in rows if (one := _modality(row, making))}
    return with_(
        begun("ImagingStudy", study_id(first, making), first, making),
        identifier=[{"system": "urn:dicom:uid", "value": f"urn:oid:{first['image_study_uid']}"}],
        status="available",
        modality=list(modalities.values()),
        subject=subject(first),
        encounter=visit(first),
        started=moment(making, first, "image_occurrence_date"),
        numberOfSeries=len(rows),
        series=list(_series(rows, making)),
    )


def _series(rows: list[Row], making: Making) -> Iterator[dict[str, Any]]:
    for row in rows:
        site = coded(making, row, "anatomic_site_concept_id")
        yield with_(
            {"uid": row["image_series_uid"]},
            modality=_modality(row, making),
            bodySite=site["coding"][0] if site else None,
        )


def _modality(row: Row, making: Making) -> dict[str, Any] | None:
    found = coded(making, row, "modality_concept_id")
    if found is None:
        return {"system": _DICOM, "code": "OT", "display": "Other"}
    one: dict[str, Any] = found["coding"][0]
    return one


def _one(row: Row, making: Making) -> Resource:
    return make([row], making)[0]


KIND: Final = Kind(
    "ImagingStudy",
    (
        Part(
            "image_occurrence", "image_occurrence_id",
            ("image_occurrence_id", "person_id", "visit_occurrence_id", "anatomic_site_concept_id",
             "image_occurrence_date", "image_study_uid", "image_series_uid", "modality_concept_id", "medark_record_no"),
            _one,
            {
                "started": Date(("image_occurrence_date", "")), "date": Date(("image_occurrence_date", "")),
                "modality": Token(("modality_concept_id",)), "bodysite": Token(("anatomic_site_concept_id",)),
                "encounter": Reference("visit_occurrence_id", "Encounter"),
                "status": Fixed({"available": lambda _: AllOf()}),
            },
            "image_occurrence_date", must=("image_study_uid", "image_series_uid"), group=make,
        ),
    ),
    includes={"patient": "Patient", "encounter": "Encounter"},
)  # fmt: skip
