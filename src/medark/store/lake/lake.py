"""The lake: commits over many tables at once, versions, erasure"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from medark.errors import UsageError, WorkspaceError
from medark.model.omop import BUCKET, person_column, tables
from medark.sql.render import plain
from medark.store.durable import disk, locked, make_folder, put_if_absent, sync_all
from medark.store.engine import Engine, Session, Writing, WrittenFile
from medark.store.lake import delta_log, manifest
from medark.store.lake.change import Change, Query, Rows
from medark.store.lake.delta_log import Step
from medark.store.lake.incoming import held_folder, sweep
from medark.store.lake.manifest import Commit, DataFile, Snapshot, TableState
from medark.store.lake.person import PersonReader
from medark.store.lake.places import Places, bucketed, relative_path, sort_columns, table_names
from medark.store.lake.rewrite import Plan, Rewriter

BUCKETS = 8
_LOGS_AT_ONCE = 16
_NONE = TableState(-1)


class Lake:
    """OMOP tables under `root`: Delta tables, bucketed by person, that change together or not at all.

    Readers never wait. Writers wait for each other at most `patience` seconds, then BusyError. `clock` gives
    seconds since 1970. Versions count from `after`: a lake that is to take another's place goes on from its number,
    so that whoever has the other open sees that it is another. WorkspaceError if the lake there has another number
    of buckets.
    """

    def __init__(
        self,
        root: Path,
        engine: Engine,
        buckets: int = BUCKETS,
        *,
        after: int = 0,
        patience: float = 120.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._places, self._engine, self._buckets = Places(root), engine, buckets
        self._patience, self._clock, self._after = patience, clock, after
        self._reader, self._latest = PersonReader(), Snapshot(self._places, after, buckets)
        sweep(self._places.incoming)  # what writers left that were killed
        found = self.snapshot()
        if found.buckets != buckets:
            raise WorkspaceError("the lake has another number of buckets", fix="medark rebuild", buckets=found.buckets)

    @property
    def buckets(self) -> int:
        """How many buckets people are spread over."""
        return self._buckets

    def snapshot(self, version: int | None = None) -> Snapshot:
        """The newest version, or one by number: NotFoundError if it is not (or no longer) there."""
        if version is not None:
            return manifest.read(self._places, version) if version else Snapshot(self._places, 0, self._buckets)
        found = manifest.numbers(self._places)
        if found and found[-1] != self._latest.version:
            self._latest = manifest.latest(self._places, self._buckets, self._after)
            self._reader.forget(but={path for table in self._latest.tables for path in self._latest.files(table)})
        return self._latest

    def history(self) -> list[Commit]:
        """The commits that are still kept, oldest first."""
        kept = [manifest.read(self._places, n) for n in manifest.numbers(self._places)]
        return [Commit(s.version, s.batch, s.committed_ms, {t: s.rows(t) for t in s.tables if s.rows(t)}) for s in kept]

    def write(self, session: Session, table: str, sql: str, folder: Path) -> list[WrittenFile]:
        """Rows as files for a commit that follows within the same `incoming()`, which gave `folder`.

        `sql` gives the columns of `lake_columns(table)` by name, in any order.
        """
        return session.write_all([self._writing(Query(session, sql), table, folder)])[0]

    def commit(self, changes: Mapping[str, Change], batch: str) -> Snapshot:
        """Make all changes at once. `batch` is the caller's name for it (never a person's).

        On return they are on disk. Killed before, nothing of them is ever seen.
        """
        if unknown := sorted(set(changes) - set(tables())):
            raise UsageError("no such table in the lake", fix="use OMOP's names", table=unknown[0])
        with self.incoming() as folder:
            arrived = self._arrived({table: change.rows for table, change in changes.items()}, folder)
            with self._committing() as base, Rewriter(self._engine, base, folder) as make:
                plans = {table: make.plan(table, change, arrived[table]) for table, change in changes.items()}
                return self._publish(base, plans, batch)

    def person_record(
        self, person_id: int, snapshot: Snapshot | None = None, only: Collection[str] | None = None
    ) -> dict[str, pa.Table]:
        """All rows of one person, by table (of some tables); those that say nothing of them are left out."""
        return self._reader.record(snapshot or self.snapshot(), person_id, only)

    def delete_person(self, person_id: int, batch: str) -> Snapshot:
        """A version without a person's rows. Earlier versions still have them: see `erase_person`."""
        with self.incoming() as folder, self._committing() as base:
            return self._without_person(base, person_id, batch, folder)

    def erase_person(self, person_id: int, batch: str = "erase") -> Snapshot:
        """Remove a person's rows from every table and every file. All earlier versions go with them."""
        with self.incoming() as folder, self._committing() as base:
            with disk():
                # If we are killed once the rows are out, the next writer does the rest.
                self._places.purge.unlink(missing_ok=True)
                put_if_absent(self._places.purge, str(base.version + 1).encode())
            after = self._without_person(base, person_id, batch, folder)
            self._purge()
            return after

    def compact(self, batch: str = "compact", min_files: int = 4) -> Snapshot:
        """One sorted file for each bucket that has `min_files` or more. Says the same rows."""
        with self.incoming() as folder, self._committing() as base, Rewriter(self._engine, base, folder) as make:
            plans = {}
            for table in base.tables:
                by_bucket = sorted(base.data_files(table), key=lambda f: f.bucket or 0)
                groups = [list(files) for _, files in groupby(by_bucket, key=lambda f: f.bucket)]
                merged = [make.merged(table, files) for files in groups if len(files) >= max(2, min_files)]
                if merged:
                    plans[table] = Plan(
                        tuple(file for plan in merged for file in plan.add),
                        tuple(file for plan in merged for file in plan.remove),
                        same_rows=True,
                    )
            return self._publish(base, plans, batch) if plans else base

    def vacuum(self, keep: int = 10, held: Collection[int] = ()) -> int:
        """Forget all but the newest `keep` versions and those `held`, and the files only they had. Returns the files
        removed.
        """
        with self._committing():
            old = manifest.numbers(self._places)[: -max(1, keep)]
            manifest.forget(self._places, [number for number in old if number not in held])
            return self._sweep()

    @contextmanager
    def _committing(self) -> Iterator[Snapshot]:
        """The lock, and the newest version with every table's log agreeing with it."""
        with disk():
            make_folder(self._places.versions)
        with locked(self._places.lock, self._patience):
            base = self._mended(manifest.latest(self._places, self._buckets, self._after))
            if self._places.purge.exists():
                self._finish_erasure(base)
            yield base

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A folder for new files, gone when the context is left; a sweep by others leaves it alone."""
        with held_folder(self._places.incoming) as folder:
            yield folder

    def _arrived(self, rows: Mapping[str, Rows], folder: Path) -> dict[str, Sequence[WrittenFile]]:
        """The files of each table: those that are there, and what queries give, a session's all at once."""
        arrived = {table: some for table, some in rows.items() if not isinstance(some, Query)}
        asked = {table: some for table, some in rows.items() if isinstance(some, Query)}
        for session in {id(query.session): query.session for query in asked.values()}.values():
            tables = [table for table, query in asked.items() if query.session is session]
            written = session.write_all([self._writing(asked[table], table, folder) for table in tables])
            arrived |= zip(tables, written, strict=True)
        return arrived

    def _writing(self, query: Query, table: str, folder: Path) -> Writing:
        sql = plain(bucketed(table, query.sql, self._buckets), query.session.dialect)
        partition_by = BUCKET if person_column(table) else None
        return Writing(sql, folder, partition_by, sort_columns(table), query.kept)

    def _mended(self, base: Snapshot) -> Snapshot:
        """Bring tables that a killed writer left ahead of the manifest back to it."""
        states = dict(base.tables)
        for table in table_names():
            state = states.get(table, _NONE)
            ahead = delta_log.head(self._places, table)
            if ahead == state.delta_version:
                continue
            states[table] = self._brought_back(table, state, ahead)
        return replace(base, tables=states)

    def _brought_back(self, table: str, state: TableState, ahead: int) -> TableState:
        wanted = {file.path: file for file in state.files}
        there = delta_log.files_at_head(self._places, table)
        step = Step(
            add=tuple(file for path, file in wanted.items() if path not in there),
            remove=tuple(DataFile(path, 0, 0, _bucket(path)) for path in sorted(there - set(wanted))),
        )
        if not (step.add or step.remove):
            return TableState(ahead, state.files)
        delta_log.append(self._places, table, ahead + 1, step, self._now_ms())
        return TableState(ahead + 1, state.files)

    def _publish(self, base: Snapshot, plans: Mapping[str, Plan], batch: str) -> Snapshot:
        """Files into place, then each table's log, then the manifest: the one moment at which all of it is seen."""
        every = {table: plans.get(table, Plan()) for table in table_names()}
        due = {t: plan for t, plan in every.items() if plan.add or plan.remove or t not in base.tables}
        added = self._placed({table: plan.add for table, plan in due.items()})

        def logged(table: str) -> TableState:
            state, plan = base.tables.get(table, _NONE), due[table]
            step = Step(added[table], plan.remove, plan.same_rows)
            delta_log.append(self._places, table, state.delta_version + 1, step, self._now_ms())
            files = (*delta_log.removed(state.files, plan.remove), *added[table])
            return TableState(state.delta_version + 1, files)

        with ThreadPoolExecutor(_LOGS_AT_ONCE) as threads:  # each waits for the disk several times
            states = {**base.tables, **dict(zip(due, threads.map(logged, due), strict=True))}
        after = Snapshot(self._places, base.version + 1, self._buckets, batch, self._now_ms(), states)
        manifest.write(after)
        return after

    def _placed(self, files: Mapping[str, Sequence[WrittenFile]]) -> dict[str, tuple[DataFile, ...]]:
        """New files of some tables under their final names, there after power loss."""
        placed: dict[str, list[DataFile]] = {table: [] for table in files}
        folders = set()
        with disk():
            sync_all(file.path for some in files.values() for file in some)
            for table, some in files.items():
                for file in some:
                    path = relative_path(table, file.path.name, file.partition)
                    target = self._places.data(table, path)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    folders |= {target.parent, self._places.table(table), self._places.root}
                    file.path.rename(target)
                    placed[table].append(DataFile(path, file.rows, file.bytes, file.partition))
            sync_all(folders)
        return {table: tuple(some) for table, some in placed.items()}

    def _without_person(self, base: Snapshot, person_id: int, batch: str, folder: Path) -> Snapshot:
        held = {table: self._reader.holding(base, table, person_id) for table in base.tables}
        with Rewriter(self._engine, base, folder) as make:
            plans = {table: make.without_person(table, person_id, files) for table, files in held.items() if files}
        return self._publish(base, plans, batch)

    def _finish_erasure(self, base: Snapshot) -> None:
        """What a writer killed in `erase_person` left to do: nothing, if it had not yet committed."""
        with disk():
            due = self._places.purge.read_bytes()
        if due.isdigit() and base.version >= int(due):
            self._purge()
        self._places.purge.unlink(missing_ok=True)

    def _purge(self) -> None:
        """Remove every version but the newest, and every file that is not of it."""
        manifest.forget(self._places, manifest.numbers(self._places)[:-1])
        self._sweep()
        self._reader.forget()
        with disk():
            self._places.purge.unlink(missing_ok=True)

    def _sweep(self) -> int:
        """Remove what no kept version names: data files, log entries, and what dead writers left."""
        kept = [manifest.read(self._places, n) for n in manifest.numbers(self._places)]
        gone = sum(self._sweep_data(table, kept) for table in table_names())  # first: it makes room on a full disk
        for table in table_names():
            oldest = next((s.tables[table] for s in kept if table in s.tables), None)
            if oldest is not None:
                delta_log.forget_before(self._places, table, oldest.delta_version)
        sweep(self._places.incoming)
        return gone

    def _sweep_data(self, table: str, kept: Sequence[Snapshot]) -> int:
        named = {path for snapshot in kept for path in snapshot.files(table)}
        with disk():
            unnamed = [path for path in self._places.data_files(table) if path not in named]
            for path in unnamed:
                path.unlink()
            sync_all({path.parent for path in unnamed})
        return len(unnamed)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _bucket(path: str) -> int | None:
    folder = path.partition("/")[0]
    return int(folder.removeprefix(f"{BUCKET}=")) if folder.startswith(f"{BUCKET}=") else None
