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


class PersonReader:
    """Reads one person's whole record, from any thread. What it keeps in mind is true for ever: files never change.

    Tables are decoded side by side, on all cores.
    """

    def __init__(self, decoded_bytes: int = _DECODED) -> None:
        self._files: dict[Path, _File] = {}
        self._decoded: OrderedDict[tuple[Path, int], pa.Table] = OrderedDict()
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
        found = zip(wanted, self._threads.map(rows_of, wanted), strict=True)
        return {table: rows for table, rows in found if rows is not None}

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
                self._room += self._decoded.pop(key).nbytes

    def _rows(self, path: Path, table: str, person_id: int) -> list[pa.Table]:
        person = person_column(table) or ""
        try:
            file = self._file(path, table, person)
            return [_slice(self._row_group(path, file, i), person, person_id) for i in file.row_groups(person_id)]
        except (OSError, pa.ArrowException):
            raise StorageError("a file of the lake can't be read", fix="medark rebuild", table=table) from None

    def _file(self, path: Path, table: str, person: str) -> _File:
        with self._lock:
            file = self._files.get(path)
            if file is None:
                file = self._files[path] = _opened(path, table, person)
            return file

    def _row_group(self, path: Path, file: _File, number: int) -> pa.Table:
        key = (path, number)
        with self._lock:
            if (rows := self._decoded.get(key)) is not None:
                self._decoded.move_to_end(key)
                return rows
        with file.reading:
            rows = file.parquet.read_row_group(number, columns=list(file.filled), use_threads=False)
        with self._lock:
            if key not in self._decoded and self._files.get(path) is file:
                self._decoded[key] = rows
                self._room -= rows.nbytes
            while self._room < 0 and self._decoded:
                self._room += self._decoded.popitem(last=False)[1].nbytes
        return rows


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


def _slice(rows: pa.Table, person: str, person_id: int) -> pa.Table:
    mine = pc.equal(rows.column(person), pa.scalar(person_id, pa.int64()))
    first, count = pc.index(mine, True).as_py(), pc.sum(mine).as_py() or 0
    if not count:
        return rows.slice(0, 0)
    together = rows.slice(first, count)
    # Sorted files have a person's rows in one run; should a file not be, this is slower and as right.
    return together if pc.all(mine.slice(first, count)).as_py() else rows.filter(mine)


@cache
def _texts(table: str) -> frozenset[str]:
    return frozenset(c.name for c in lake_columns(table) if c.type is Type.TEXT)


@cache
def _schema(table: str) -> pa.Schema:
    return arrow_schema(lake_columns(table))


def _as_stored(table: str, parts: Sequence[pa.Table]) -> pa.Table:
    whole = [pa.table(_cells(table, part), schema=_schema(table)) for part in parts]
    return pa.concat_tables(whole) if len(whole) > 1 else whole[0]


def _cells(table: str, part: pa.Table) -> list[pa.Array | pa.ChunkedArray]:
    there = set(part.column_names)
    return [
        part.column(f.name).cast(f.type) if f.name in there else pa.nulls(part.num_rows, f.type) for f in _schema(table)
    ]
