"""One resource in its surroundings: where it lies, and what its references point at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from msgspec import MsgspecError, Raw, json

from medark.standardise.formats.fhir.elements import Coding, Concept, Link, Reference, Resource
from medark.standardise.formats.fhir.issue import not_understood, quarantined
from medark.standardise.formats.fhir.references import NOWHERE, References, asked_identifier

R = TypeVar("R", bound=Resource)

# Which kind of staging row a resource becomes, where its type alone says so.
KINDS = {
    "Condition": "condition",
    "Procedure": "procedure",
    "Immunization": "drug",
    "MedicationRequest": "drug",
    "MedicationAdministration": "drug",
    "MedicationDispense": "drug",
    "MedicationStatement": "drug",
    "AllergyIntolerance": "observation",
    "DeviceUseStatement": "device",
    "Device": "device",
    "Specimen": "specimen",
    "ImagingStudy": "image",
    "DocumentReference": "note",
    "Encounter": "visit",
}


class Neighbours:
    """The resources that came in one chunk, for references that can't be followed by their text alone."""

    __slots__ = ("_found", "_identified", "_resources", "parents", "refs")

    def __init__(self, resources: Iterable[tuple[str | None, Resource]]) -> None:
        self.refs = References()
        self._resources: list[Resource] = []
        self._found: dict[tuple[str, str], Resource] | None = None
        self._identified: dict[tuple[str, str, str], str] | None = None
        for full_url, resource in resources:
            self._resources.append(resource)
            if full_url:
                if resource.id is None and full_url.startswith("urn:uuid:"):
                    # What a transaction creates has no id yet: its fullUrl is its name.
                    resource.id = full_url[9:]
                self.refs[full_url] = type(resource).__name__, resource.id or ""
        self.parents = self._parents()

    def _parents(self) -> dict[str, str]:
        """Encounters of this chunk that are part of another: child id to parent id."""
        found = {}
        for resource in self._resources:
            part_of = getattr(resource, "part_of", None)
            if part_of and part_of.reference and resource.id and type(resource).__name__ == "Encounter":
                found[resource.id] = self.refs[part_of.reference][1]
        return {child: parent for child, parent in found.items() if parent and parent != child}

    def find(self, kind: type[R], key: str) -> R | None:
        """The resource of that type and id in this chunk."""
        if self._found is None:
            self._found = {(type(r).__name__, r.id): r for r in self._resources if r.id}
        found = self._found.get((kind.__name__, key))
        return found if isinstance(found, kind) else None

    def identified(self, resource_type: str, system: str, value: str) -> str | None:
        """The id of the resource in this chunk that carries a business identifier."""
        if self._identified is None:
            self._identified = {
                (type(r).__name__, identifier.system or "", identifier.value): r.id
                for r in self._resources
                for identifier in getattr(r, "identifier", None) or ()
                if r.id and identifier.value
            }
        return self._identified.get((resource_type, system, value))


class Unit:
    """A place in a record and the means to follow references from it; `row_no` moves on from one to the next."""

    __slots__ = ("neighbours", "parents", "record_no", "refs", "row_no")

    def __init__(self, record_no: int, neighbours: Neighbours, row_no: int = 0) -> None:
        self.record_no, self.row_no = record_no, row_no
        self.neighbours, self.refs, self.parents = neighbours, neighbours.refs, neighbours.parents

    def patient(self, link: Link | Reference | None, place: str = "subject") -> str:
        """The key of the patient referred to; Issue if there is none or it can't be told who it is."""
        if link is None:
            raise quarantined("no patient", place)
        text = link.reference
        if text:
            kind, key = self.refs[text]
            if key and (kind == "Patient" or kind is None):
                return key
            if kind is not None:
                raise not_understood("about something other than a patient", place)
            if text.startswith("#"):
                raise quarantined("patient only contained, without a record of their own", place)
        key = self._by_identifier(link, "Patient")
        if not key:
            raise quarantined("patient named in a way that can't be followed in this record", place)
        return key

    def visit(self, link: Link | Reference | None) -> tuple[str | None, str | None]:
        """Keys of the visit and, where the encounter is known to be part of another, of the visit detail."""
        if link is None:
            return None, None
        key = self.refs[link.reference][1] if link.reference else ""
        key = key or self._by_identifier(link, "Encounter")
        if key in self.parents:
            return self._outermost(key), key
        return key or None, None

    def _outermost(self, key: str) -> str:
        seen = {key}
        while (parent := self.parents.get(key)) and parent not in seen:
            seen.add(parent)
            key = parent
        return key

    def provider(self, link: Link | Reference | None) -> str | None:
        """The key of the practitioner (or practitioner in a role) referred to; None for anyone else."""
        kind, key = self._target(link, "Practitioner")
        if kind == "PractitionerRole":
            return f"PractitionerRole/{key}"
        return key or None if kind in (None, "Practitioner") else None

    def provider_of(self, links: Iterable[Link | Reference | None]) -> str | None:
        """The first of these that is a practitioner."""
        return next((key for link in links if (key := self.provider(link))), None)

    def care_site(self, link: Link | Reference | None) -> str | None:
        """The key of the organisation or location referred to."""
        kind, key = self._target(link, "Organization")
        if kind == "Location":
            return f"Location/{key}"
        return key or None if kind in (None, "Organization") else None

    def is_from_patient(self, link: Link | Reference | None) -> bool:
        """Did the patient, or someone close to them, say so?"""
        return self._target(link, "Patient")[0] in ("Patient", "RelatedPerson")

    def target(self, link: Link | Reference | None) -> tuple[str | None, str]:
        """Resource type and id that a reference names; (None, "") if it can't be followed."""
        return self.refs[link.reference] if link is not None and link.reference else NOWHERE

    def _target(self, link: Link | Reference | None, resource_type: str) -> tuple[str | None, str]:
        if link is None:
            return NOWHERE
        if link.reference:
            target = self.refs[link.reference]
            if target[1]:
                return target
        key = self._by_identifier(link, resource_type)
        return (resource_type, key) if key else NOWHERE

    def _by_identifier(self, link: Link | Reference, resource_type: str) -> str:
        asked = asked_identifier(link)
        return (self.neighbours.identified(resource_type, *asked) or "") if asked else ""


ELSEWHERE = "urn:medark:fhir-reference"  # the code system of a thing that is told by its reference only


def named(reference: Reference, at: Unit, expected: str) -> Concept:
    """A thing that is described in another record: its key, by which its codes are found, and its words."""
    kind, identity = at.target(reference)
    if identity and kind in (expected, None):
        return Concept([Coding(ELSEWHERE, f"{expected}/{identity}")], reference.display)
    if not reference.display:
        raise quarantined("what it is about can't be told", expected)
    return Concept(text=reference.display)


def find_contained(contained: list[Raw] | None, reference: str, kind: type[R]) -> R | None:
    """The resource inside this one that `#id` means, if it is of that type."""
    decoder = json.Decoder(kind)
    for raw in contained or ():
        try:
            found = decoder.decode(raw)
        except (MsgspecError, RecursionError, ValueError):
            continue
        if f"#{found.id}" == reference:
            return found
    return None
