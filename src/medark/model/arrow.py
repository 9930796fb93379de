"""Columns as Arrow has them: the one place that says which Arrow type a type is"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from medark.model.table import Column, Type

ARROW = MappingProxyType({
    Type.INTEGER: pa.int32(), Type.BIGINT: pa.int64(), Type.FLOAT: pa.float64(), Type.TEXT: pa.string(),
    Type.DATE: pa.date32(), Type.DATETIME: pa.timestamp("us"), Type.BOOLEAN: pa.bool_(),
})  # fmt: skip


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of columns, in their order."""
    return pa.schema([(column.name, ARROW[column.type]) for column in columns])


def values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column, as `to_pylist` gives them; days and moments by way of NumPy, in a twentieth of the time.

    >>> values(pa.chunked_array([pa.array([19846, None], pa.date32())]))
    [datetime.date(2024, 5, 3), None]
    """
    found: list[Any] = column.to_numpy().tolist() if column.type in _DATED else column.to_pylist()
    return found


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table, as `to_pylist` gives them."""
    names = table.column_names
    return [dict(zip(names, row, strict=True)) for row in zip(*map(values, table.columns), strict=True)]


_DATED = (ARROW[Type.DATE], ARROW[Type.DATETIME])
