"""A marker in every identifying attribute of a DICOM file reaches identifiers and keys, and nothing else"""

from __future__ import annotations

import warnings
from io import BytesIO

import pydicom
import pytest
from pydicom.datadict import DicomDictionary
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.dicom import READER

_MARK = "CANARYFF17"
# Direct identifiers of people among the text attributes of a header (PS3.15 annex E names many more, not read at all).
_SAID = {"PatientSex", "EthnicGroup", "Modality", "ModalitiesInStudy", "BodyPartExamined", "StudyDescription",
         "RequestedProcedureDescription", "PerformedProcedureStepDescription", "ContrastBolusAgent"}  # fmt: skip
_TEXT = {"LO", "SH", "LT", "ST", "UT", "PN", "AE", "CS"}


def _file() -> bytes:
    """Every text attribute of groups 0008 to 0050 that is not a clinical word holds the marker."""
    dataset = Dataset()
    for tag, (vr, _, _, retired, keyword) in DicomDictionary.items():
        in_header = 0x0008 <= tag >> 16 <= 0x0050 and keyword and not retired
        if in_header and vr in _TEXT and keyword not in _SAID and keyword != "SpecificCharacterSet":
            setattr(dataset, keyword, _MARK)
    dataset.OtherPatientIDsSequence = Sequence([Dataset()])
    dataset.OtherPatientIDsSequence[0].PatientID = _MARK
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "1.2", "1.3", "1.4"
    dataset.StudyDate, dataset.Modality = "20240101", "CT"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID, dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.840.10008", "1.4"
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def test_identifying_attributes_reach_identifiers_and_keys_only() -> None:
    staged = READER.stage(Chunk(1, _file()), Source("north"))
    assert not staged.rows["unit_issue"]
    reached = {
        (table, column)
        for table, rows in staged.rows.items()
        for row in rows
        for column, value in row._asdict().items()
        if _MARK in str(value)
    }
    outside = {place for place in reached if place[0] != "identifier" and not place[1].endswith("_key")}
    assert ("identifier", "value") in reached
    assert outside == set()
    assert {row.kind for row in staged.rows["identifier"]} >= {"MR", "name", "address", "phone", "ACSN"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content.replace(b"1.2\0", b"CANA"),
        lambda content: content.replace(b"\x10\0\x20\0LO", b"\x10\0\x21\0LO"),
        lambda content: content.replace(b"20240101", b"CANARYFF"),
        lambda content: content[:-7],
        lambda content: content[:700],
        lambda content: b"\x08\0\x05\0CS\x0a\0CANARYFF17" + content[132:],
    ],
)
def test_no_verdict_log_or_warning_quotes_a_value(
    damage: object, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        staged = READER.stage(Chunk(1, damage(_file())), Source("north"))  # type: ignore[operator]
    said = [str(warning.message) for warning in caught] + [str(row) for row in staged.rows["unit_issue"]]
    assert not [text for text in said if "CANARY" in text]
    assert "CANARY" not in caplog.text + "".join(capfd.readouterr())
