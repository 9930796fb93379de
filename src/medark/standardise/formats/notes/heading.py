"""The header block of a note file, in English or Chinese

A note file begins with lines of `key: value` (or `key：value`), then a blank line, then the note:

    patient_id: 10023
    visit_id: Z2023-17
    date: 2023-10-10 08:30
    type: 出院小结
    title: Discharge summary
    language: en

    The patient was …

`patient_id` is the one key that a file must have. Case, spaces and underscores of keys make no difference; a key that
is not in KEYS is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "patientid": "patient_id", "病案号": "patient_id", "病历号": "patient_id", "患者编号": "patient_id",
        "visitid": "visit_id", "住院号": "visit_id", "就诊号": "visit_id", "门诊号": "visit_id",
        "noteid": "note_id", "文书号": "note_id",
        "date": "date", "日期": "date", "记录时间": "date",
        "type": "type", "类型": "type",
        "title": "title", "标题": "title",
        "language": "language", "语言": "language",
        "name": "name", "姓名": "name", "患者姓名": "name",
        "sex": "sex", "gender": "sex", "性别": "sex",
        "birthdate": "birth_date", "出生日期": "birth_date",
    }
)  # fmt: skip

# Kinds of notes by a word in their type; the first that fits. What is none of these is a note.
_TYPES = (
    ("discharge", "ehr_discharge_summary"), ("出院", "ehr_discharge_summary"),
    ("admission", "ehr_admission_note"), ("入院", "ehr_admission_note"),
    ("radiology", "ehr_radiology"), ("imaging", "ehr_radiology"), ("影像", "ehr_radiology"), ("放射", "ehr_radiology"),
    ("pathology", "ehr_pathology"), ("病理", "ehr_pathology"),
    ("nursing", "ehr_nursing"), ("护理", "ehr_nursing"),
)  # fmt: skip

_LINE = re.compile(r"\s*([^:：]{1,40}?)\s*[:：]\s*(.*?)\s*")
_BLOCK = 8192  # characters within which a header block must end
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?:[T ]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})秒?)?分?)?",
    re.ASCII,
)


def split(text: str) -> tuple[dict[str, str], str]:
    """The header's values by name, and the note after it. Without a whole header block: nothing, and all of the text.

    >>> split("病案号：17\\nType: 出院小结\\n\\n好。")
    ({'patient_id': '17', 'type': '出院小结'}, '好。')
    >>> split("Feels well.\\n\\nNo fever.")
    ({}, 'Feels well.\\n\\nNo fever.')
    """
    lines = text[:_BLOCK].lstrip("\n").split("\n")
    if "" not in (stripped := [line.strip() for line in lines]):
        return {}, text
    found: dict[str, str] = {}
    for line in stripped[: stripped.index("")]:
        said = _LINE.fullmatch(line)
        if said is None:
            return {}, text
        name = KEYS.get(re.sub(r"[\s_]", "", said[1]).lower())
        if name is not None and said[2]:
            found.setdefault(name, said[2])
    start = text.lstrip("\n").split("\n", stripped.index("") + 1)[-1]
    return found, start.strip("\n")


def note_type(said: str | None) -> str:
    """The provenance of a note of this kind: a word of model.staging.TYPES.

    >>> note_type("出院小结"), note_type("Progress note"), note_type(None)
    ('ehr_discharge_summary', 'ehr_note', 'ehr_note')
    """
    return next((kind for word, kind in _TYPES if word in (said or "").lower()), "ehr_note")


def iso_time(said: str | None) -> str | None:
    """A day or a moment in ISO form; None when it is not one.

    >>> iso_time("2023年10月9日 8时05分"), iso_time("2023/1/2"), iso_time("2023-10-10T08:30:00"), iso_time("soon")
    ('2023-10-09T08:05', '2023-01-02', '2023-10-10T08:30:00', None)
    """
    found = _DATE.fullmatch((said or "").strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    date = "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
    if hour is None or day is None:
        return date
    return f"{date}T{hour.zfill(2)}:{minute.zfill(2)}" + (f":{second.zfill(2)}" if second else "")
