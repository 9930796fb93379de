"""Encounter: visits, and the stays within them"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from medark.flows.fhir import Condition, IsIn, IsThere, Not
from medark.serve.fhir.resources.elements import (
    TERMINOLOGY,
    begun,
    coded,
    coding,
    encounter,
    event_id,
    listed,
    moment,
    performer,
    period,
    subject,
    to,
    with_,
)  # fmt: skip
from medark.serve.fhir.resources.kind import (
    Date,
    Fixed,
    Kind,
    Making,
    Part,
    Reference,
    Resource,
    Row,
    Sets,
    Token,
)

# Source: OMOP CDM 5.4, visits; HL7 v3 ActCode.
_CLASSES: Final = {
    9201: ("IMP", "inpatient encounter"), 9202: ("AMB", "ambulatory"), 9203: ("EMER", "emergency"),
    262: ("EMER", "emergency"), 581476: ("HH", "home health"), 5083: ("VR", "virtual"), 581478: ("FLD", "field"),
    38004515: ("IMP", "inpatient encounter"), 32037: ("ACUTE", "inpatient acute"),
    42898160: ("NONAC", "inpatient non-acute"),
}  # fmt: skip
_ACT: Final = f"{TERMINOLOGY}/v3-ActCode"
# The same columns under the names of both tables.
_SHARED: Final = (
    "person_id", "provider_id", "care_site_id", "admitted_from_concept_id", "admitted_from_source_value",
    "discharged_to_concept_id", "discharged_to_source_value", "visit_occurrence_id", "medark_record_no",
)  # fmt: skip


def make_visit(row: Row, making: Making) -> Resource:
    """An Encounter of a visit."""
    return _made(row, making, "visit", event_id(row, "visit_occurrence_id"))


def make_detail(row: Row, making: Making) -> Resource:
    """An Encounter of a stay: part of its visit."""
    found = _made(row, making, "visit_detail", event_id(row, "visit_detail_id", "d"))
    return with_(found, partOf=encounter(row))


def _made(row: Row, making: Making, named: str, resource_id: str) -> Resource:
    concept_id = row.get(f"{named}_concept_id") or 0
    end = moment(making, row, f"{named}_end_date", f"{named}_end_datetime")
    return with_(
        begun("Encounter", resource_id, row, making),
        status="finished" if end else "in-progress",
        class_=_class(concept_id, making),
        type=listed(coded(making, row, f"{named}_concept_id", f"{named}_source_concept_id", f"{named}_source_value")),
        subject=subject(row),
        participant=listed(performer(row, "individual")),
        period=period(moment(making, row, f"{named}_start_date", f"{named}_start_datetime"), end),
        hospitalization=with_(
            {},
            admitSource=coded(making, row, "admitted_from_concept_id", words="admitted_from_source_value"),
            dischargeDisposition=coded(making, row, "discharged_to_concept_id", words="discharged_to_source_value"),
        ),
        serviceProvider=to("Organization", row.get("care_site_id")),
    )


def _class(concept_id: int, making: Making) -> dict[str, Any]:
    if concept_id in _CLASSES:
        code, display = _CLASSES[concept_id]
        return {"system": _ACT, "code": code, "display": display}
    concept = making.names.get(concept_id)
    if concept is not None:
        return coding(concept)
    return {"system": f"{TERMINOLOGY}/data-absent-reason", "code": "unknown"}


def _classes(column: str) -> Fixed:
    codes: dict[str, set[int]] = {}
    for concept, (code, _) in _CLASSES.items():
        codes.setdefault(code, set()).add(concept)
    return Fixed({code: partial(_of_class, column, frozenset(concepts)) for code, concepts in codes.items()}, _ACT)


def _of_class(column: str, concepts: frozenset[int], _: Sets) -> Condition:
    return IsIn((column,), concepts)


def _columns(named: str) -> tuple[str, ...]:
    own = (
        "concept_id",
        "start_date",
        "start_datetime",
        "end_date",
        "end_datetime",
        "source_value",
        "source_concept_id",
    )
    return (*_SHARED, *(f"{named}_{name}" for name in own))


def _parameters(named: str) -> dict[str, Any]:
    times = [(f"{named}_{side}_date", f"{named}_{side}_datetime") for side in ("start", "end")]
    end = f"{named}_end_date"
    return {
        "class": _classes(f"{named}_concept_id"),
        "type": Token((f"{named}_concept_id", f"{named}_source_concept_id"), (f"{named}_source_value",)),
        "date": Date(times[0], times[1]),
        "practitioner": Reference("provider_id", "Practitioner"),
        "service-provider": Reference("care_site_id", "Organization"),
        "status": Fixed({
            "finished": lambda _: IsThere(end),
            "in-progress": lambda _: Not(IsThere(end)),
        }),
    }  # fmt: skip


KIND: Final = Kind(
    "Encounter",
    (
        Part("visit_occurrence", "visit_occurrence_id", _columns("visit"), make_visit, _parameters("visit"),
             "visit_start_date"),
        Part(
            "visit_detail", "visit_detail_id", (*_columns("visit_detail"), "visit_detail_id"), make_detail,
            _parameters("visit_detail") | {"part-of": Reference("visit_occurrence_id", "Encounter")},
            "visit_detail_start_date", "d",
        ),
    ),
    includes={
        "patient": "Patient", "practitioner": "Practitioner", "service-provider": "Organization",
        "part-of": "Encounter",
    },
)  # fmt: skip
