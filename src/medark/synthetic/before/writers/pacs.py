"""Hospital north's pictures: small DICOM files with true headers, Chinese names, and a few dark pixels"""

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from medark.messages import N_
from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City, visit_no
from medark.synthetic.before.output import Ending, Output
from medark.synthetic.before.places import NORTH
from medark.synthetic.before.writers.his import stays

SOURCE = "north/pacs"
_SIDE = 16  # pixels
_KINDS = {  # SOP class (PS3.4 B.5), part of the body (PS3.16 L-1), description
    "CR": ("1.2.840.10008.5.1.4.1.1.1", "CHEST", "胸部正位片"),
    "CT": ("1.2.840.10008.5.1.4.1.1.2", "ABDOMEN", "CT平扫"),
    "US": ("1.2.840.10008.5.1.4.1.1.6.1", "ABDOMEN", "腹部超声"),
}


def write(city: City, out: Output) -> None:
    """A file a study; one that ends within its header."""
    whole = b""
    for life, encounter in stays(city, NORTH):
        if encounter.image:
            whole = _file(life, encounter)
            out.raw(SOURCE, f"{encounter.start:%Y}/{visit_no(life, encounter)}.dcm", whole)
    out.raw(SOURCE, "cut.dcm", whole[:420])
    out.plant(SOURCE, "cut.dcm", 0, N_("a picture cut short"),
              Ending("quarantined", N_("patient has no identifier")))  # fmt: skip


def uid(text: str) -> UID:
    """A UID of its own for every text. Source: PS3.5 B.2, UIDs from 128-bit numbers."""
    return UID(f"2.25.{int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16)}")


def study_uid(life: Life, encounter: Encounter) -> str:
    """The same for the same stay, unlike any other's."""
    return str(uid(f"study/{visit_no(life, encounter)}"))


def _file(life: Life, encounter: Encounter) -> bytes:
    sop_class, body_part, description = _KINDS[encounter.image]
    who, at = life.person, encounter.start + dt.timedelta(hours=1)
    data = Dataset()
    data.SpecificCharacterSet = "GB18030"
    data.SOPClassUID, data.SOPInstanceUID = sop_class, uid(f"image/{visit_no(life, encounter)}")
    data.StudyDate, data.StudyTime = f"{at:%Y%m%d}", f"{at:%H%M%S}"
    data.AccessionNumber = f"A{who.number:05d}{encounter.number:03d}"
    data.Modality, data.StudyDescription = encounter.image, description
    data.PatientName, data.PatientID = f"{who.name_zh[0]}^{who.name_zh[1:]}", NORTH.patient_no(who.number)
    data.PatientBirthDate, data.PatientSex = f"{who.birth:%Y%m%d}", who.sex
    data.BodyPartExamined = body_part
    data.StudyInstanceUID = study_uid(life, encounter)
    data.SeriesInstanceUID = uid(f"series/{visit_no(life, encounter)}")
    data.StudyID, data.SeriesNumber, data.InstanceNumber = "1", 1, 1
    data.AdmissionID = visit_no(life, encounter)
    _pixels(data)
    return _written(data)


def _pixels(data: Dataset) -> None:
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows = data.Columns = _SIDE
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    data.PixelData = bytes(min(255, 6 * abs(x - y)) for x in range(_SIDE) for y in range(_SIDE))


def _written(data: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID, meta.ImplementationVersionName = uid("implementation"), "CITY_PACS_1"
    data.file_meta = meta
    content = BytesIO()
    data.save_as(content, enforce_file_format=True)
    return content.getvalue()
