"""Elements of resources, made of columns: what is not known or not shown is left out"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from medark.flows.fhir import Concept
from medark.serve.fhir.resources.kind import Making, Resource, Row

TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
UCUM: Final = "http://unitsofmeasure.org"


def begun(kind: str, resource_id: str, row: Row, making: Making) -> Resource:
    """A resource with its id, and when its row came in."""
    found: Resource = {"resourceType": kind, "id": resource_id}
    arrived = making.arrived.get(row.get("medark_record_no") or 0)
    if arrived is not None:
        found["meta"] = {"lastUpdated": arrived.isoformat()}
    return found


def event_id(row: Row, key: str, prefix: str = "") -> str:
    """The id of what happened to a person: its key and theirs, so that it is found without a search."""
    return f"{prefix}{row[key]}.{row['person_id']}"


def coded(making: Making, row: Row, standard: str, source: str = "", words: str = "") -> dict[str, Any] | None:
    """A CodeableConcept: the standard coding, the source's own, and the source's words.

    A source's code without a concept of its own is a coding without a system: it is not said what to look it up in.
    """
    codings, seen = [], set[int]()
    for column in (standard, source):
        concept_id = row.get(column) if column else None
        concept = making.names.get(concept_id) if concept_id else None
        if concept is not None and concept.concept_id not in seen:
            seen.add(concept.concept_id)
            codings.append(coding(concept))
    said = row.get(words) if words else None
    if said and all(said != one["code"] for one in codings):
        codings.append({"code": said}) if " " not in said else None
    if not codings and not said:
        return None
    found: dict[str, Any] = {"coding": codings} if codings else {}
    text = codings[0].get("display") if codings else None
    if text or said:
        found["text"] = text or said
    return found


def coding(concept: Concept) -> dict[str, Any]:
    """A Coding."""
    return {"system": concept.system, "code": concept.code, "display": concept.name}


def fixed(system: str, code: str, display: str = "") -> dict[str, Any]:
    """A CodeableConcept of HL7's own."""
    found = {"system": f"{TERMINOLOGY}/{system}", "code": code}
    return {"coding": [found | ({"display": display} if display else {})]}


def moment(making: Making, row: Row, day: str, time: str = "") -> str | None:
    """A dateTime: with its offset in the workspace's zone if the time of day is known, else the day."""
    exact = row.get(time) if time else None
    if isinstance(exact, dt.datetime):
        return exact.replace(tzinfo=exact.tzinfo or making.zone).isoformat(timespec="seconds")
    found = row.get(day)
    return None if found is None else str(found)[:10]


def period(start: str | None, end: str | None) -> dict[str, str] | None:
    """A Period; None for one without either end."""
    found = {name: value for name, value in (("start", start), ("end", end)) if value is not None}
    return found or None


def subject(row: Row) -> dict[str, str]:
    """A reference to the patient."""
    return {"reference": f"Patient/{row['person_id']}"}


def encounter(row: Row) -> dict[str, str] | None:
    """A reference to the visit that a row belongs to."""
    visit = row.get("visit_occurrence_id")
    return None if visit is None else {"reference": f"Encounter/{visit}.{row['person_id']}"}


def to(kind: str, key: int | None) -> dict[str, str] | None:
    """A reference to what is nobody's."""
    return None if key is None else {"reference": f"{kind}/{key}"}


def performer(row: Row, named: str = "actor") -> dict[str, Any] | None:
    """Who did it, as elements have it that say more than who."""
    who = to("Practitioner", row.get("provider_id"))
    return None if who is None else {named: who}


def quantity(making: Making, row: Row, value: str, unit: str = "", words: str = "") -> dict[str, Any] | None:
    """A Quantity in UCUM where the unit is known, else in the source's words."""
    number = row.get(value)
    if number is None:
        return None
    found: dict[str, Any] = {"value": _exact(number)}
    concept = making.names.get(row.get(unit) or 0) if unit else None
    if concept is not None and concept.system == UCUM:
        return found | {"unit": row.get(words) or concept.code, "system": UCUM, "code": concept.code}
    said = row.get(words) if words else None
    return found | ({"unit": said} if said else {})


def with_(resource: Resource, **elements: Any) -> Resource:
    """The resource with the elements that have a value. A name that Python keeps for itself ends in _."""
    for name, value in elements.items():
        if value is not None and value != [] and value != {}:
            resource[name.removesuffix("_")] = value
    return resource


def listed(value: Any) -> list[Any] | None:
    """A list of the one value, if there is one."""
    return None if value is None else [value]


def _exact(number: float) -> float | int:
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else number
