"""Hostile and broken DICOM files: one verdict each, in bounded time and memory"""

from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.dicom import READER
from medark.standardise.formats.dicom.header import HEADER_BYTES
from medark.standardise.formats.staged import Staged


def _file(syntax: str = ExplicitVRLittleEndian, **attributes: object) -> bytes:
    dataset = Dataset()
    plain = {"PatientID": "P7", "StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3", "Modality": "CT"}
    for keyword, value in (plain | attributes).items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID, dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.840.10008", "1.2.3"
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _stage(content: bytes) -> Staged:
    started = time.process_time()
    (chunk,) = READER.chunks(RawRecord(1, "", "n", "a", 1, Format.DICOM, 1), BytesIO(content))
    assert len(chunk.content) <= HEADER_BYTES + 1
    staged = READER.stage(chunk, Source("north"))
    assert time.process_time() - started < 20
    assert [row.units for row in staged.rows["unit_count"]] == [1]
    assert bool(staged.rows["person"]) != bool(staged.rows["unit_issue"])
    return staged


def _reasons(content: bytes) -> list[str]:
    return [row.reason for row in _stage(content).rows["unit_issue"]]


@pytest.mark.parametrize(
    "uid",
    ["../../etc/passwd", "/etc/passwd", "1.2.3/../4", "1..2", "1.2.", ".1", "1.2\n3", "a.b", "1" * 65, ".."],
)
@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_uids_that_are_paths_or_no_uids_are_quarantined(keyword: str, uid: str) -> None:
    pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE
    try:
        content = _file(**{keyword: uid})
    finally:
        pydicom.config.settings.writing_validation_mode = pydicom.config.RAISE
    assert _reasons(content) == ["missing or not a UID"]


def test_a_deflate_bomb_is_bounded() -> None:
    plain = _file(DeflatedExplicitVRLittleEndian)
    meta_end = 144 + int.from_bytes(plain[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(128)) + packer.flush()
    tracemalloc.start()
    try:
        reasons = _reasons(plain[:meta_end] + packed)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(reasons) == 1
    assert peak < 64 << 20  # it would become 128 MiB, and copies; 4 MiB of that are looked at


def _nested(depth: int) -> bytes:
    """Sequences of undefined length within each other, none of them ended."""
    sequence = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    return (sequence + item) * depth


@pytest.mark.parametrize("depth", [100, 5_000, 150_000])
def test_sequences_within_sequences_end_somewhere(depth: int) -> None:
    content = _file()
    assert len(_reasons(content[: content.index(b"\x08\0\x60\0")] + _nested(depth))) == 1


def test_a_great_many_elements_are_refused_early() -> None:
    elements = b"".join(struct.pack("<HH2sH", 0x0009, n & 0xFFFF, b"LO", 0) for n in range(HEADER_BYTES // 8))
    content = _file()
    at = content.index(b"\x08\0\x60\0")
    tracemalloc.start()
    try:
        assert _reasons(content[:at] + elements + content[at:]) == ["header too large"]
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_a_great_many_items_are_refused_early() -> None:
    content = _file()
    at = content.index(b"\x08\0\x60\0")
    sequence = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
    items = struct.pack("<HHL", 0xFFFE, 0xE000, 0) * (HEADER_BYTES // 8)
    assert _reasons(content[:at] + sequence + items) == ["header too large"]


def test_a_length_beyond_the_end_is_not_believed() -> None:
    content = _file()
    at = content.index(b"\x10\0\x20\0LO")
    assert _reasons(content[:at] + struct.pack("<HH2sHL", 0x0009, 1, b"OB", 0, 0xFFFFFFF0)) == [
        "patient has no identifier"
    ]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_files_never_raise(data: st.DataObject) -> None:
    content = bytearray(_file(PatientName="A^B", StudyDate="20240101", StudyDescription="x" * 20))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    _stage(bytes(content))


def test_real_files_cut_short_anywhere_never_raise(shared_data: Callable[[str], Path]) -> None:
    for path in sorted(shared_data("dicom").rglob("*.dcm")):
        content = path.read_bytes()[:20_000]
        for at in range(0, len(content), 997):
            _stage(content[:at])
