"""Pictures that a DICOM library reads whole."""

from __future__ import annotations

import pydicom


def pictures(written):
    return sorted((written.root / "raw" / "north" / "pacs").rglob("Z*.dcm"))


def test_pictures_are_valid_and_say_whose_they_are(written):
    patients = {row["patient_no"]: row["person"] for row in written.truth("patients") if row["organisation"] == "north"}
    names = {row["person"]: row["name"] for row in written.truth("people")}
    assert len(pictures(written)) > 15
    for path in pictures(written):
        data = pydicom.dcmread(path)
        assert str(data.PatientName).replace("^", "") == names[patients[data.PatientID]]
        assert data.Modality in ("CR", "CT", "US")
        assert len(data.PixelData) == data.Rows * data.Columns
        assert data.StudyInstanceUID.is_valid
        assert data.file_meta.MediaStorageSOPInstanceUID == data.SOPInstanceUID


def test_no_two_pictures_are_one(written):
    found = [pydicom.dcmread(path) for path in pictures(written)]
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "AccessionNumber"):
        assert len({data[keyword].value for data in found}) == len(found)
