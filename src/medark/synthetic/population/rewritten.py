"""Columns with some values written anew"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints


def with_values(table: pa.Table, name: str, places: Ints, values: pa.Array) -> pa.Table:
    """The table with values at these places of a column."""
    at, kind = np.zeros(table.num_rows, bool), table.schema.field(name)
    at[places] = True
    text = pa.string() if pa.types.is_dictionary(kind.type) else kind.type
    column = pc.replace_with_mask(table[name].combine_chunks().cast(text), pa.array(at), values.cast(text))
    made_of = column.dictionary_encode() if text != kind.type else column
    return table.set_column(table.schema.get_field_index(name), kind, made_of.cast(kind.type))
