"""Organisations, places and practitioners: care sites, their locations, providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Raw, UnsetType

from medark.standardise.formats.fhir.codes import codes
from medark.standardise.formats.fhir.elements import (
    Address,
    Concept,
    Element,
    Identifier,
    Link,
    Resource,
    first_text,
    number,
)
from medark.standardise.formats.fhir.issue import excluded, quarantined
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import CareSite, Provider
from medark.standardise.formats.staged import Location as LocationRow


class Organization(Resource, tag="Organization", tag_field="resourceType"):
    identifier: list[Identifier] | None = None
    type: list[Concept] | None = None
    name: str | None = None
    address: list[Address] | None = None


class Position(Element):
    latitude: Raw | UnsetType = UNSET
    longitude: Raw | UnsetType = UNSET


class Location(Resource, tag="Location", tag_field="resourceType"):
    identifier: list[Identifier] | None = None
    name: str | None = None
    type: list[Concept] | None = None
    physical_type: Concept | None = None
    address: Address | None = None
    position: Position | None = None


class Qualification(Element):
    code: Concept | None = None


class Practitioner(Resource, tag="Practitioner", tag_field="resourceType"):
    identifier: list[Identifier] | None = None
    gender: str | None = None
    birth_date: str | None = None
    qualification: list[Qualification] | None = None


class PractitionerRole(Resource, tag="PractitionerRole", tag_field="resourceType"):
    practitioner: Link | None = None
    organization: Link | None = None
    specialty: list[Concept] | None = None
    location: list[Link] | None = None
    code: list[Concept] | None = None


# A patient's residence is a Location too: v3 RoleCode PTRES, location-physical-type "ho".
_HOMES = frozenset({"PTRES", "ho"})


def organization_rows(organization: Organization, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A care site, and where it is."""
    key = _own_key(organization)
    address = next(iter(organization.address or ()), None)
    kind = next(iter(organization.type or ()), None)
    if address:
        yield _address_row(at, f"Organization/{key}", address, None)
    yield CareSite(
        at.record_no, at.row_no, 0,
        care_site_key=key,
        name=organization.name,
        kind=first_text(kind),
        location_key=address and f"Organization/{key}",
    )  # fmt: skip


def location_rows(location: Location, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A care site, and where it is; Issue if it is a person's home."""
    key = f"Location/{_own_key(location)}"
    kinds = [*(location.type or ()), *([location.physical_type] if location.physical_type else ())]
    if any(coding.code in _HOMES for kind in kinds for coding in kind.coding or ()):
        raise excluded("a person's home", "type")
    placed = location.address is not None or location.position is not None
    if placed:
        yield _address_row(at, key, location.address or Address(), location.position)
    yield CareSite(
        at.record_no, at.row_no, 0,
        care_site_key=key,
        name=location.name,
        kind=first_text(kinds[0]) if kinds else None,
        location_key=key if placed else None,
    )  # fmt: skip


def practitioner_rows(practitioner: Practitioner, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A provider: what they do, never who they are."""
    trained = next((q.code for q in practitioner.qualification or () if q.code), None)
    code, system, text, *_ = codes(trained, "observation")
    yield Provider(
        at.record_no, at.row_no, 0,
        provider_key=_own_key(practitioner),
        specialty_code=code,
        specialty_system=system,
        specialty_text=text,
        gender=practitioner.gender,
        birth_time=practitioner.birth_date[:4] if practitioner.birth_date else None,  # OMOP keeps the year only
    )  # fmt: skip


def practitioner_role_rows(role: PractitionerRole, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A provider in one role, at one place."""
    code, system, text, *_ = codes(next(iter(role.specialty or role.code or ()), None), "observation")
    yield Provider(
        at.record_no, at.row_no, 0,
        provider_key=f"PractitionerRole/{_own_key(role)}",
        specialty_code=code,
        specialty_system=system,
        specialty_text=text,
        care_site_key=at.care_site(role.organization) or at.care_site(next(iter(role.location or ()), None)),
    )  # fmt: skip


def _own_key(resource: Resource) -> str:
    if not resource.id:
        raise quarantined("required element missing", "id")
    return resource.id


def _address_row(at: Unit, key: str, address: Address, position: Position | None) -> tuple[Any, ...]:
    lines = [*(address.line or ()), None, None]
    return LocationRow(
        at.record_no, at.row_no, 0,
        location_key=key,
        address_1=lines[0],
        address_2=lines[1],
        city=address.city,
        state=address.state,
        zip=address.postal_code,
        county=address.district,
        country=address.country,
        latitude=number(position.latitude, "position.latitude") if position else None,
        longitude=number(position.longitude, "position.longitude") if position else None,
    )  # fmt: skip
