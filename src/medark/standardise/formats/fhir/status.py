"""Did it happen? Which status words of a resource are a fact, and which are a plan, a mistake or nothing at all.

Source: HL7 FHIR R4 status value sets; FHIR-to-OMOP 2.0 ballot, statement f2o-060. "Stopped" is an event that began and
did not reach its end: it is kept, with a stop reason, if it says when it began (docs/reference/fhir-to-omop.md).
"""

from __future__ import annotations

from medark.standardise.formats.fhir.elements import Concept
from medark.standardise.formats.fhir.issue import excluded, quarantined

_EVENT = "completed in-progress on-hold stopped unknown"
_HAPPENED: dict[str, frozenset[str]] = {
    resource: frozenset(words.split())
    for resource, words in {
        "Encounter": "arrived triaged in-progress onleave finished unknown",
        "Procedure": "in-progress completed stopped unknown",
        "Observation": "preliminary final amended corrected unknown",
        "DiagnosticReport": "partial preliminary final amended corrected appended unknown",
        "MedicationRequest": "active on-hold completed stopped unknown",
        "MedicationAdministration": _EVENT,
        "MedicationDispense": "completed stopped unknown",
        "MedicationStatement": "active completed stopped on-hold unknown",
        "Immunization": "completed",
        "DeviceUseStatement": "active completed stopped on-hold",
        "ImagingStudy": "available unknown",
        "DocumentReference": "current superseded",
        "Claim": "active",
        "ExplanationOfBenefit": "active",
        "Coverage": "active",
    }.items()
}
_DID_NOT: dict[str, frozenset[str]] = {
    resource: frozenset(words.split())
    for resource, words in {
        "Encounter": "planned cancelled",
        "Procedure": "preparation not-done on-hold",
        "Observation": "registered cancelled",
        "DiagnosticReport": "registered cancelled",
        "MedicationRequest": "draft cancelled",
        "MedicationAdministration": "not-done",
        "MedicationDispense": "preparation in-progress cancelled on-hold declined",
        "MedicationStatement": "intended not-taken",
        "Immunization": "not-done",
        "DeviceUseStatement": "intended",
        "ImagingStudy": "registered cancelled",
        "DocumentReference": "",
        "Claim": "cancelled draft",
        "ExplanationOfBenefit": "cancelled draft",
        "Coverage": "cancelled draft",
    }.items()
}
_REFUTED = frozenset({"refuted", "entered-in-error"})


def must_have_happened(resource: str, status: str | None) -> None:
    """Issue unless the status says that it happened: excluded if it says not, quarantined if it can't be told."""
    if status in _HAPPENED[resource]:
        return
    if status is None:
        raise quarantined("required element missing", "status")
    if status == "entered-in-error":
        raise excluded("entered in error", "status")
    if status in _DID_NOT[resource]:
        raise excluded(f"not realised: {status}", "status")
    raise quarantined("status not of the standard", "status")


def must_be_held_true(verification: Concept | None) -> str | None:
    """The verification status in one word; Issue if what was said is taken back."""
    for coding in (verification.coding or ()) if verification else ():
        if coding.code in _REFUTED:
            word = "entered in error" if coding.code == "entered-in-error" else "refuted"
            raise excluded(word, "verificationStatus")
        if coding.code:
            return coding.code
    return None


def must_have_begun(status: str | None, began: str | None) -> None:
    """A thing stopped before it began did not happen (f2o-060)."""
    if status == "stopped" and began is None:
        raise excluded("not realised: stopped before it began", "status")
