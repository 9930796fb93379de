"""One resource, many ways to refer to it, one key."""

from __future__ import annotations

import pytest

from medark.standardise.formats.fhir.elements import Identifier, Link
from medark.standardise.formats.fhir.references import asked_identifier, parsed


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/a.b-1",
        "Patient/a.b-1/_history/7",
        "/Patient/a.b-1",
        "http://x/Patient/a.b-1",
        "https://ehr.example:8443/tenant/fhir/Patient/a.b-1/_history/2",
    ],
)
def test_relative_absolute_and_versioned_are_the_same(reference: str) -> None:
    assert parsed(reference) == ("Patient", "a.b-1")


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "#",
        "#p",
        "Patient",
        "Patient/",
        "patient/1",
        "Patient/1?x=y",
        "Patient?identifier=a|b",
        "urn:uuid:",
        "/",
        "x y/1",
    ],
)
def test_what_names_no_resource_gives_no_key(reference: str) -> None:
    assert parsed(reference)[1] == ""


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        (Link("Patient?identifier=urn:mrn|12"), ("urn:mrn", "12")),
        (Link("Patient?identifier=|12"), ("", "12")),
        (Link("Patient?identifier=12"), ("", "12")),
        (Link("http://x/Practitioner?identifier=urn:npi|9&active=true"), ("urn:npi", "9")),
        (Link(None, Identifier("urn:mrn", "12")), ("urn:mrn", "12")),
        (Link("Patient/1", Identifier("urn:mrn", "12")), None),
        (Link("Patient?name=x"), None),
        (Link(None, Identifier("urn:mrn", None)), None),
        (Link(), None),
    ],
)
def test_conditional_and_logical_references_ask_for_an_identifier(link: Link, asked: tuple[str, str] | None) -> None:
    assert asked_identifier(link) == asked
