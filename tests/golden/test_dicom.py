"""DICOM files and the staging rows they give: a case is a pair of files in golden/dicom

`NAME.in` is a data set in the DICOM JSON model (PS3.18 annex F); `NAME.out` has a line a row. To add a case, write the
.in, run this once with MEDARK_GOLDEN=write in the environment, and read what came out before you keep it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.dicom import READER
from medark.standardise.formats.staged import Staged

CASES = sorted((Path(__file__).parent / "dicom").glob("*.in"))


def _file(json: str) -> bytes:
    dataset = Dataset.from_json(json)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _lines(staged: Staged) -> Iterator[str]:
    for table, rows in staged.rows.items():
        for row in rows:
            said = {name: value for name, value in row._asdict().items() if value is not None}
            columns = " | ".join(f"{name}={value!r}" for name, value in list(said.items())[3:])
            yield f"{row.row_no}.{row.part_no} {table} | {columns}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_file_gives_these_rows(case: Path) -> None:
    found = "\n".join(_lines(READER.stage(Chunk(1, _file(case.read_text("utf-8"))), Source("north/pacs")))) + "\n"
    expected = case.with_suffix(".out")
    if os.environ.get("MEDARK_GOLDEN") == "write":
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_every_case_has_its_pair() -> None:
    folder = Path(__file__).parent / "dicom"
    assert {p.stem for p in folder.glob("*.in")} == {p.stem for p in folder.glob("*.out")} != set()
