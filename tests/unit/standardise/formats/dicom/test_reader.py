"""Real DICOM files, with counts worked out by the library alone; and files made on the spot"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from io import BytesIO, RawIOBase
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.dicom import READER
from medark.standardise.formats.dicom.header import HEADER_BYTES
from medark.standardise.formats.staged import Staged

_RECORD = RawRecord(7, "", "north", "a.dcm", 1, Format.DICOM, 1)


def _dataset(**attributes: object) -> Dataset:
    dataset = Dataset()
    plain = {"PatientID": "P7", "StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.2.3", "SOPInstanceUID": "1.2.3.4"}
    for keyword, value in (plain | {"Modality": "CT", "StudyDate": "20240305"} | attributes).items():
        setattr(dataset, keyword, value)
    return dataset


def _file(dataset: Dataset, syntax: str = ExplicitVRLittleEndian, preamble: bytes = b"\0" * 128) -> bytes:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID, dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.840.10008", "1.2.3"
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return preamble + buffer.getvalue()[128:]


def _stage(content: bytes) -> Staged:
    (chunk,) = READER.chunks(_RECORD, BytesIO(content))
    return READER.stage(chunk, Source("north"))


def _issues(staged: Staged) -> list[tuple[str, str]]:
    return [(row.outcome, row.reason) for row in staged.rows["unit_issue"]]


@pytest.fixture(scope="module")
def files(shared_data: Callable[[str], Path]) -> dict[Path, bytes]:
    folder = shared_data("dicom")
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != ".complete"}


def _by_the_library(content: bytes) -> Dataset | None:
    try:
        return pydicom.dcmread(BytesIO(content), stop_before_pixels=True, force=content[:2] in (b"\x08\0", b"\0\x08"))
    except pydicom.errors.InvalidDicomError:
        return None


@pytest.mark.filterwarnings("ignore:Expected explicit VR")  # what the library says of a file that is wrong on purpose
def test_every_file_ends_somewhere_and_patients_series_and_instances_are_those_in_the_files(
    files: dict[Path, bytes],
) -> None:
    loaded: Counter[tuple[str, str, str]] = Counter()
    expected: Counter[tuple[str, str, str]] = Counter()
    patients = set()
    for content in files.values():
        staged = _stage(content)
        assert [row.units for row in staged.rows["unit_count"]] == [1]
        assert bool(staged.rows["person"]) != bool(staged.rows["unit_issue"])
        loaded.update((row.person_key, row.study_uid, row.series_uid) for row in staged.rows["image"])
        dataset = _by_the_library(content)
        if dataset is not None and str(dataset.get("PatientID") or "").strip():
            patients.add(str(dataset.PatientID).strip())
            key = str(dataset.PatientID).strip()
            issuer = str(dataset.get("IssuerOfPatientID") or "").strip()
            key = f"{key}|{issuer}" if issuer else key
            expected[key, dataset.StudyInstanceUID, dataset.SeriesInstanceUID] += 1
    assert loaded == expected
    assert (len(files), len(patients)) == (188, len({key.split("|")[0] for key, _, _ in expected}))
    assert expected.total() == 146


def test_the_header_alone_says_the_same_as_the_whole_file(files: dict[Path, bytes]) -> None:
    sent = 0
    for content in files.values():
        (chunk,) = READER.chunks(_RECORD, BytesIO(content))
        sent += len(chunk.content)
        assert len(chunk.content) <= len(content)
        assert READER.stage(chunk, Source("x")).rows == READER.stage(Chunk(7, content), Source("x")).rows
    assert sent < sum(map(len, files.values())) / 3


class _Endless(RawIOBase):
    """A file whose pixels never end; it tells how much of it was read."""

    def __init__(self, head: bytes) -> None:
        self.head, self.read_so_far = BytesIO(head), 0

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= HEADER_BYTES + 1
        found = self.head.read(size)
        self.read_so_far += size
        return found + b"\0" * (size - len(found))


def test_pixels_are_not_read() -> None:
    # An empty data element is written last, then made the beginning of two gigabytes.
    head = _file(_dataset(PixelData=b"", Rows=1, Columns=1, BitsAllocated=8))[:-4] + (2 << 30).to_bytes(4, "little")
    stream = _Endless(head)
    (chunk,) = READER.chunks(_RECORD, stream)  # type: ignore[arg-type]
    assert stream.read_so_far <= 64 << 10
    assert len(chunk.content) <= len(head)
    assert [row.person_key for row in READER.stage(chunk, Source("x")).rows["person"]] == ["P7"]


def test_a_header_that_does_not_end_is_refused() -> None:
    dataset = _dataset()
    dataset.private_block(0x0009, "VENDOR", create=True).add_new(1, "OB", b"\0" * (HEADER_BYTES + 10))
    assert _issues(_stage(_file(dataset))) == [("quarantined", "header too large")]
    long = _dataset()  # long, yet within bounds
    long.private_block(0x0009, "VENDOR", create=True).add_new(1, "OB", b"\0" * (1 << 20))
    long.BitsAllocated, long.PixelData = 8, b"\0" * (4 << 20)
    assert [row.person_key for row in _stage(_file(long)).rows["person"]] == ["P7"]


# A deflated file says so in its meta information, so without one it can't be read.
@pytest.mark.parametrize(
    ("syntax", "begins"),
    [
        (ExplicitVRLittleEndian, 0),
        (ImplicitVRLittleEndian, 0),
        (DeflatedExplicitVRLittleEndian, 0),
        (ExplicitVRLittleEndian, 132),
        (ImplicitVRLittleEndian, 132),
    ],
)
def test_transfer_syntaxes_with_and_without_a_preamble(syntax: str, begins: int) -> None:
    staged = _stage(_file(_dataset(StudyDescription="CT head"), syntax)[begins:])
    assert [(row.kind, row.code_text, row.start_time) for row in staged.rows["event"]] == [
        ("procedure", "CT head", "2024-03-05")
    ]


@pytest.mark.parametrize(
    ("preamble", "loads"),
    [
        (b"\0" * 128, True),
        (b"II*\0".ljust(128, b"\1"), True),
        (b"MM\0*".ljust(128, b"\0"), True),
        (b"MZ".ljust(128, b"\x90"), False),
        (b"\x7fELF".ljust(128, b"\0"), False),
        (b"#!/bin/sh\n".ljust(128), False),
        (b"<html><script>".ljust(128), False),
        (b"  <!DOCTYPE html>".ljust(128), False),
        (b"PK\x03\x04".ljust(128, b"\0"), False),
    ],
)
def test_a_file_that_is_a_program_too_is_quarantined(preamble: bytes, loads: bool) -> None:
    staged = _stage(_file(_dataset(), preamble=preamble))
    assert bool(staged.rows["person"]) is loads
    assert _issues(staged) == ([] if loads else [("quarantined", "executable preamble")])


def test_a_deflate_bomb_goes_no_further_than_the_limit() -> None:
    plain = _file(_dataset(), DeflatedExplicitVRLittleEndian)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"\x09\x00\x01\x10OB\0\0\xff\xff\xff\x7f"  # a private element of two gigabytes
    deflated = packer.compress(bomb + b"\0" * (64 << 20)) + packer.flush()
    meta_end = 132 + 12 + int.from_bytes(plain[140:144], "little")
    assert _issues(_stage(plain[:meta_end] + deflated)) == [("quarantined", "header too large")]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"StudyTime": "081502.123"}, "2024-03-05T08:15:02"),
        ({"StudyTime": "08", "TimezoneOffsetFromUTC": "+0800"}, "2024-03-05T08:00+0800"),
        ({"StudyDate": "1997.04.24", "StudyTime": "07:27:30"}, "1997-04-24T07:27:30"),
        ({"StudyDate": "", "SeriesDate": "20240306"}, "2024-03-06"),
        ({"StudyDate": "soon"}, None),
        ({"StudyTime": "noon"}, "2024-03-05"),
    ],
)
def test_times_are_as_precise_as_the_file_says(attributes: dict[str, str], expected: str | None) -> None:
    assert [row.study_time for row in _stage(_file(_dataset(**attributes))).rows["image"]] == [expected]


@pytest.mark.parametrize(
    ("attributes", "source", "key"),
    [
        ({"IssuerOfPatientID": "NORTH"}, Source("n"), "P7|NORTH"),
        ({"IssuerOfPatientID": "NORTH"}, Source("n", authorities=("NORTH",)), "P7"),
        ({"PatientID": " P8 "}, Source("n"), "P8"),
    ],
)
def test_the_person_key_is_the_patient_id_with_its_issuer(attributes: dict[str, str], source: Source, key: str) -> None:
    staged = READER.stage(Chunk(1, _file(_dataset(**attributes))), source)
    assert [row.person_key for row in staged.rows["person"]] == [key]


@pytest.mark.parametrize("content", [b"", b"\x08\0", b"%PDF-1.7", b"{}", b"\0" * 128 + b"DICM", b"\0" * 400])
def test_what_is_no_dicom_is_told(content: bytes) -> None:
    staged = _stage(content)
    assert [row.units for row in staged.rows["unit_count"]] == [1]
    assert [outcome for outcome, _ in _issues(staged)] == ["quarantined"]


def test_erasing_a_file_leaves_nothing() -> None:
    assert READER.blanked(b"abc", [0]) == b""
    assert READER.blanked(b"abc", []) == b"abc"
