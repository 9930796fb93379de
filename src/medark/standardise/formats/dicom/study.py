"""Study, series and what was used in them: a procedure, a picture row, the stay, contrast, devices, specimens

Files of one series arrive one by one, in any order. Each gives the same procedure (keyed by its study), the same
contrast and devices, and an image row keyed by its series with `instances` 1: what is the same comes together by its
key, and the instances of a series are counted where image rows are made (domains), by series_uid.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pydicom.dataset import Dataset

from medark.standardise.formats.dicom.attributes import Code, code, items, text, texts, when
from medark.standardise.formats.staged import Event, Image, Specimen, Staged, Visit

# PS3.5 9.1: digits and dots, 64 characters at most. Leading zeros, though wrong, are common and do no harm.
_UID = re.compile(r"[0-9]{1,64}(?:\.[0-9]{1,64})*", re.ASCII)
_TIMES = ("Study", "Series", "Acquisition", "Content")
_NO_PICTURES = ("SR", "KO", "PR", "DOC")  # reports, selections, ways to show: series without an image
_DCM = "DCM"  # PS3.16 annex D: modalities are codes of it, too


def is_uid(value: str) -> bool:
    """True for a UID that is fit to be a key. `../` and their like are not.

    >>> is_uid("1.2.840.10008.1"), is_uid("../../etc/passwd"), is_uid("1.2.")
    (True, False, False)
    """
    return len(value) <= 64 and _UID.fullmatch(value) is not None


class Study(NamedTuple):
    """The keys that all rows of a file share."""

    record_no: int
    person_key: str
    visit_key: str | None
    uid: str
    series_uid: str | None
    start: str | None


def study_of(dataset: Dataset, record_no: int, person_key: str) -> Study:
    """The study of a data set whose UIDs are known to be good."""
    uid, series_uid = text(dataset, "StudyInstanceUID") or "", text(dataset, "SeriesInstanceUID")
    return Study(record_no, person_key, text(dataset, "AdmissionID"), uid, series_uid, when(dataset, *_TIMES))


def add_study(dataset: Dataset, study: Study, staged: Staged) -> None:
    """All rows of one file but the person and the report."""
    if study.visit_key is not None:
        start = when(dataset, "Admitting")
        staged.add(
            Visit(study.record_no, 0, 0, visit_key=study.visit_key, person_key=study.person_key, start_time=start,
                  type="ehr_encounter")
        )  # fmt: skip
    if text(dataset, "Modality") not in _NO_PICTURES:
        _image(dataset, study, staged)
    events = [_procedure(dataset), *_contrast(dataset), *_devices(dataset)]
    for part_no, (kind, what) in enumerate(events):
        staged.add(_event(study, part_no, kind, what))
    _specimens(dataset, study, staged)


def _event(study: Study, part_no: int, kind: str, what: Code) -> tuple[object, ...]:
    named = what.value or what.meaning
    return Event(
        study.record_no, 0, part_no,
        kind=kind, event_key=study.uid if kind == "procedure" else f"{study.uid}|{named}",
        person_key=study.person_key, visit_key=study.visit_key,
        code=what.value, code_system=what.scheme, code_text=what.meaning,
        start_time=study.start, type="ehr_radiology",
    )  # fmt: skip


def _procedure(dataset: Dataset) -> tuple[str, Code]:
    """What was done: by code, else in the study's words, else by the kind of machine."""
    done = code(dataset, "ProcedureCodeSequence", "PerformedProcedureCodeSequence", "RequestedProcedureCodeSequence")
    words = text(dataset, "StudyDescription", "RequestedProcedureDescription", "PerformedProcedureStepDescription")
    if done is not None:
        return "procedure", done._replace(meaning=done.meaning or words)
    if words is not None:
        return "procedure", Code(None, None, words)
    return "procedure", Code(text(dataset, "ModalitiesInStudy", "Modality") or "OT", _DCM, None)


def _contrast(dataset: Dataset) -> list[tuple[str, Code]]:
    agent = code(dataset, "ContrastBolusAgentSequence")
    words = text(dataset, "ContrastBolusAgent")
    if agent is None and words is not None and words.upper() not in ("NONE", "NO"):
        agent = Code(None, None, words)
    return [] if agent is None else [("drug", agent)]


def _devices(dataset: Dataset) -> list[tuple[str, Code]]:
    """Devices used on the patient (catheters, markers); the scanner itself is no exposure."""
    found = [_item_code(item) for item in items(dataset, "DeviceSequence")]
    return [("device", device) for device in found if device is not None]


def _item_code(item: Dataset) -> Code | None:
    value, meaning = text(item, "CodeValue", "LongCodeValue", "URNCodeValue"), text(item, "CodeMeaning")
    return Code(value, text(item, "CodingSchemeDesignator"), meaning) if value or meaning else None


def _image(dataset: Dataset, study: Study, staged: Staged) -> None:
    region = code(dataset, "AnatomicRegionSequence")
    staged.add(
        Image(
            study.record_no, 0, 0,
            event_key=study.series_uid or study.uid, person_key=study.person_key, visit_key=study.visit_key,
            study_uid=study.uid, series_uid=study.series_uid, modality=text(dataset, "Modality"),
            body_site=text(dataset, "BodyPartExamined") or (region and (region.meaning or region.value)),
            study_time=study.start, instances=1, procedure_key=study.uid,
        )
    )  # fmt: skip


def _specimens(dataset: Dataset, study: Study, staged: Staged) -> None:
    """What lies on a slide: the specimen's type and where it was taken. Its number only makes the key."""
    for part_no, item in enumerate(items(dataset, "SpecimenDescriptionSequence")):
        kind, site = code(item, "SpecimenTypeCodeSequence"), code(item, "PrimaryAnatomicStructureSequence")
        kind, site = kind or Code(None, None, None), site or Code(None, None, None)
        number = text(item, "SpecimenUID", "SpecimenIdentifier") or str(part_no)
        staged.add(
            Specimen(
                study.record_no, 0, part_no,
                event_key=f"{study.person_key}|{number}", person_key=study.person_key, visit_key=study.visit_key,
                code=kind.value, code_system=kind.scheme, code_text=kind.meaning or "specimen",
                collected_time=study.start, site_code=site.value, site_system=site.scheme, site_text=site.meaning,
                type="ehr_pathology",
            )
        )  # fmt: skip


def bad_uid(dataset: Dataset) -> str | None:
    """The keyword of the first UID that is missing where it must not be, or is not one; None when all are good."""
    if text(dataset, "StudyInstanceUID") is None:
        return "StudyInstanceUID"
    keywords = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    return next((k for k in keywords if not all(is_uid(value) for value in texts(dataset, k))), None)
