"""One person's rows out of millions: the footers of the files, kept in mind, say where they lie"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock

import pyarrow as pa

from medark.errors import StorageError
from medark.model.omop import person_column
from medark.store.lake.manifest import DataFile, Snapshot
from medark.store.lake.places import bucket_of, table_names
from medark.store.lake.row_groups import File, Group, decoded, opened

_DECODED = 192 << 20  # bytes of decoded row groups that are kept: small tables stay in memory whole


class PersonReader:
    """Reads one person's whole record, from any thread. What it keeps in mind is true for ever: files never change.

    Tables are decoded side by side, on all cores.
    """

    def __init__(self, decoded_bytes: int = _DECODED) -> None:
        self._files: dict[Path, File] = {}
        self._decoded: OrderedDict[tuple[Path, int], Group] = OrderedDict()
        self._room, self._lock = decoded_bytes, Lock()
        self._paths: tuple[Snapshot | None, dict[tuple[str, int], list[Path]]] = (None, {})
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="record")

    def record(self, snapshot: Snapshot, person_id: int, only: Collection[str] | None = None) -> dict[str, pa.Table]:
        """All rows of one person, by table, with the columns of `lake_columns`; tables without any are left out.

        `only`: no other tables are looked at.
        """
        bucket = bucket_of(person_id, snapshot.buckets)
        held = {table: self._files_of(snapshot, table, bucket) for table in _peoples() if only is None or table in only}

        def rows_of(table: str) -> pa.Table | None:
            parts = [part for path in held[table] for part in self._rows(path, table, person_id) if part.num_rows]
            return pa.concat_tables(parts) if len(parts) > 1 else parts[0] if parts else None

        wanted = [table for table, paths in held.items() if paths]
        due = [table for table in wanted if not self._is_decoded(held[table], person_id)]
        read = dict(zip(due, self._threads.map(rows_of, due), strict=True)) if len(due) > 1 else {}
        found = ((table, read[table] if table in read else rows_of(table)) for table in wanted)
        return {table: rows for table, rows in found if rows is not None}

    def _files_of(self, snapshot: Snapshot, table: str, bucket: int) -> list[Path]:
        """The files of a bucket, looked for once in each version."""
        version, known = self._paths
        if version is not snapshot:
            version, known = self._paths = (snapshot, {})
        found = known.get((table, bucket))
        if found is None:
            found = known[table, bucket] = snapshot.files(table, {bucket})
        return found

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
                self._room += self._decoded.pop(key).bytes

    def _rows(self, path: Path, table: str, person_id: int) -> list[pa.Table]:
        try:
            file = self._file(path, table)
            groups = [self._row_group(path, file, i, table) for i in file.row_groups(person_id)]
            return [group.of(table, person_id) for group in groups]
        except (OSError, pa.ArrowException):
            raise StorageError("a file of the lake can't be read", fix="medark rebuild", table=table) from None

    def _file(self, path: Path, table: str) -> File:
        with self._lock:
            file = self._files.get(path)
            if file is None:
                file = self._files[path] = opened(path, table)
            return file

    def _row_group(self, path: Path, file: File, number: int, table: str) -> Group:
        key = (path, number)
        with self._lock:
            if (found := self._decoded.get(key)) is not None:
                self._decoded.move_to_end(key)
                return found
        with file.reading:
            rows = file.parquet.read_row_group(number, columns=list(file.filled), use_threads=False)
        group = decoded(table, rows)
        with self._lock:
            if key not in self._decoded and self._files.get(path) is file:
                self._decoded[key] = group
                self._room -= group.bytes
            while self._room < 0 and self._decoded:
                self._room += self._decoded.popitem(last=False)[1].bytes
        return group


@cache
def _peoples() -> tuple[str, ...]:
    """The tables that have people."""
    return tuple(table for table in table_names() if person_column(table))
