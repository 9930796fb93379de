"""Contained resources and neighbours."""

from __future__ import annotations

from msgspec import Raw

from medark.standardise.formats.fhir.elements import Link
from medark.standardise.formats.fhir.resources.medications import Medication
from medark.standardise.formats.fhir.resources.observations import Observation
from medark.standardise.formats.fhir.unit import Neighbours, Unit, find_contained


def test_the_contained_resource_of_the_right_type_is_found() -> None:
    held = [
        Raw(b'{"resourceType":"Device","id":"m"}'),
        Raw(b'{"resourceType":"Medication","id":7}'),
        Raw(b'{"resourceType":"Medication","id":"m","code":{"text":"found"}}'),
        Raw(b'{"resourceType":"Medication","id":"m","code":{"text":"second"}}'),
    ]
    found = find_contained(held, "#m", Medication)
    assert found is not None and found.code is not None and found.code.text == "found"
    assert find_contained(held, "#n", Medication) is None
    assert find_contained(None, "#m", Medication) is None


def test_ids_are_unique_within_a_type_only() -> None:
    neighbours = Neighbours([(None, Medication(id="1")), (None, Observation(id="1"))])
    assert isinstance(neighbours.find(Observation, "1"), Observation)
    assert isinstance(neighbours.find(Medication, "1"), Medication)


def test_only_practitioners_are_providers_and_only_places_are_care_sites() -> None:
    at = Unit(1, Neighbours([]))
    assert at.provider(Link("Practitioner/1")) == "1"
    assert at.provider(Link("PractitionerRole/1")) == "PractitionerRole/1"
    assert at.provider(Link("Organization/1")) is None
    assert at.care_site(Link("Organization/1")) == "1"
    assert at.care_site(Link("Location/1")) == "Location/1"
    assert at.care_site(Link("Practitioner/1")) is None
    assert at.provider(None) is at.care_site(Link()) is None
