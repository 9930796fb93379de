"""The county hospital's resources, whole and pointing at each other, in the order in which a bulk export has them"""

from __future__ import annotations

from typing import Final

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export
from medark.synthetic.feeds.tabular import wording

_OF_THE_HOSPITAL: Final = {
    "Organization": ("organizations",),
    "Practitioner": ("practitioners",),
}  # with the first part
_OF_PATIENTS: Final = {
    "Patient": ("patients",),
    "Encounter": ("encounters",),
    "Condition": ("conditions",),
    "Observation": ("results", "vitals"),
    "MedicationRequest": ("prescriptions",),
    "Procedure": ("procedures",),
    "DiagnosticReport": ("laboratory_reports", "imaging_reports"),
    "AllergyIntolerance": ("allergies",),
    "Claim": ("claims",),
    "ExplanationOfBenefit": ("benefits",),
}
_FACTS: Final = ("allergies", "drugs", "insurances", "organisations", "panels", "tests")
_LISTS: Final = ("department", "disease", "drug", "procedure", "fee_class", "observation", "test", "word")


def write(desk: Desk) -> None:
    """One file a resource type and part."""
    desk.facts(*_FACTS, *(f"local_county_{name}" for name in _LISTS))
    desk.run(wording("fhir_county", "prepare"))
    kinds = (_OF_THE_HOSPITAL if desk.part.number == 1 else {}) | _OF_PATIENTS
    for kind, queries in kinds.items():
        file = kind + ".{part:04d}.ndjson.gz"
        desk.lines(*(Export(file, wording("fhir_county", name)) for name in queries))
