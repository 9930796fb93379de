"""One person's rows out of millions: the footers of the files, kept in mind, say where they lie"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.errors import StorageError
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, person_column
from medark.model.table import Type
from medark.store.lake.manifest import DataFile, Snapshot
from medark.store.lake.places import bucket_of, table_names

_DECODED = 64 << 20  # bytes of decoded row groups that are kept: small tables stay in memory whole


@dataclass(frozen=True, slots=True)
class _File:
    """An open data file: where each person's rows are, and which columns hold anything at all."""

    parquet: pq.ParquetFile
    filled: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]  # least and greatest person of each row group
    reading: Lock = field(default_factory=Lock)  # it can be read by one thread at a time

    def row_groups(self, person_id: int) -> list[int]:
        return [i for i, (least, greatest) in enumerate(self.ranges) if least <= person_id <= greatest]


@dataclass(frozen=True, slots=True)
class _Group:
    """A decoded row group. `people`: whose each row is, if they are in order, as in files that are sorted."""

    rows: pa.Table
    people: np.ndarray[Any, Any] | None

    def of(self, person: str, person_id: int) -> pa.Table:
        """A person's rows."""
        if self.people is None:
            return self.rows.filter(pc.equal(self.rows.column(person), pa.scalar(person_id, pa.int64())))
        first, end = (int(self.people.searchsorted(person_id, side)) for side in ("left", "right"))
        return self.rows.slice(first, end - first)


class PersonReader:
    """Reads one person's whole record, from any thread. What it keeps in mind is true for ever: files never change.

    Tables are decoded side by side, on all cores.
    """

    def __init__(self, decoded_bytes: int = _DECODED) -> None:
        self._files: dict[Path, _File] = {}
        self._decoded: OrderedDict[tuple[Path, int], _Group] = OrderedDict()
        self._room, self._lock = decoded_bytes, Lock()
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="record")

    def record(self, snapshot: Snapshot, person_id: int, only: Collection[str] | None = None) -> dict[str, pa.Table]:
        """All rows of one person, by table, with the columns of `lake_columns`; tables without any are left out.

        `only`: no other tables are looked at.
        """
        buckets = {bucket_of(person_id, snapshot.buckets)}
        held = {
            table: snapshot.files(table, buckets)
            for table in table_names()
            if person_column(table) and (only is None or table in only)
        }

        def rows_of(table: str) -> pa.Table | None:
            parts = [part for path in held[table] for part in self._rows(path, table, person_id) if part.num_rows]
            return _as_stored(table, parts) if parts else None

        wanted = [table for table, paths in held.items() if paths]
        due = [table for table in wanted if not self._is_decoded(held[table], person_id)]
        decoded = dict(zip(due, self._threads.map(rows_of, due), strict=True)) if len(due) > 1 else {}
        found = ((table, decoded[table] if table in decoded else rows_of(table)) for table in wanted)
        return {table: rows for table, rows in found if rows is not None}

    def _is_decoded(self, paths: Sequence[Path], person_id: int) -> bool:
        """Is all there that is needed? Then no other thread need be asked."""
        with self._lock:
            files = [(path, self._files.get(path)) for path in paths]
            return all(
                file is not None and all((path, group) in self._decoded for group in file.row_groups(person_id))
                for path, file in files
            )

    def holding(self, snapshot: Snapshot, table: str, person_id: int) -> list[DataFile]:
        """The files of a table that may hold rows of a person."""
        if person_column(table) is None:
            return []
        places, files = snapshot.places, snapshot.data_files(table, {bucket_of(person_id, snapshot.buckets)})
        return [
            file
            for file in files
            if any(part.num_rows for part in self._rows(places.data(table, file.path), table, person_id))
        ]

    def forget(self, but: Collection[Path] = ()) -> None:
        """Let go of all files but some: what was erased must not live on in memory once its last reader is done."""
        with self._lock:
            for path in [p for p in self._files if p not in but]:
                del self._files[path]
            for key in [k for k in self._decoded if k[0] not in but]:
                self._room += self._decoded.pop(key).rows.nbytes

    def _rows(self, path: Path, table: str, person_id: int) -> list[pa.Table]:
        person = person_column(table) or ""
        try:
            file = self._file(path, table, person)
            groups = [self._row_group(path, file, i, person) for i in file.row_groups(person_id)]
            return [group.of(person, person_id) for group in groups]
        except (OSError, pa.ArrowException):
            raise StorageError("a file of the lake can't be read", fix="medark rebuild", table=table) from None

    def _file(self, path: Path, table: str, person: str) -> _File:
        with self._lock:
            file = self._files.get(path)
            if file is None:
                file = self._files[path] = _opened(path, table, person)
            return file

    def _row_group(self, path: Path, file: _File, number: int, person: str) -> _Group:
        key = (path, number)
        with self._lock:
            if (found := self._decoded.get(key)) is not None:
                self._decoded.move_to_end(key)
                return found
        with file.reading:
            rows = file.parquet.read_row_group(number, columns=list(file.filled), use_threads=False)
        group = _Group(rows, _in_order(rows.column(person)))
        with self._lock:
            if key not in self._decoded and self._files.get(path) is file:
                self._decoded[key] = group
                self._room -= rows.nbytes
            while self._room < 0 and self._decoded:
                self._room += self._decoded.popitem(last=False)[1].rows.nbytes
        return group


def _opened(path: Path, table: str, person: str) -> _File:
    told = pq.read_metadata(path, memory_map=True)
    filled = _filled(told)
    # Texts repeat: as codes of a dictionary they take a fifth less time to read, and less room.
    texts = [name for name in filled if name in _texts(table)]
    parquet = pq.ParquetFile(path, metadata=told, memory_map=True, read_dictionary=texts)
    return _File(parquet, filled, _ranges(told, person))


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


@cache
def _texts(table: str) -> frozenset[str]:
    return frozenset(c.name for c in lake_columns(table) if c.type is Type.TEXT)


@cache
def _schema(table: str) -> pa.Schema:
    return arrow_schema(lake_columns(table))


def _as_stored(table: str, parts: Sequence[pa.Table]) -> pa.Table:
    whole = [pa.Table.from_arrays(_cells(table, part), schema=_schema(table)) for part in parts]
    return pa.concat_tables(whole) if len(whole) > 1 else whole[0]


def _cells(table: str, part: pa.Table) -> list[pa.Array | pa.ChunkedArray]:
    there = dict(zip(part.column_names, part.columns, strict=True))
    return [
        pa.nulls(part.num_rows, kind) if cells is None else cells if cells.type == kind else cells.cast(kind)
        for name, kind in _kinds(table)
        for cells in (there.get(name),)
    ]


@cache
def _kinds(table: str) -> tuple[tuple[str, pa.DataType], ...]:
    return tuple((field.name, field.type) for field in _schema(table))
