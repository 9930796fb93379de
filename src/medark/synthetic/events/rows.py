"""Rows of the city's tables copied, moved in time and changed; the rest of a table stays as it is"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.world import column


@dataclass(frozen=True, slots=True)
class Keys:
    """The key column of a table, and numbers after its last."""

    table: pa.Table
    name: str

    def new(self, count: int) -> Ints:
        """Keys that no row has."""
        return int(column(self.table, self.name).max()) + 1 + np.arange(count, dtype=np.int64)


def copied(held: pa.Table, rows: Ints, keys: Keys | None = None) -> pa.Table:
    """Copies of rows, with new keys."""
    found = held.take(pa.array(rows, pa.int64()))
    return with_values(found, **{keys.name: keys.new(len(rows))}) if keys else found


def moved(held: pa.Table, days: Mapping[str, Floats]) -> pa.Table:
    """The table with times moved by days, row by row; missing ones stay missing."""
    later = {name: np.round(by * 86_400).astype("timedelta64[s]") for name, by in days.items()}
    return with_values(held, **{name: column(held, name).astype("datetime64[s]") + by for name, by in later.items()})


def with_values(held: pa.Table, **columns: Any) -> pa.Table:
    """The table with other values in some columns."""
    for name, values in columns.items():
        place = held.schema.get_field_index(name)
        field = held.schema.field(place)
        kind = pa.string() if pa.types.is_dictionary(field.type) else field.type
        array = pa.array(values, from_pandas=True, type=kind if not isinstance(values, np.ndarray) else None).cast(kind)
        if kind != field.type:
            array = array.dictionary_encode().cast(field.type)
        held = held.set_column(place, field, array)
    return held


def appended(held: pa.Table, new: pa.Table) -> pa.Table:
    """Rows of both, with one dictionary a column."""
    if not new.num_rows:
        return held
    return pa.concat_tables([held, new]).unify_dictionaries().combine_chunks()


def rows_of(held: pa.Table, key: str, wanted: np.ndarray) -> Ints:
    """Where each wanted key stands in a table that has them all."""
    keys = column(held, key).astype(np.int64)
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], np.nan_to_num(wanted.astype(np.float64)).astype(np.int64))
    return order[np.minimum(place, len(keys) - 1)]
