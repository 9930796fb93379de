"""Rows of some people from many data files: footers say in which row groups they may lie, and only those are read"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.errors import StorageError
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns

PERSON = "person_id"
_AT_ONCE = 16  # row groups that are decoded before the rows of others are let go
_ANY = (-(1 << 63), (1 << 63) - 1)  # where a footer doesn't say
People = np.ndarray[Any, np.dtype[np.int64]]


def rows_of_people(
    table: str, files: Sequence[tuple[Path, People]], columns: Sequence[str], file_number: str
) -> pa.Table:
    """Rows in data files of a table, of some people (sorted) each, `columns`, NULL where a file lacks
    one, and under the name `file_number` the place of a row's file in `files`. StorageError where one can't be read.

    An engine that reads all files as one asks of every column where its values lie; this asks it of the people alone.
    """
    kinds = pa.schema([arrow_schema(lake_columns(table)).field(name) for name in columns])
    whole = kinds.append(pa.field(file_number, pa.int32()))

    def read(number: int) -> pa.Table:
        found = pa.concat_tables([kinds.empty_table(), *_of_file(*files[number], kinds)])
        return found.append_column(whole.field(file_number), pa.array([number] * len(found), pa.int32()))

    try:
        return pa.concat_tables([whole.empty_table(), *map(read, range(len(files)))])
    except (OSError, pa.ArrowException):
        raise StorageError("a file of the lake can't be read", fix="medark rebuild", table=table) from None


def _of_file(path: Path, people: People, kinds: pa.Schema) -> Iterator[pa.Table]:
    told = pq.read_metadata(path, memory_map=True)
    there = [name for name in kinds.names if name in told.schema.names]
    groups = _groups(told, people)
    with pq.ParquetFile(path, metadata=told, memory_map=True, pre_buffer=False) as file:
        for first in range(0, len(groups), _AT_ONCE):
            some = groups[first : first + _AT_ONCE]
            rows = file.read_row_groups(some, columns=[*{*there, PERSON}], use_threads=False)
            mine = rows.filter(pc.is_in(rows.column(PERSON), pa.array(people)))
            yield pa.table([_cells(mine, field) for field in kinds], schema=kinds)


def _groups(told: pq.FileMetaData, people: People) -> list[int]:
    """The row groups in which some of the people may have rows."""
    place = told.schema.names.index(PERSON)
    every = [told.row_group(number).column(place).statistics for number in range(told.num_row_groups)]
    ranges = [(one.min, one.max) if one is not None and one.has_min_max else _ANY for one in every]
    least, greatest = np.array(ranges, np.int64).reshape(-1, 2).T
    may_have = np.searchsorted(people, least) < np.searchsorted(people, greatest, "right")
    return [int(number) for number in np.flatnonzero(may_have)]


def _cells(rows: pa.Table, field: pa.Field) -> pa.Array | pa.ChunkedArray:
    if field.name not in rows.column_names:
        return pa.nulls(len(rows), field.type)
    found = rows.column(field.name)
    return found if found.type == field.type else found.cast(field.type)
