"""Where things are seen: rows by what the vocabulary knows of them, or by the code or name that their system wrote"""

from __future__ import annotations

from typing import Final

from medark.define import Frame, any_of, codes, conditions, drugs, measurements, observations, procedures

_ICD10: Final = ("ICD10", "ICD10CM", "ICD10CN")
_SOURCE: Final = "ICD-10 (WHO 2019); choice of codes ours"


def diagnoses(name: str, *icd10: str, source: str = _SOURCE) -> Frame:
    """Conditions whose code begins with one of these, known to the vocabulary or as it was written."""
    found = codes(name, _ICD10, *icd10, prefix=True, source=source)
    written = conditions.condition_source_value.starts_with(*icd10)
    return conditions.where(any_of(conditions.source_concept.is_in(found, source=True), written))


def labs(name: str, *loinc: str, is_standard: bool = True, written: tuple[str, ...] = ()) -> Frame:
    """Measurements by LOINC. `is_standard`: does the vocabulary that is shipped know one of them as a standard concept?
    `written`: codes that it does not know, as a system writes them.
    """
    ways = [measurements.measurement_source_value.is_in(list(written))] if written else []
    if loinc:
        found = codes(name, "LOINC", *loinc, source="LOINC 2.78")
        ways.append(measurements.source_concept.is_in(found, source=True))
        ways += [measurements.concept.is_in(found)] if is_standard else []
    return measurements.where(any_of(*ways))


def medicines(*names: str) -> Frame:
    """Drugs whose name, as it was written, holds one of these; small letters."""
    return drugs.where(any_of(*(drugs.drug_source_value.lower().contains(one) for one in names)))


def operations(*starts: str, names: tuple[str, ...] = ()) -> Frame:
    """Procedures whose code begins with one of these, or whose name, as it was written, holds one."""
    written = procedures.procedure_source_value
    by_code = [written.starts_with(*starts)] if starts else []
    return procedures.where(any_of(*by_code, *(written.lower().contains(one) for one in names)))


def answers(item: str) -> Frame:
    """What was answered to an item of a form: rows of `observation` with the item as their source value."""
    return observations.where(observations.observation_source_value == item)
