"""Every status word of FHIR R4 has a verdict; none is left to chance.

Source of the lists: HL7 FHIR R4 (4.0.1) required value sets.
"""

from __future__ import annotations

import pytest

from medark.standardise.formats.fhir.elements import Coding, Concept
from medark.standardise.formats.fhir.issue import Issue
from medark.standardise.formats.fhir.status import must_be_held_true, must_have_begun, must_have_happened

R4 = {
    "Encounter": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
    "Procedure": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
    "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "DiagnosticReport": "registered partial preliminary final amended corrected appended cancelled entered-in-error "
    "unknown",
    "MedicationRequest": "active on-hold cancelled completed entered-in-error stopped draft unknown",
    "MedicationAdministration": "in-progress not-done on-hold completed entered-in-error stopped unknown",
    "MedicationDispense": "preparation in-progress cancelled on-hold completed entered-in-error stopped declined "
    "unknown",
    "MedicationStatement": "active completed entered-in-error intended stopped on-hold unknown not-taken",
    "Immunization": "completed entered-in-error not-done",
    "DeviceUseStatement": "active completed entered-in-error intended stopped on-hold",
    "ImagingStudy": "registered available cancelled entered-in-error unknown",
    "DocumentReference": "current superseded entered-in-error",
    "Claim": "active cancelled draft entered-in-error",
    "ExplanationOfBenefit": "active cancelled draft entered-in-error",
    "Coverage": "active cancelled draft entered-in-error",
}
NEVER_HAPPENED = {"planned", "cancelled", "entered-in-error", "not-done", "draft", "intended", "not-taken", "declined"}


@pytest.mark.parametrize(("resource", "status"), [(r, s) for r, words in R4.items() for s in words.split()])
def test_every_status_of_the_standard_has_a_verdict(resource: str, status: str) -> None:
    try:
        must_have_happened(resource, status)
        happened = True
    except Issue as issue:
        assert issue.outcome == "excluded"
        happened = False
    if status in NEVER_HAPPENED:
        assert not happened
    if status in ("completed", "finished", "final", "unknown", "active"):
        assert happened


@pytest.mark.parametrize("status", [None, "", "done", "FINAL"])
def test_no_status_and_one_of_no_standard_are_quarantined(status: str | None) -> None:
    with pytest.raises(Issue) as caught:
        must_have_happened("Observation", status)
    assert caught.value.outcome == "quarantined"


def test_what_was_taken_back_is_not_held_true() -> None:
    assert must_be_held_true(None) is None
    assert must_be_held_true(Concept([Coding(code="confirmed")])) == "confirmed"
    for word in ("refuted", "entered-in-error"):
        with pytest.raises(Issue):
            must_be_held_true(Concept([Coding(code=word)]))


def test_stopped_is_kept_if_it_began() -> None:
    must_have_begun("stopped", "2023")
    must_have_begun("completed", None)
    with pytest.raises(Issue):
        must_have_begun("stopped", None)
