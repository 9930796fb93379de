"""DICOM files as chunks and staging rows: a file is one unit"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO

from pydicom.dataset import Dataset

from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.dicom.attributes import text
from medark.standardise.formats.dicom.header import HEADER_BYTES, Refused, header, is_deflated
from medark.standardise.formats.dicom.patient import add_patient, person_key
from medark.standardise.formats.dicom.report import add_report
from medark.standardise.formats.dicom.study import add_study, bad_uid, study_of
from medark.standardise.formats.staged import Staged, UnitCount, UnitIssue

_FIRST_LOOKS = (64 << 10, 512 << 10)  # most headers end in the first, nearly all others in the second
_DIRECTORY = "1.2.840.10008.1.3.10"  # Media Storage Directory (DICOMDIR)


class DicomReader:
    """A file is one chunk of one unit, and of its bytes only those before the pixels."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        """The header's bytes; of one past the limit just enough for `stage` to refuse it."""
        yield Chunk(record.record_no, _header_bytes(content), record.name)

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        """Staging rows of a file. One that is broken, hostile or nobody's becomes a unit_issue."""
        staged = Staged()
        try:
            issue = _stage(header(chunk.content).dataset, chunk.record_no, source, staged)
        except Refused as refusal:
            issue = ("quarantined", str(refusal), "file")
        # Values are decoded when they are asked for, and there is no end to how they can be wrong.
        except Exception:
            issue = ("quarantined", "not readable as DICOM: broken values", "file")
        if issue is not None:
            staged = Staged()
            outcome, reason, place = issue
            staged.add(UnitIssue(chunk.record_no, 0, 0, outcome=outcome, reason=reason, place=place))
        staged.add(UnitCount(chunk.record_no, 0, 0, unit="file", units=1))
        return staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        """Nothing: a file is one unit and one patient's."""
        return b"" if row_nos else content


def _stage(dataset: Dataset, record_no: int, source: Source, staged: Staged) -> tuple[str, str, str] | None:
    """File the rows; the issue comes back if there is one."""
    if _is_directory(dataset):
        return "excluded", "directory of other files", "DirectoryRecordSequence"
    key = person_key(dataset, source)
    if key is None:
        return "quarantined", "patient has no identifier", "PatientID"
    if (keyword := bad_uid(dataset)) is not None:
        return "quarantined", "missing or not a UID", keyword
    study = study_of(dataset, record_no, key)
    add_patient(dataset, key, record_no, staged)
    add_study(dataset, study, staged)
    add_report(dataset, study, staged)
    return None


def _is_directory(dataset: Dataset) -> bool:
    meta = getattr(dataset, "file_meta", None)
    said = text(meta, "MediaStorageSOPClassUID") if meta is not None else None
    return said == _DIRECTORY or "DirectoryRecordSequence" in dataset


def _header_bytes(content: BinaryIO) -> bytes:
    """Read on until the header is known to have ended, the file does, or the limit is reached."""
    read = b""
    for size in (*_FIRST_LOOKS, HEADER_BYTES + 1):
        read += content.read(size - len(read))
        if len(read) < size:
            return read
        if size <= HEADER_BYTES and not is_deflated(read) and (end := _end(read)) is not None:
            return read[:end]
    return read


def _end(read: bytes) -> int | None:
    try:
        return header(read).cut
    except Refused:
        return None
