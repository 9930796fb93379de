"""Columns as Arrow has them: the one place that says which Arrow type a type is"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import pyarrow as pa

from medark.model.table import Column, Type

ARROW = MappingProxyType({
    Type.INTEGER: pa.int32(), Type.BIGINT: pa.int64(), Type.FLOAT: pa.float64(), Type.TEXT: pa.string(),
    Type.DATE: pa.date32(), Type.DATETIME: pa.timestamp("us"), Type.BOOLEAN: pa.bool_(),
})  # fmt: skip


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of columns, in their order."""
    return pa.schema([(column.name, ARROW[column.type]) for column in columns])
