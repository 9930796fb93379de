"""From a change to files: which to add, which to take away, and as few as possible written again"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from medark.model.omop import lake_columns, person_column
from medark.model.table import Column
from medark.store.engine import Engine, Session, WrittenFile
from medark.store.lake.change import Append, Change, Replace, Upsert
from medark.store.lake.manifest import DataFile, Snapshot
from medark.store.lake.places import key_columns, sort_columns


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change does to a table's files."""

    add: tuple[WrittenFile, ...] = ()
    remove: tuple[DataFile, ...] = ()
    same_rows: bool = False


class Rewriter:
    """Makes new files from old ones: `base` says what there is, `folder` takes what is written. Use it with `with`."""

    def __init__(self, engine: Engine, base: Snapshot, folder: Path) -> None:
        self._engine, self._base, self._folder = engine, base, folder
        self._held = ExitStack()
        self._looking: Session | None = None  # where keys are looked for, table after table

    def __enter__(self) -> Rewriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()

    def plan(self, table: str, change: Change, arrived: Sequence[WrittenFile]) -> Plan:
        """The files that a change adds and removes."""
        match change:
            case Append():
                return Plan(tuple(arrived))
            case Replace(buckets=buckets):
                return Plan(tuple(arrived), tuple(self._base.data_files(table, buckets)))
            case Upsert(anywhere=anywhere, gone=gone):
                return self._upsert(table, arrived, anywhere or gone is not None, gone)

    def without_person(self, table: str, person_id: int, held: Collection[DataFile]) -> Plan:
        """The files of `held` again, without one person's rows."""
        person = person_column(table)
        return self._again(table, list(held), f'"{person}" IS DISTINCT FROM {int(person_id)}', self._nothing)

    def merged(self, table: str, files: Sequence[DataFile]) -> Plan:
        """Many files of one bucket as one, sorted."""
        with self._engine.session() as session:
            session.bind_parquet("old", self._paths(table, files), lake_columns(table))
            new = session.write_parquet("SELECT * FROM old", self._folder, order_by=sort_columns(table))
        bucket = files[0].bucket
        return Plan(tuple(WrittenFile(f.path, f.rows, f.bytes, bucket) for f in new), tuple(files), same_rows=True)

    def _upsert(self, table: str, arrived: Sequence[WrittenFile], anywhere: bool, gone: pa.Table | None) -> Plan:
        person = person_column(table)
        buckets = None if anywhere or person is None else {file.partition for file in arrived}
        old = self._base.data_files(table, {b for b in buckets if b is not None} if buckets is not None else None)
        if not old or not (arrived or gone):
            return Plan(tuple(arrived))
        keys = key_columns(table)
        # The person first: rows are sorted by it, so most of a file is never read for a small batch.
        match = keys if anywhere or person is None or person in keys else (person, *keys)
        columns = [c for c in lake_columns(table) if c.name in match]

        def bind_arrived(session: Session) -> None:
            session.bind_parquet("arrived", [file.path for file in arrived], columns)
            if gone is not None:
                session.bind_arrow("gone", gone)
                session.table("arrived", f"SELECT * FROM arrived UNION ALL SELECT {', '.join(match)} FROM gone")

        twin = f"EXISTS (SELECT 1 FROM arrived WHERE {' AND '.join(map(_same, columns))})"
        if self._looking is None:
            self._looking = self._held.enter_context(self._engine.session())
        bind_arrived(self._looking)
        self._looking.bind_parquet("old", self._paths(table, old), columns, file_number="file_no")
        hit = self._looking.query(f"SELECT DISTINCT file_no FROM old WHERE {twin}")
        held = [old[number] for number in sorted(hit.column("file_no").to_pylist())]
        rewritten = self._again(table, held, f"NOT {twin}", bind_arrived)
        return Plan((*arrived, *rewritten.add), rewritten.remove)

    def _again(self, table: str, held: list[DataFile], kept: str, prepare: Callable[[Session], None]) -> Plan:
        """Each file of `held` with only the rows that `kept` says: one core a file, all cores at once."""

        def survivors(file: DataFile) -> list[WrittenFile]:
            with self._engine.session() as session:
                prepare(session)
                session.bind_parquet("old", self._paths(table, [file]), lake_columns(table))
                sql = f"SELECT * FROM old WHERE {kept}"
                new = session.write_parquet(sql, self._folder, keep_order=True)
            return [WrittenFile(f.path, f.rows, f.bytes, file.bucket) for f in new]

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            new = [file for files in pool.map(survivors, held) for file in files]
        return Plan(tuple(new), tuple(held))

    def _paths(self, table: str, files: Sequence[DataFile]) -> list[Path]:
        return [self._base.places.data(table, file.path) for file in files]

    @staticmethod
    def _nothing(session: Session) -> None:
        """No further relation is needed."""


def _same(column: Column) -> str:
    operator = "=" if column.primary_key else "IS NOT DISTINCT FROM"
    return f'arrived."{column.name}" {operator} old."{column.name}"'
