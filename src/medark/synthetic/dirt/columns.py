"""Columns with some places written anew"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def with_column(of: pa.Table, name: str, places: np.ndarray, values: pa.Array) -> pa.Table:
    """The table with `values` at these places of a column."""
    field = of.schema.field(name)
    kind = pa.string() if pa.types.is_dictionary(field.type) else field.type
    at = np.zeros(of.num_rows, dtype=bool)
    at[places] = True
    whole = pc.replace_with_mask(of[name].combine_chunks().cast(kind), pa.array(at), values.cast(kind))
    if kind != field.type:
        whole = whole.dictionary_encode()
    return of.set_column(of.schema.get_field_index(name), field, whole.cast(field.type))
