"""Where a row says what somebody has: the columns that tell it by a concept, by a code, or in words as they came"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.govern.signs import Kind

# Where a row says what somebody has, by a concept.
CONCEPTS: Final[Mapping[str, tuple[str, ...]]] = {
    "condition_occurrence": ("condition_concept_id", "condition_source_concept_id"),
    "condition_era": ("condition_concept_id",),
    "drug_exposure": ("drug_concept_id", "drug_source_concept_id"),
    "drug_era": ("drug_concept_id",),
    "dose_era": ("drug_concept_id",),
    "measurement": ("measurement_concept_id", "measurement_source_concept_id", "value_as_concept_id"),
    "observation": ("observation_concept_id", "observation_source_concept_id", "value_as_concept_id"),
    "procedure_occurrence": ("procedure_concept_id", "procedure_source_concept_id"),
    "device_exposure": ("device_concept_id", "device_source_concept_id"),
    "specimen": ("specimen_concept_id", "disease_status_concept_id"),
    "episode": ("episode_object_concept_id", "episode_source_concept_id"),
    "death": ("cause_concept_id", "cause_source_concept_id"),
    "note_nlp": ("note_nlp_concept_id", "note_nlp_source_concept_id"),
}  # fmt: skip
# Where it says it by a code of ICD-10, as it came.
CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "condition_occurrence": ("condition_source_value",),
    "observation": ("observation_source_value", "value_source_value"),
    "procedure_occurrence": ("procedure_source_value",),
    "death": ("cause_source_value",),
}
# Where it says it in words, as they came; and the concept that they were mapped to.
_TEST, _DRUG, _TITLE = frozenset({Kind.TEST}), frozenset({Kind.DRUG}), frozenset({Kind.TEST, Kind.PLACE})
TEXTS: Final[Mapping[str, tuple[tuple[str, str | None, frozenset[Kind]], ...]]] = {
    "condition_occurrence": (("condition_source_value", "condition_concept_id", _TEST),),
    "drug_exposure": (("drug_source_value", "drug_concept_id", _DRUG),),
    "measurement": (
        ("measurement_source_value", "measurement_concept_id", _TEST),
        ("value_source_value", "value_as_concept_id", _TEST)),
    "observation": (
        ("observation_source_value", "observation_concept_id", _TEST),
        ("value_source_value", "value_as_concept_id", _TEST)),
    "procedure_occurrence": (("procedure_source_value", "procedure_concept_id", _TEST),),
    "device_exposure": (("device_source_value", "device_concept_id", _TEST),),
    "specimen": (("specimen_source_value", "specimen_concept_id", _TEST),),
    "episode": (("episode_source_value", "episode_object_concept_id", _TEST),),
    "death": (("cause_source_value", "cause_concept_id", _TEST),),
    "note": (("note_title", None, _TITLE), ("note_source_value", None, _TITLE)),
    "note_nlp": (("lexical_variant", "note_nlp_concept_id", _TEST),),
}  # fmt: skip
