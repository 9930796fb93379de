"""The 27 kinds of checks: what each finds wrong, in words, and where it belongs"""

from __future__ import annotations

from collections.abc import Mapping

from medark.check.checks import Kind
from medark.messages import N_


def _kinds() -> Mapping[str, Kind]:
    conformance, completeness, plausibility = "conformance", "completeness", "plausibility"
    verification, validation = "verification", "validation"
    fatal, convention, told = "fatal", "convention", "characterization"
    found = (
        Kind("cdmTable", "table", conformance, verification, fatal, N_("the table is missing")),
        Kind(
            "measurePersonCompleteness", "table", completeness, validation, convention,
            N_("people without a row in the table"),
        ),
        Kind(
            "measureConditionEraCompleteness", "table", completeness, validation, convention,
            N_("people with conditions but without a condition era"),
        ),
        Kind(
            "measureObservationPeriodOverlap", "table", plausibility, verification, fatal,
            N_("people whose observation periods overlap or touch"),
        ),
        Kind("cdmField", "field", conformance, verification, fatal, N_("the column is missing")),
        Kind("isRequired", "field", conformance, validation, fatal, N_("rows without a value that is required")),
        Kind("cdmDatatype", "field", conformance, verification, fatal, N_("values that are no whole numbers")),
        Kind("isPrimaryKey", "field", conformance, verification, fatal, N_("rows whose key is there twice")),
        Kind("isForeignKey", "field", conformance, verification, fatal, N_("rows that refer to what is not there")),
        Kind("fkDomain", "field", conformance, verification, convention, N_("concepts of another domain")),
        Kind("fkClass", "field", conformance, verification, convention, N_("concepts of another class")),
        Kind(
            "isStandardValidConcept", "field", conformance, verification, convention,
            N_("concepts that are not standard or no longer valid"),
        ),
        Kind("measureValueCompleteness", "field", completeness, verification, told, N_("rows without a value")),
        Kind(
            "standardConceptRecordCompleteness", "field", completeness, verification, convention,
            N_("rows without a standard concept"),
        ),
        Kind(
            "sourceConceptRecordCompleteness", "field", completeness, verification, convention,
            N_("rows without a source concept"),
        ),
        Kind(
            "sourceValueCompleteness", "field", completeness, verification, convention,
            N_("source values that no standard concept was found for"),
        ),
        Kind("plausibleValueLow", "field", plausibility, verification, told, N_("values that are too low")),
        Kind("plausibleValueHigh", "field", plausibility, verification, told, N_("values that are too high")),
        Kind("plausibleTemporalAfter", "field", plausibility, verification, told, N_("dates before what must precede")),
        Kind("plausibleDuringLife", "field", plausibility, verification, told, N_("dates long after death")),
        Kind("withinVisitDates", "field", plausibility, verification, told, N_("dates far outside their visit")),
        Kind("plausibleAfterBirth", "field", plausibility, verification, told, N_("dates before birth")),
        Kind("plausibleBeforeDeath", "field", plausibility, verification, told, N_("dates well after death")),
        Kind("plausibleStartBeforeEnd", "field", plausibility, verification, told, N_("starts that follow their end")),
        Kind("plausibleGender", "concept", plausibility, validation, told, N_("people of the other sex")),
        Kind(
            "plausibleGenderUseDescendants", "concept", plausibility, validation, told,
            N_("people of the other sex, kinds of the concept counted"),
        ),
        Kind("plausibleUnitConceptIds", "concept", plausibility, verification, told, N_("values in a strange unit")),
    )  # fmt: skip
    return {kind.name: kind for kind in found}


KINDS: Mapping[str, Kind] = _kinds()
