"""DG1, PRB, PR1, AL1, IAM: diagnoses, problems, procedures, allergies"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.reading import Coding
from medark.standardise.formats.hl7v2.unit import Unit

_ALLERGY_TYPES = "HL70127"
_ALLERGY = "419199007"  # SNOMED CT: allergy to substance
# Drug, food, environment (pollen, plants, animals), miscellaneous. Source: HL7 v2, table 0127; SNOMED CT.
_ALLERGY_KINDS = {
    "DA": "416098002", "FA": "414285001", "EA": "426232007", "LA": "426232007", "PA": "426232007", "AA": "426232007",
    "MA": _ALLERGY,
}  # fmt: skip
_DIAGNOSIS_TYPES = {"A": "admitting", "W": "working", "F": "final"}  # DG1-6 (HL7 table 0052)


def dg1(unit: Unit, f: list[str]) -> None:
    """DG1: a diagnosis of the visit. Sent again with every update of it, so its key holds no time."""
    coding = described(unit, f[3], f[4], f[2])
    if not coding.said:
        unit.issue("quarantined", "diagnosis without a code", "DG1-3")
    elif f[21].strip() == "D":
        unit.issue("excluded", "diagnosis deleted", "DG1-21")
    else:
        kind = unit.reading.word(f[6]) or ""
        number = unit.reading.number(f[20])
        unit.event(
            "condition", f"DG1|{number or f'{unit.within}|{coding.said}|{kind}'}", **coding._asdict(),
            start_time=unit.time(f[5], "DG1-5") or unit.visit_start or unit.event_time,
            status=_DIAGNOSIS_TYPES.get(kind, kind) or None, provider_key=unit.provider(f[16]), type="ehr",
        )  # fmt: skip


def prb(unit: Unit, f: list[str]) -> None:
    """PRB: an entry of the problem list."""
    reading = unit.reading
    coding = reading.coding(f[3])
    if not coding.said:
        unit.issue("quarantined", "problem without a code", "PRB-3")
        return
    if f[1].strip() == "DE":
        unit.issue("excluded", "problem deleted", "PRB-1")
        return
    number = reading.number(f[4])
    start = unit.time(f[16], "PRB-16") or unit.time(f[7], "PRB-7") or unit.event_time
    unit.event(
        "condition", f"PRB|{unit.person_key}|{number or coding.said}", **coding._asdict(), start_time=start,
        end_time=unit.time(f[9], "PRB-9"), status=reading.name_of(f[14]), type="ehr_problem_list",
    )  # fmt: skip


def pr1(unit: Unit, f: list[str]) -> None:
    """PR1: a procedure of the visit."""
    coding = described(unit, f[3], f[4], f[2])
    if not coding.said:
        unit.issue("quarantined", "procedure without a code", "PR1-3")
    elif f[20].strip() == "D":
        unit.issue("excluded", "procedure deleted", "PR1-20")
    else:
        start = unit.time(f[5], "PR1-5") or unit.visit_start or unit.event_time
        number = unit.reading.number(f[19])
        key = f"PR1|{number}" if number else procedure_key(unit, coding, start)
        if key in unit.charged:
            unit.charged.remove(key)
            return
        modifier = unit.reading.coding(f[16])
        unit.event(
            "procedure", key, **coding._asdict(), start_time=start,
            provider_key=unit.provider(f[11]) or unit.provider(f[12]), modifier_code=modifier.code,
            modifier_system=modifier.code_system, type="ehr",
        )  # fmt: skip


def procedure_key(unit: Unit, coding: Coding, start: str | None) -> str:
    """Key of a procedure without a number: the same code on the same day of the visit is the same one."""
    return f"{unit.within}|{coding.said}|{(start or '')[:8]}"


def al1(unit: Unit, f: list[str]) -> None:
    """AL1: an allergy. Its code says what kind of allergy; the substance is the answer: it was not taken."""
    _allergy(unit, "AL1", f[2], f[3], f[4], None, unit.time(f[6], "AL1-6"))


def iam(unit: Unit, f: list[str]) -> None:
    """IAM: an allergy with a number and a life cycle."""
    if unit.reading.word(f[6]) == "D":
        unit.issue("excluded", "allergy deleted", "IAM-6")
        return
    start = unit.time(f[11], "IAM-11") or unit.time(f[13], "IAM-13")
    _allergy(unit, "IAM", f[2], f[3], f[4], unit.reading.number(f[7]), start)


def _allergy(
    unit: Unit, segment: str, kind: str, substance: str, severity: str, number: str | None, start: str | None
) -> None:
    what, to = unit.reading.coding(kind), unit.reading.coding(substance)
    if not to.said:
        unit.issue("quarantined", "allergy without a substance", f"{segment}-3")
        return
    code, code_system = _allergy_kind(what)
    unit.event(
        "observation", f"allergy|{unit.person_key}|{number or to.said}", code=code, code_system=code_system,
        code_text="Allergy",
        value=None if to.code else to.code_text, value_code=to.code, value_system=to.code_system,
        value_text=to.code_text, qualifier=unit.reading.word(severity), start_time=start or unit.event_time, type="ehr",
    )  # fmt: skip


def _allergy_kind(what: Coding) -> tuple[str, str]:
    """Code and system of a kind of allergy, in the words in which every other source says it where there are any."""
    system = what.code_system or _ALLERGY_TYPES
    if what.code is None:
        return _ALLERGY, "SNOMED"
    if system == _ALLERGY_TYPES and what.code in _ALLERGY_KINDS:
        return _ALLERGY_KINDS[what.code], "SNOMED"
    return what.code, system


def described(unit: Unit, code: str, description: str, method: str) -> Coding:
    """A code with the description and coding system that older versions kept in fields of their own."""
    coding = unit.reading.coding(code)
    text = coding.code_text or unit.reading.text(description)
    if coding.code is None:
        return coding._replace(code_text=text)
    system = coding.code_system or unit.reading.word(method)
    return coding._replace(code_text=text, code_system=system)
