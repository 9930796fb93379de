"""Which list a column's codes are of, by their form, and the lines of a coded event"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.lines import as_line
from medark.standardise.propose.draft.parts import Line
from medark.standardise.propose.profile import ColumnProfile

_LEAST = 0.6  # of values that have the form of a list's codes
_LABELS = {
    "diag": "diagnoses",
    "proc": "procedures",
    "drug": "drugs",
    "meas": "tests",
    "exam": "examinations",
    "device": "devices",
}


def system_of(column: ColumnProfile, source: str, slot: str) -> str:
    """The code list, as an OMOP vocabulary_id, or the source's own by name.

    ICD-10 with six characters or an x extension is China's clinical or insurance edition: their form is the same, so
    they are not told apart here.
    """
    share = column.share
    if slot == "diag":
        if (
            share("icd10_cn") >= 0.2
            and share("icd10_cn", "icd10") >= 0.3
            and share("icd10_cn") + share("icd10") >= _LEAST
        ):
            return "ICD10CN"
        if share("icd10") >= _LEAST:
            return "ICD10CM" if share("icd10_plain") > 0.2 else "ICD10"
        if share("icd10_plain") + share("icd10") >= _LEAST:
            return "ICD10CM"
        if share("icd9") >= 0.3 or (share("icd9_plain") >= 0.5 and column.mean_length > 3.4):
            return "ICD9CM"
    if slot == "proc" and (
        share("icd9_proc") >= _LEAST or (share("integer") >= 0.9 and column.longest <= 4 and column.mean_length >= 3)
    ):
        return "ICD9Proc"
    for form, vocabulary in (("loinc", "LOINC"), ("atc", "ATC"), ("ndc", "NDC"), ("snomed", "SNOMED")):
        if share(form) >= _LEAST:
            return vocabulary
    return f"{source} {_LABELS.get(slot, 'codes')}"


def _dotted(column: ColumnProfile, system: str, name: str) -> str:
    """Codes that come without their dot get it."""
    if system == "ICD9CM" and column.share("icd9") < 0.3:
        return f"icd9cm({name})"
    if system == "ICD9Proc" and column.share("icd9_proc") < 0.3:
        return f"icd9proc({name})"
    if system == "ICD10CM" and column.share("icd10_plain") > 0.2:
        return f"icd10cm({name})"
    return name


def coded(
    source: str, slot: str, code: Choice | None, name: Choice | None, fixed: dict[str, str], names: Mapping[str, Line]
) -> list[Line]:
    """Code, its list and what it is called. Without a code what it is called stands for it."""
    lines: list[Line] = []
    if code is not None:
        fixed["code_system"] = system_of(code.column, source, slot)
        line = as_line("code", code)
        lines.append(replace(line, expression=_dotted(code.column, fixed["code_system"], line.expression)))
        if name is None and code.column.name in names:
            lines.append(names[code.column.name])
    if name is not None:
        text = as_line("code_text", name)
        lines.append(text)
        if code is None:
            fixed["code_system"] = f"{source} {_LABELS.get(slot, 'codes')}"
            lines.append(replace(text, field="code"))
    return lines
