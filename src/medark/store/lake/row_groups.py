"""A data file by its row groups: where each person's rows lie, and one group decoded"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, person_column
from medark.model.table import Type

_CODED = frozenset({"PLAIN_DICTIONARY", "RLE_DICTIONARY"})


@dataclass(frozen=True, slots=True)
class File:
    """An open data file: where each person's rows are, and which columns hold anything at all."""

    parquet: pq.ParquetFile
    filled: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]  # least and greatest person of each row group
    reading: Lock = field(default_factory=Lock)  # it can be read by one thread at a time

    def row_groups(self, person_id: int) -> list[int]:
        return [i for i, (least, greatest) in enumerate(self.ranges) if least <= person_id <= greatest]


@dataclass(frozen=True, slots=True)
class Group:
    """A decoded row group, with all columns that the lake has; texts that repeat are codes of a dictionary.

    `people`: whose each row is, if they are in order, as in files that are sorted. `coded`: the places of those texts.
    `bytes`: what it takes.
    """

    rows: pa.Table
    people: np.ndarray[Any, Any] | None
    coded: tuple[int, ...]
    bytes: int

    def of(self, table: str, person_id: int) -> pa.Table:
        """A person's rows, as the lake's schema has them."""
        found = self._of(table, person_id)
        for place in self.coded if found.num_rows else ():
            field = _schema(table).field(place)
            found = found.set_column(place, field, found.column(place).cast(field.type))
        return found

    def _of(self, table: str, person_id: int) -> pa.Table:
        if self.people is None:
            people = self.rows.column(person_column(table) or "")
            return self.rows.filter(pc.equal(people, pa.scalar(person_id, pa.int64())))
        first, end = (int(self.people.searchsorted(person_id, side)) for side in ("left", "right"))
        return self.rows.slice(first, end - first)


def opened(path: Path, table: str) -> File:
    """A file of a table that has people."""
    told = pq.read_metadata(path, memory_map=True)
    filled = _filled(told)
    # As codes of a dictionary texts take less time to read, and less room, if the file has them so.
    coded = _texts(table) & _coded(told)
    texts = [name for name in filled if name in coded]
    parquet = pq.ParquetFile(path, metadata=told, memory_map=True, pre_buffer=False, read_dictionary=texts)
    return File(parquet, filled, _ranges(told, person_column(table) or ""))


def alike(path: Path, names: Collection[str]) -> dict[str, int | None]:
    """Columns of some in which all rows of a file have no value, None, or the same whole number: its footer says so."""
    metadata = pq.read_metadata(path, memory_map=True)
    there = {name: place for place, name in enumerate(metadata.schema.names) if name in names}
    found = {name: _only(metadata, place) for name, place in there.items()}
    nothing: dict[str, int | None] = {name: None for name in names if name not in there}
    return nothing | {name: of[0] for name, of in found.items() if of}


def _only(metadata: pq.FileMetaData, place: int) -> tuple[int | None] | None:
    """What all rows have in a column; None if that is not the same."""
    found: tuple[int | None] | None = None
    for number in range(metadata.num_row_groups):
        chunk = metadata.row_group(number).column(place)
        if (one := _only_of(chunk)) is None or one != (found or one):
            return None
        found = one
    return found


def _only_of(chunk: pq.ColumnChunkMetaData) -> tuple[int | None] | None:
    told = chunk.statistics
    if told is None or not told.has_null_count:
        return None
    if told.null_count == chunk.num_values:
        return (None,)
    is_one = not told.null_count and told.has_min_max and isinstance(told.min, int) and told.min == told.max
    return (told.min,) if is_one else None


def _filled(metadata: pq.FileMetaData) -> tuple[str, ...]:
    """Columns with a value somewhere: reading one that has none costs as much as any other."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    return tuple(
        metadata.schema.column(c).name
        for c in range(metadata.num_columns)
        if any(_has_value(group.column(c)) for group in groups)
    )


def _has_value(chunk: pq.ColumnChunkMetaData) -> bool:
    told = chunk.statistics
    return told is None or not told.has_null_count or told.null_count < chunk.num_values


def _ranges(metadata: pq.FileMetaData, person: str) -> tuple[tuple[int, int], ...]:
    column = metadata.schema.names.index(person)
    ranges = []
    for i in range(metadata.num_row_groups):
        told = metadata.row_group(i).column(column).statistics
        known = told is not None and told.has_min_max
        ranges.append((told.min, told.max) if known else (-(1 << 63), (1 << 63) - 1))
    return tuple(ranges)


def _in_order(people: pa.ChunkedArray) -> np.ndarray[Any, Any] | None:
    """Whose rows they are, if each person's are together and in order."""
    if people.null_count:
        return None
    found = people.to_numpy()
    return found if bool((found[:-1] <= found[1:]).all()) else None


def _coded(metadata: pq.FileMetaData) -> frozenset[str]:
    """Columns that are written as codes of a dictionary, to judge by the first row group."""
    group = metadata.row_group(0) if metadata.num_row_groups else None
    chunks = [group.column(c) for c in range(group.num_columns)] if group else []
    return frozenset(chunk.path_in_schema for chunk in chunks if not _CODED.isdisjoint(chunk.encodings))


@cache
def _texts(table: str) -> frozenset[str]:
    return frozenset(c.name for c in lake_columns(table) if c.type is Type.TEXT)


@cache
def _schema(table: str) -> pa.Schema:
    return arrow_schema(lake_columns(table))


def decoded(table: str, rows: pa.Table) -> Group:
    """Columns that were read, with those that hold nothing, in the order of their table."""
    there = dict(zip(rows.column_names, rows.columns, strict=True))
    cells = [_cells(there.get(field.name), field.type, rows.num_rows) for field in _schema(table)]
    coded = tuple(place for place, one in enumerate(cells) if pa.types.is_dictionary(one.type))
    kinds = [(name, one.type) for name, one in zip(_schema(table).names, cells, strict=True)]
    whole = pa.Table.from_arrays(cells, schema=pa.schema(kinds) if coded else _schema(table))
    return Group(whole, _in_order(rows.column(person_column(table) or "")), coded, rows.nbytes)


def _cells(cells: pa.ChunkedArray | None, kind: pa.DataType, length: int) -> pa.Array | pa.ChunkedArray:
    if cells is None:
        return _nulls(length, kind)
    return cells if cells.type == kind or pa.types.is_dictionary(cells.type) else cells.cast(kind)


@lru_cache(200)
def _nulls(length: int, kind: pa.DataType) -> pa.Array:
    """A column of nothing: most row groups are equally long, and share it."""
    return pa.nulls(length, kind)
