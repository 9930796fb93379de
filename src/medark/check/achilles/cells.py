"""Cells of Arrow's columns as arrays of numbers, and where they are NULL"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Codes, Values
from medark.check.achilles.places import Bools, Nulls

# Of a column its coder and codes; without one, the values themselves.
Cells = tuple[Coder | None, Codes | pa.Array]
Coded = Mapping[str, Cells]


def values_of(column: pa.Array) -> tuple[Values, Nulls]:
    """A column's values, anything where it is NULL, and where that is; days as numbers."""
    nulls = None
    if column.null_count:
        nulls = _nulls_of(column)
        column = pa.Array.from_buffers(column.type, len(column), [None, *column.buffers()[1:]], offset=column.offset)
    if pa.types.is_boolean(column.type):
        return column.to_numpy(zero_copy_only=False), nulls
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    return column.to_numpy(), nulls


def _nulls_of(column: pa.Array) -> Bools:
    if column.null_count == len(column):
        return np.ones(len(column), bool)
    bits = np.frombuffer(column.buffers()[0], np.uint8)
    start, end = column.offset, column.offset + len(column)
    found: Bools = np.unpackbits(bits[start // 8 : -(-end // 8)], bitorder="little").view(bool)
    return ~found[start % 8 : start % 8 + len(column)]


def filled(values: Values, nulls: Nulls, none: int) -> Values:
    """Values, and `none` where they are NULL."""
    return values if nulls is None else np.where(nulls, none, values)


def as_they_are(values: Values, nulls: Nulls) -> pa.Array:
    """Values that are not coded."""
    return pa.array(values, mask=nulls)
