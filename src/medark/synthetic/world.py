"""The city's tables as columns: made by the stages of a part, read by the systems that export them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.tables import TABLES

World = Mapping[str, pa.Table]
_FIRST_OF_PART = 1_000_000_000


def table(name: str, /, **columns: Any) -> pa.Table:
    """A table of TABLES from columns (numpy, Arrow or sequences); those left out are missing in every row.

    A pair (indexes, words) makes a column of words: index -1 is missing.
    """
    schema = TABLES[name]
    unknown = columns.keys() - set(schema.names)
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    made = {key: _array(value, schema.field(key).type) for key, value in columns.items()}
    length = len(next(iter(made.values())))
    return pa.table([made.get(f.name, pa.nulls(length, f.type)) for f in schema], schema=schema)


def column(of: pa.Table, name: str) -> np.ndarray:
    """A column as numpy: words as objects, missing numbers as NaN, missing times as NaT."""
    found = of[name]
    if pa.types.is_dictionary(found.type):
        found = found.cast(found.type.value_type)
    return found.to_numpy(zero_copy_only=False)


def indexes(of: pa.Table, name: str, words: Sequence[str]) -> np.ndarray:
    """Where each word of a column stands in `words`; -1 where it is missing or not among them."""
    found = pc.index_in(of[name].cast(pa.string()), value_set=pa.array(words, pa.string()))
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def numbers(part: int, count: int) -> np.ndarray:
    """Numbers of the rows of a table of a part that no other part gives."""
    return part * _FIRST_OF_PART + np.arange(1, count + 1, dtype=np.int64)


def empty(name: str) -> pa.Table:
    """The table without rows."""
    return TABLES[name].empty_table()


def _array(value: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(value, pa.ChunkedArray):
        value = value.combine_chunks()
    if isinstance(value, pa.Array):
        return value if value.type == kind else value.cast(kind)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], np.ndarray):
        places, words = value
        places = pa.array(places.astype(np.int32), mask=places < 0)
        return pa.DictionaryArray.from_arrays(places, pa.array(list(words), pa.string())).cast(kind)
    if pa.types.is_dictionary(kind):
        return pa.array(value, pa.string(), from_pandas=True).dictionary_encode().cast(kind)
    return pa.array(value, from_pandas=True).cast(kind)
