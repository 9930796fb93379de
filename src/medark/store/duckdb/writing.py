"""Rows of a query into one Parquet file"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import duckdb

from medark.store.duckdb.failures import errors_without_values
from medark.store.duckdb.words import quoted, text
from medark.store.engine import Writing, WrittenFile

_ONE_CORE = 122_880  # rows; DuckDB gives a core no fewer, so work on fewer keeps only one busy


@dataclass(frozen=True, slots=True)
class Part:
    """One file to be written: which rows, of what `partition`, and how many if that is known."""

    to: Writing
    sql: str
    partition: int | None = None
    rows: int | None = None

    @property
    def is_small(self) -> bool:
        """Are there so few rows that the engine would write them on one core?"""
        return self.rows is not None and self.rows < _ONE_CORE


def write(part: Part, connection: duckdb.DuckDBPyConnection) -> list[WrittenFile]:
    """Write the file, sorted; none if there is no row."""
    path = part.to.folder / f"{uuid4().hex}.parquet"
    order = f" ORDER BY {', '.join(map(quoted, part.to.order_by))}" if part.to.order_by else ""
    with errors_without_values():
        (rows,) = connection.execute(
            f"COPY (SELECT * FROM ({part.sql}){order}) TO {text(path)}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {int(part.to.row_group_rows)})"
        ).fetchone() or (0,)
    if not rows:
        path.unlink(missing_ok=True)
        return []
    return [WrittenFile(path, int(rows), path.stat().st_size, part.partition)]
