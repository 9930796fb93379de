"""Tables of counts added up: each combination of some columns as one number, the numbers sorted

The same as GROUP BY with sum, in a part of the time where there are nearly as many groups as rows. For what is coded
anew each time; rows of a table that come some at a time are counted by `tallies`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.places import Places

Codes = np.ndarray[Any, np.dtype[np.int64]]
AT_A_TIME = 1 << 17  # rows
_MOST_BITS, _NEAR = 62, 1 << 24


@dataclass(frozen=True, slots=True)
class Coding:
    """A column's values as whole numbers from 0 to `size` - 1, in their order; NULL, if it `has_null`, is 0.

    `values`: by code; None where values are numbers near each other, `scale` to the unit, and coded by their distance
    from `least`. `places`: of whole numbers, where the code of each lies.
    """

    kind: pa.DataType
    size: int
    has_null: bool
    values: pa.Array | None = None
    least: int = 0
    scale: int = 1
    places: Places | None = None

    def codes(self, column: pa.ChunkedArray | pa.Array) -> Codes:
        """The codes of values of this column."""
        array = _whole(column)
        if self.size == 1:
            return np.zeros(len(array), np.int64)
        if self.values is not None and self.places is None:
            found: Codes = pc.index_in(array, value_set=self.values).to_numpy(zero_copy_only=False).astype(np.int64)
            return found
        is_null = pc.is_null(array).to_numpy(zero_copy_only=False) if array.null_count else None
        numbers = (array.fill_null(0) if array.null_count else array).to_numpy()
        if self.places is not None:
            codes: Codes = self.places.at(numbers).astype(np.int64) + self.has_null
        else:
            if pa.types.is_floating(self.kind):
                numbers = np.rint(numbers * self.scale)
            codes = numbers.astype(np.int64)
            codes -= self.least - self.has_null
        if is_null is not None:
            codes[is_null] = 0
        return codes

    def told(self, codes: Codes) -> pa.Array:
        """The values of codes."""
        if self.values is not None:
            return self.values.take(pa.array(codes))
        numbers = codes + (self.least - self.has_null)
        told = numbers / self.scale if pa.types.is_floating(self.kind) else numbers
        return pa.array(told, mask=codes == 0 if self.has_null else None).cast(self.kind)


def coding(column: pa.ChunkedArray | pa.Array, is_dense: bool = True) -> Coding:
    """How a column is coded: numbers near each other by distance if `is_dense`, others by those that there are."""
    has_null = column.null_count > 0
    if pa.types.is_boolean(column.type):
        return Coding(column.type, 2 + has_null, has_null)
    is_whole = pa.types.is_integer(column.type)
    if column.null_count < len(column) and (is_whole or pa.types.is_float64(column.type)):
        ends = pc.min_max(column)
        least, most = ends["min"].as_py(), ends["max"].as_py()
        scale = 1 if is_whole else _decimals(column, least, most) if is_dense else 0
        if is_dense and scale and (most - least) * scale < _NEAR:
            first, last = round(least * scale), round(most * scale)
            return Coding(column.type, last - first + 1 + has_null, has_null, None, first, scale)
    there = pc.unique(column).drop_null()
    there = there.take(pc.sort_indices(there))
    places = Places(there.to_numpy()) if is_whole else None
    values = pa.concat_arrays([pa.nulls(int(has_null), column.type), there])
    return Coding(column.type, len(values), has_null, values, places=places)


def _decimals(column: pa.ChunkedArray | pa.Array, least: float, most: float) -> int:
    """What makes all of these numbers whole: 1, 10, 100 or 1000; 0 if none does."""
    if not (abs(least) < _NEAR and abs(most) < _NEAR):
        return 0
    if least == most:
        return next((scale for scale in (1, 10, 100, 1000) if round(least * scale) / scale == least), 0)
    scale = 1
    for array in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        numbers = array.drop_null().to_numpy()
        for start in range(0, len(numbers), AT_A_TIME):
            some = numbers[start : start + AT_A_TIME]
            while not (np.rint(some * scale) / scale == some).all():
                scale *= 10
                if scale > 1000:
                    return 0
    return scale


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.cast(pa.int8()) if pa.types.is_boolean(array.type) else array


def _packed(sizes: Sequence[int], columns: Sequence[Codes]) -> Codes:
    """One number for each row."""
    packed = np.zeros(len(columns[0]), np.int64)
    for size, codes in zip(sizes, columns, strict=True):
        packed *= size
        packed += codes
    return packed


def unpacked(packed: Codes, sizes: Sequence[int]) -> list[Codes]:
    """One number for each row as codes of columns with these sizes."""
    found: list[Codes] = []
    for size in sizes[:0:-1]:
        packed, code = np.divmod(packed, size) if size > 1 else (packed, np.zeros(len(packed), np.int64))
        found.insert(0, code)
    return [packed, *found]


def added(tables: Sequence[pa.Table], keys: Sequence[str], measures: Sequence[str]) -> pa.Table:
    """Each combination of `keys` once, in their order, with `measures` added up."""
    return pa.concat_tables([_added(rows, keys, measures) for rows in _by_first(tables, keys[0])])


def _by_first(tables: Sequence[pa.Table], key: str) -> Iterator[pa.Table]:
    """Rows of tables together, some at a time, if all are in the order of `key`: each time all that have some keys."""
    columns = [one[key] for one in tables]
    is_plain = all(pa.types.is_integer(one.type) and not one.null_count for one in columns)
    ordered = [one.to_numpy() for one in columns] if is_plain and sum(map(len, columns)) > AT_A_TIME else []
    if not ordered or not all((one[1:] >= one[:-1]).all() for one in ordered):
        yield pa.concat_tables(tables)
        return
    sample = np.sort(np.concatenate([one[:: AT_A_TIME // 64] for one in ordered]))
    cuts = np.unique(sample[::64])[1:]
    ends = [[0, *np.searchsorted(one, cuts), len(one)] for one in ordered]
    for place in range(len(cuts) + 1):
        parts = [one.slice(at[place], at[place + 1] - at[place]) for one, at in zip(tables, ends, strict=True)]
        yield pa.concat_tables(parts)


def _added(rows: pa.Table, keys: Sequence[str], measures: Sequence[str]) -> pa.Table:
    codings = [coding(rows[key]) for key in keys]
    sizes = [one.size for one in codings]
    if math.prod(sizes).bit_length() > _MOST_BITS:
        found = rows.group_by(list(keys)).aggregate([(name, "sum") for name in measures])
        return found.rename_columns({f"{name}_sum": name for name in measures}).select([*keys, *measures])
    packed = _packed(sizes, [one.codes(rows[key]) for key, one in zip(keys, codings, strict=True)])
    order = np.argsort(packed, kind="stable")  # parts that are sorted already are merged
    packed = packed[order]
    first = firsts(packed)
    codes = unpacked(packed[first], sizes)
    told = {key: one.told(some) for key, one, some in zip(keys, codings, codes, strict=True)}
    sums = {name: np.add.reduceat(rows[name].to_numpy()[order], first) if len(first) else packed for name in measures}
    return pa.table({**told, **sums})


def firsts(ordered: np.ndarray[Any, Any]) -> Codes:
    """Where each other value starts in what is sorted, or where the same at least lie together."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    is_first = np.empty(len(ordered), bool)
    is_first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def lengths(first: Codes, whole: int) -> Codes:
    """How many there are of each."""
    return np.diff(first, append=whole)
