"""Rows of some people out of many files: those that plain SQL gives, whatever the files lack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.errors import StorageError
from medark.store.lake.of_people import rows_of_people


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of measurements: 30 people with two rows each, ten rows a group; then one that lacks a column."""
    whose = [n // 2 for n in range(60)]
    first = pa.table({
        "measurement_id": pa.array(range(60), pa.int64()),
        "person_id": pa.array(whose, pa.int64()),
        "provider_id": pa.array([n % 7 or None for n in range(60)], pa.int64()),
    })  # fmt: skip
    second = pa.table(
        {"measurement_id": pa.array([100, 101], pa.int64()), "person_id": pa.array([None, 4], pa.int64())}
    )
    paths = [tmp_path / "first.parquet", tmp_path / "second.parquet"]
    for path, table in zip(paths, (first, second), strict=True):
        pq.write_table(table, path, row_group_size=10)
    return paths


def test_rows_of_people_are_those_of_all_their_files(files: list[Path]) -> None:
    asked = [(files[0], np.array([3, 4, 29, 500], np.int64)), (files[1], np.array([3, 4], np.int64))]
    found = rows_of_people("measurement", asked, ["measurement_id", "provider_id"], "file_no")
    assert found.column_names == ["measurement_id", "provider_id", "file_no"]
    assert sorted(found.to_pylist(), key=lambda row: int(row["measurement_id"])) == [
        {"measurement_id": n, "provider_id": n % 7 or None, "file_no": 0} for n in (6, 7, 8, 9, 58, 59)
    ] + [{"measurement_id": 101, "provider_id": None, "file_no": 1}]


def test_only_their_row_groups_are_decoded(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    decode = pq.ParquetFile.read_row_groups

    def told(file: pq.ParquetFile, groups: list[int], **more: object) -> pa.Table:
        read.extend(groups)
        return decode(file, groups, **more)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", told)
    rows_of_people("measurement", [(files[0], np.array([4, 12], np.int64))], ["person_id"], "file_no")
    assert read == [0, 2]  # rows 8 and 9, rows 24 and 25


def test_nobody_has_no_rows_and_a_file_that_is_gone_is_said(files: list[Path]) -> None:
    nobody = np.zeros(0, np.int64)
    assert rows_of_people("measurement", [(files[0], nobody)], ["person_id"], "file_no").num_rows == 0
    with pytest.raises(StorageError):
        rows_of_people("measurement", [(files[0].with_name("gone"), nobody)], ["person_id"], "file_no")
