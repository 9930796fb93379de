"""Patient: the person, their death, and (apart, for the crosswalk only) everything that says who they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import field

from medark.standardise.formats.fhir.elements import (
    Address,
    Concept,
    Element,
    Extension,
    Identifier,
    Link,
    Primitive,
    Resource,
)
from medark.standardise.formats.fhir.issue import quarantined
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Death, Location, Person, PersonLink
from medark.standardise.formats.staged import Identifier as IdentifierRow

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"


class HumanName(Element):
    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: list[str] | None = None


class ContactPoint(Element):
    system: str | None = None
    value: str | None = None


class PatientLink(Element):
    other: Link | None = None
    type: str | None = None


class Patient(Resource, tag="Patient", tag_field="resourceType"):
    identifier: list[Identifier] | None = None
    name: list[HumanName] | None = None
    telecom: list[ContactPoint] | None = None
    gender: str | None = None
    birth_date: str | None = None
    birth_date_element: Primitive | None = field(default=None, name="_birthDate")
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    address: list[Address] | None = None
    link: list[PatientLink] | None = None
    extension: list[Extension] | None = None
    general_practitioner: list[Link] | None = None
    managing_organization: Link | None = None


def patient_rows(patient: Patient, at: Unit) -> Iterator[tuple[Any, ...]]:
    """The person, a coarse home, a death, links to other records of theirs, and identifier rows."""
    key = patient.id
    if not key:
        raise quarantined("required element missing", "id")
    record_no, row_no = at.record_no, at.row_no
    home = next((a for a in patient.address or () if a.use not in ("old", "temp", "billing")), None)
    place = coarse_place(home)
    said = {e.url: e for e in patient.extension or ()}
    yield Person(
        record_no, row_no, 0,
        person_key=key,
        birth_time=_birth_time(patient),
        gender=patient.gender or _birth_sex(said),
        race=_omb_category(said.get(US_CORE + "race")),
        ethnicity=_omb_category(said.get(US_CORE + "ethnicity")),
        location_key=place and "|".join(place),
        provider_key=at.provider_of(patient.general_practitioner or ()),
        care_site_key=at.care_site(patient.managing_organization),
    )  # fmt: skip
    if place:
        state, zip3, country = (part or None for part in place)
        yield Location(record_no, row_no, 0, location_key="|".join(place), state=state, zip=zip3, country=country)
    if patient.deceased_date_time or patient.deceased_boolean:
        yield Death(record_no, row_no, 0, person_key=key, death_time=patient.deceased_date_time, type="ehr")
    for part_no, (kind, system, value) in enumerate(identifying(patient)):
        yield IdentifierRow(record_no, row_no, part_no, person_key=key, kind=kind, system=system, value=value)
    yield from _links(patient, key, at)


def coarse_place(address: Address | None) -> tuple[str, str, str] | None:
    """State, first three of the postal code, and country: all of a home that may be kept.

    >>> coarse_place(Address(line=["1 Elm St"], city="Salem", state="MA", postal_code="01970", country="US"))
    ('MA', '019', 'US')
    """
    if address is None:
        return None
    place = address.state or "", (address.postal_code or "").strip()[:3], address.country or ""
    return place if any(place) else None


def identifying(patient: Patient) -> Iterator[tuple[str | None, str | None, str]]:
    """Kind, system and value of everything that says who a patient is."""
    for identifier in patient.identifier or ():
        if identifier.value:
            yield _identifier_kind(identifier.type), identifier.system, identifier.value
    for name in patient.name or ():
        full = name.text or " ".join([*(name.given or ()), *([name.family] if name.family else ())])
        if full:
            yield "name", name.use, full
    for point in patient.telecom or ():
        if point.value:
            yield point.system or "telecom", None, point.value
    for address in patient.address or ():
        full = address.text or ", ".join(filter(None, (*(address.line or ()), address.district, address.city)))
        if full:
            yield "address", address.use, full


def _identifier_kind(kind: Concept | None) -> str | None:
    if kind is None:
        return None
    return next((coding.code for coding in kind.coding or () if coding.code), kind.text)


def _links(patient: Patient, key: str, at: Unit) -> Iterator[tuple[Any, ...]]:
    part_no = 0
    for link in patient.link or ():
        if link.type not in ("replaced-by", "replaces"):
            continue  # "refer" and "seealso" say that it may be the same person, not that it is
        other = at.patient(link.other, "link.other")
        old, new = (key, other) if link.type == "replaced-by" else (other, key)
        if old != new:
            yield PersonLink(at.record_no, at.row_no, part_no, person_key=old, survivor_key=new)
            part_no += 1


def _birth_time(patient: Patient) -> str | None:
    extensions: Iterable[Extension] = (patient.birth_date_element and patient.birth_date_element.extension) or ()
    exact = next((e.value_date_time for e in extensions if e.url == BIRTH_TIME), None)
    return exact or patient.birth_date


def _birth_sex(said: dict[str | None, Extension]) -> str | None:
    birth_sex = said.get(US_CORE + "birthsex")
    return birth_sex.value_code if birth_sex else None


def _omb_category(extension: Extension | None) -> str | None:
    """The OMB category's code; several are joined (more than one race is an answer of its own); else the words."""
    if extension is None:
        return None
    parts = extension.extension or ()
    found = sorted(
        {p.value_coding.code for p in parts if p.url == "ombCategory" and p.value_coding and p.value_coding.code}
    )
    if found:
        return "+".join(found)
    return next((p.value_string for p in parts if p.url == "text" and p.value_string), None)
