"""Columns in which all rows of a file are alike, as its footer says"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from medark.store.lake.row_groups import alike


def test_columns_with_one_number_or_none_are_told_and_no_others(tmp_path: Path) -> None:
    many = 50
    rows = pa.table(
        {
            "same": pa.array([7] * many, pa.int64()),
            "nothing": pa.nulls(many, pa.int64()),
            "later": pa.array([7] * (many - 1) + [8]),
            "some": pa.array([None] * (many - 1) + [7], pa.int64()),
            "groups": pa.array([1] * 10 + [2] * (many - 10)),
            "empty_first": pa.array([None] * 10 + [2] * (many - 10), pa.int64()),
            "day": pa.array([dt.date(2024, 1, 1)] * many),
            "number": pa.array([0.5] * many),
            "text": pa.array(["a"] * many),
        }
    )
    path = tmp_path / "rows.parquet"
    pq.write_table(rows, path, row_group_size=10)
    assert pq.ParquetFile(path).num_row_groups == 5
    found = alike(path, [*rows.column_names, "absent"])
    assert found == {"same": 7, "nothing": None, "absent": None}
    assert alike(path, ["later", "nothing"]) == {"nothing": None}


def test_what_footers_do_not_tell_is_not_alike(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"same": [7, 7]}), path, write_statistics=False)
    assert alike(path, ["same"]) == {}
