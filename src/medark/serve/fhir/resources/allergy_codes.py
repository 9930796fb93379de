"""Which observations are allergies, as the FHIR reader writes them"""

from __future__ import annotations

from typing import Final

from medark.flows.fhir import Condition, IsIn
from medark.serve.fhir.resources.kind import Sets

# What kind of allergy it is. Source: FHIR-to-OMOP 2.0 ballot, AllergyIntolerance map; SNOMED CT.
KINDS: Final = {"414285001": "food", "416098002": "medication", "426232007": "environment", "419199007": ""}


def rows(sets: Sets) -> Condition:
    """Rows of observation that are allergies, by the standard code or the source's."""
    found = sets.with_codes("SNOMED", tuple(KINDS))
    columns = ("observation_concept_id", "observation_source_concept_id")
    return IsIn(columns, found)
