"""What a section's entries are, by the section's LOINC code"""

from __future__ import annotations

from dataclasses import dataclass

from medark.standardise.formats.cda.parse import Element

LOINC = "2.16.840.1.113883.6.1"


@dataclass(frozen=True, slots=True)
class SectionRule:
    """How entries of a section are read when their own template does not say.

    kind: one of model.staging.KINDS, or family, allergy, encounter, coverage, plan. type: of model.staging.TYPES.
    status: the condition status that being in this section gives a diagnosis.
    """

    kind: str
    type: str = "ehr"
    status: str | None = None


OTHER = SectionRule("observation")

# Source: C-CDA R2.1 Companion Guide, section templates and their LOINC codes.
SECTIONS = {
    "48765-2": SectionRule("allergy"),
    "11450-4": SectionRule("condition", "ehr_problem_list"),
    "11348-0": SectionRule("condition", "ehr_problem_list"),
    "75310-3": SectionRule("condition"),
    "11535-2": SectionRule("condition", status="discharge diagnosis"),
    "42347-5": SectionRule("condition", status="admission diagnosis"),
    "46241-6": SectionRule("condition", status="admission diagnosis"),
    "10219-4": SectionRule("condition", status="preoperative diagnosis"),
    "10218-6": SectionRule("condition", status="postoperative diagnosis"),
    "59769-0": SectionRule("condition", status="postoperative diagnosis"),
    "55109-3": SectionRule("condition"),
    "10160-0": SectionRule("drug", "ehr_medication_list"),
    "10183-2": SectionRule("drug", "ehr_prescription"),
    "75311-1": SectionRule("drug", "ehr_prescription"),
    "42346-7": SectionRule("drug", "ehr_medication_list"),
    "29549-3": SectionRule("drug", "ehr_administration"),
    "59774-0": SectionRule("drug", "ehr_administration"),
    "11369-6": SectionRule("drug", "ehr_administration"),
    "47519-4": SectionRule("procedure"),
    "30954-2": SectionRule("measurement", "lab"),
    "8716-3": SectionRule("measurement", "ehr_physical_exam"),
    "29545-1": SectionRule("observation", "ehr_physical_exam"),
    "8709-8": SectionRule("observation", "ehr_physical_exam"),
    "46240-8": SectionRule("encounter", "ehr_encounter"),
    "10157-6": SectionRule("family"),
    "46264-8": SectionRule("device"),
    "48768-6": SectionRule("coverage"),
    "18776-5": SectionRule("plan"),
}


def section_rule(section: Element | None) -> SectionRule:
    """The rule of a section, by its code or a translation of it; entries of any other are observations."""
    code = section.find("code") if section is not None else None
    if code is None:
        return OTHER
    codes = [code.get("code"), *(translation.get("code") for translation in code.findall("translation"))]
    return next((SECTIONS[c] for c in codes if c in SECTIONS), OTHER)
