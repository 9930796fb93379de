"""The organisation that a row came from, in the place of the number of its raw record"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from medark.flows.gate.origins import organisations_of
from medark.flows.workspace import Workspace


def with_organisations(workspace: Workspace, rows: pa.Table, columns: Collection[str]) -> pa.Table:
    """Rows whose record numbers in these columns are told as organisations; missing where none is known."""
    for name in rows.column_names:
        if name in columns:
            rows = rows.set_column(rows.column_names.index(name), name, _organisations(workspace, rows[name]))
    return rows


def _organisations(workspace: Workspace, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    different = pc.unique(numbers).drop_null()
    named = organisations_of(workspace, different.to_pylist())
    told = pa.array([named.get(number) or None for number in different.to_pylist()], pa.string())
    return pa.chunked_array([pc.take(told, pc.index_in(numbers, value_set=different).combine_chunks())], pa.string())
