"""Attributes of a data set as text: what is wanted, and how a value, a code or a time is said"""

from __future__ import annotations

import re
from typing import NamedTuple

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

# Everything that is read, by the standard's keywords; all else is skipped unread.
KEYWORDS = (
    "DirectoryRecordSequence",
    "SpecificCharacterSet", "TimezoneOffsetFromUTC", "SOPInstanceUID", "StudyDate", "SeriesDate",
    "AcquisitionDate", "ContentDate", "StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime", "AccessionNumber",
    "Modality", "ModalitiesInStudy", "StudyDescription",
    "ProcedureCodeSequence", "AnatomicRegionSequence",
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientBirthTime", "PatientSex",
    "OtherPatientIDs", "OtherPatientIDsSequence", "OtherPatientNames", "PatientBirthName",
    "PatientAddress", "PatientTelephoneNumbers", "EthnicGroup",
    "BodyPartExamined", "ContrastBolusAgent", "ContrastBolusAgentSequence",
    "StudyInstanceUID", "SeriesInstanceUID",
    "RequestedProcedureDescription", "RequestedProcedureCodeSequence",
    "AdmissionID", "AdmittingDate", "AdmittingTime",
    "SpecimenDescriptionSequence", "PerformedProcedureStepDescription", "PerformedProcedureCodeSequence",
    "ConceptNameCodeSequence", "ContentSequence",
    "DeviceSequence",
)  # fmt: skip
WANTED: list[int] = [tag for keyword in KEYWORDS if (tag := tag_for_keyword(keyword)) is not None]

_DATE = re.compile(r"(\d{4})[.-]?(\d\d)[.-]?(\d\d)", re.ASCII)  # 1997.04.24: before DICOM 3
_TIME = re.compile(r"(\d\d):?(\d\d)?:?(\d\d)?(?:\.\d*)?", re.ASCII)
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4])[0-5]\d", re.ASCII)


class Code(NamedTuple):
    """A coded entry (PS3.3 8): value, coding scheme, meaning."""

    value: str | None
    scheme: str | None
    meaning: str | None


def texts(dataset: Dataset, keyword: str) -> list[str]:
    """All values of an attribute as text, without padding; none of them empty."""
    value = dataset.get(keyword)
    if value is None:
        return []
    many = value if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue" else [value]
    return [said for each in many if (said := str(each).replace("\0", "").strip())]


def text(dataset: Dataset, *keywords: str) -> str | None:
    """The first value of the first of these attributes that has one."""
    return next((found[0] for keyword in keywords if (found := texts(dataset, keyword))), None)


def items(dataset: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence; none when it is missing or is no sequence."""
    value = dataset.get(keyword)
    return (
        [item for item in value if isinstance(item, Dataset)] if isinstance(value, list) or _is_sequence(value) else []
    )


def _is_sequence(value: object) -> bool:
    return type(value).__name__ == "Sequence"


def code(dataset: Dataset, *keywords: str) -> Code | None:
    """The first coded entry of the first of these sequences that has one."""
    for keyword in keywords:
        for item in items(dataset, keyword):
            found = Code(
                text(item, "CodeValue", "LongCodeValue", "URNCodeValue"),
                text(item, "CodingSchemeDesignator"),
                text(item, "CodeMeaning"),
            )
            if found.value or found.meaning:
                return found
    return None


def when(dataset: Dataset, *prefixes: str) -> str | None:
    """Date and time of the first of Study, Series, Acquisition … that has a date, with the offset the file says."""
    for prefix in prefixes:
        date = _DATE.fullmatch(text(dataset, f"{prefix}Date") or "")
        if date is not None:
            return "-".join(date.groups()) + _clock(dataset, f"{prefix}Time")
    return None


def _clock(dataset: Dataset, keyword: str) -> str:
    time = _TIME.fullmatch(text(dataset, keyword) or "")
    if time is None:
        return ""
    hour, minute, second = time.groups()
    offset = text(dataset, "TimezoneOffsetFromUTC") or ""
    return (
        f"T{hour}:{minute or '00'}" + (f":{second}" if second else "") + (offset if _OFFSET.fullmatch(offset) else "")
    )
