"""DICOM files of the city: small pictures with true headers, the same bytes for the same study

Source: DICOM PS3.3 (modules of CR, CT, MR, DX and US images), PS3.5 B.2 (UIDs from 128-bit numbers), PS3.10.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from medark.synthetic.reports.phantom import PIXEL_MM, drawn


@dataclass(frozen=True, slots=True)
class Study:
    """What the header says, and the findings that are there to be drawn."""

    key: str  # what the UIDs are made from
    characters: str  # (0008,0005)
    patient_no: str
    name: str  # alphabetic=ideographic, each family^given
    sex: str
    birth: dt.date | None
    accession_no: str
    visit: str
    performed: dt.datetime
    modality: str
    body_part: str
    dicom_part: str
    sop_class: str
    description: str
    radiologist: str
    findings: tuple[Mapping[str, Any], ...]


def uid(text: str) -> UID:
    """A UID of its own for every text.

    >>> uid("1/study/7") == uid("1/study/7") != uid("1/study/8")
    True
    """
    return UID(f"2.25.{int.from_bytes(blake2b(text.encode(), digest_size=16).digest())}")


def image(of: Study, number: int) -> tuple[str, bytes]:
    """SOP instance UID and file of one picture of a study, numbered from 1."""
    data = Dataset()
    _identity(data, of, number)
    _series(data, of, number)
    _pixels(data, of, number)
    return data.SOPInstanceUID, _written(data)


def _identity(data: Dataset, of: Study, number: int) -> None:
    data.SpecificCharacterSet = of.characters
    data.SOPClassUID, data.SOPInstanceUID = UID(of.sop_class), uid(f"{of.key}/image/{number}")
    data.StudyInstanceUID, data.SeriesInstanceUID = uid(f"{of.key}/study"), uid(f"{of.key}/series")
    data.PatientName, data.PatientID, data.PatientSex = of.name, of.patient_no, of.sex
    data.PatientBirthDate = f"{of.birth:%Y%m%d}" if of.birth else ""
    data.AccessionNumber, data.AdmissionID, data.StudyID = of.accession_no, of.visit, "1"
    data.SeriesNumber, data.InstanceNumber = 1, number


def _series(data: Dataset, of: Study, number: int) -> None:
    day, time = f"{of.performed:%Y%m%d}", f"{of.performed:%H%M%S}"
    for name in ("Study", "Series", "Acquisition", "Content"):
        setattr(data, f"{name}Date", day)
        setattr(data, f"{name}Time", time)
    data.Modality, data.BodyPartExamined, data.StudyDescription = of.modality, of.dicom_part, of.description
    data.Manufacturer, data.ManufacturerModelName = "Made-up Imaging", f"City {of.modality}"
    data.ReferringPhysicianName, data.NameOfPhysiciansReadingStudy = "", of.radiologist
    if of.modality in ("CT", "MR"):
        data.FrameOfReferenceUID = uid(f"{of.key}/frame")
        data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, -5 * (number - 1)]
        data.SliceThickness, data.PixelSpacing = 5, [PIXEL_MM, PIXEL_MM]
        data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    if of.modality == "CT":
        data.KVP, data.RescaleIntercept, data.RescaleSlope = 120, -1024, 1
    if of.modality in ("CR", "DX"):
        data.ViewPosition, data.ImagerPixelSpacing = "PA", [PIXEL_MM, PIXEL_MM]


def _pixels(data: Dataset, of: Study, number: int) -> None:
    pixels = drawn(of.modality, of.body_part, of.findings, of.key, number)
    bits = pixels.dtype.itemsize * 8
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns = pixels.shape
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits, bits - 1, 0
    data.add_new("PixelData", "OW" if bits > 8 else "OB", pixels.tobytes())


def _written(data: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID, meta.ImplementationVersionName = uid("implementation"), "CITY_PACS_2"
    data.file_meta = meta
    content = BytesIO()
    data.save_as(content, enforce_file_format=True)
    return content.getvalue()
