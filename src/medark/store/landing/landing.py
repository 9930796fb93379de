"""The landing store: put, find, open, replace"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from uuid import uuid4

from medark.errors import NotFoundError, SourceError, UsageError
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.store.durable import disk, locked, make_folder
from medark.store.group_commit import GroupCommit
from medark.store.landing import erasure, orphans, sources
from medark.store.landing.accept import RECORD, Entry, accept, raw_record
from medark.store.landing.arrival import Arrival, Landed
from medark.store.landing.journal import Journal
from medark.store.landing.objects import STORE, Objects
from medark.store.landing.pack import ChangedWhileRead, Packed, identity, pack, pack_file
from medark.store.landing.packing import entries, groups
from medark.store.landing.reading import PackedRecord

_PAGE = 1000  # records a query


class Landing:
    """Raw records under `root`. For several threads and processes at once; close it, or use `with`.

    Writers wait for each other at most `patience` seconds, then BusyError. `clock` gives seconds since 1970.
    """

    def __init__(self, root: Path, *, clock: Callable[[], float] = time.time, patience: float = 120.0) -> None:
        with disk(STORE):
            make_folder(root)
            root.chmod(0o700)  # patients' data, as it came
            with locked(root / "lock", patience):
                self._journal = Journal(root / "journal.db", patience)
        self._objects = Objects(root, patience)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="landing")
        self._commits = GroupCommit[Entry, Landed](lambda some: accept(self._journal, self._objects, some, clock))
        self._clock, self._here = clock, threading.local()
        orphans.sweep(self._journal, self._objects)
        erasure.finish(self._journal, self._objects)

    def close(self) -> None:
        """Release its files and threads."""
        self._threads.shutdown()
        self._objects.close()
        self._journal.close()

    def __enter__(self) -> Landing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def put(self, source: str, batch_no: int, arrivals: Iterable[Arrival]) -> list[Landed]:
        """Land every arrival; on return all of them are on disk, in the order they came.

        A path whose file changes or goes away while it is read is not landed and not in the answer (`walk` tells
        of it when it goes on). StorageError when the disk is full: groups committed before stay, nothing is
        half there, and sending the same again lands the rest.
        """
        return [landed for group in self.put_groups(source, batch_no, arrivals) for landed in group]

    def put_groups(self, source: str, batch_no: int, arrivals: Iterable[Arrival]) -> Generator[list[Landed]]:
        """The same, group by group as they reach the disk. Close it if it is not asked for the last."""
        if not source or "\0" in source:
            raise SourceError("a source needs a name")
        for group in groups(entries(source, batch_no, arrivals, self._objects, self._known, self._threads)):
            yield self._commits.submit(group)

    def next_batch(self, source: str) -> int:
        """A batch number that nobody has had."""
        return sources.next_batch(self._journal, source, self._clock())

    def arrived(self, record: RawRecord) -> float:
        """When the record's batch began, in seconds since 1970: the same at every rebuild."""
        return sources.began(self._journal, record.source, record.batch_no)

    def arrivals(self, record_nos: Iterable[int]) -> dict[int, float]:
        """When each of some records arrived, as of `arrived`; those that there are not are left out."""
        return sources.arrivals(self._journal, record_nos)

    def record(self, record_no: int) -> RawRecord:
        """One record by number; size 0 and no name if it was erased. NotFoundError."""
        found = self._journal.rows(f"SELECT {RECORD} FROM current WHERE record_no = ?", (record_no,))
        if not found:
            raise NotFoundError("no such raw record", fix="medark raw list", record_no=record_no)
        return raw_record(found[0])

    def by_id(self, id_or_unique_prefix: str) -> RawRecord:
        """One record by its id or the beginning of it. NotFoundError; UsageError if several begin so."""
        prefix = id_or_unique_prefix.lower()
        if not prefix or len(prefix) > 64 or set(prefix) - set("0123456789abcdef"):
            raise UsageError("a record's id is 64 hex digits, or the first few of them")
        bounds = (bytes.fromhex(prefix.ljust(64, "0")), bytes.fromhex(prefix.ljust(64, "f")))
        found = self._journal.rows(f"SELECT {RECORD} FROM current WHERE id BETWEEN ? AND ? LIMIT 2", bounds)
        if not found:
            raise NotFoundError("no such raw record", fix="medark raw list")
        if len(found) > 1:
            raise UsageError("several raw records begin with these digits", fix="give more of them")
        return raw_record(found[0])

    def records(
        self, *, source: str | None = None, batch_no: int | None = None, formats: Collection[Format] | None = None
    ) -> Iterator[RawRecord]:
        """Records in record_no order, those that were erased whole left out. Others may be landed meanwhile."""
        wanted = ["record_no > ?", "digest IS NOT NULL"]
        values: list[object] = []
        for column, value in (("source", source), ("batch_no", batch_no)):
            if value is not None:
                wanted.append(f"{column} = ?")
                values.append(value)
        if formats is not None:
            wanted.append(f"format IN ({', '.join('?' * len(formats))})")
            values += [Format(f).value for f in formats]
        sql = f"SELECT {RECORD} FROM current WHERE {' AND '.join(wanted)} ORDER BY record_no LIMIT {_PAGE}"
        last = 0
        while page := self._journal.rows(sql, (last, *values)):
            yield from map(raw_record, page)
            last = page[-1][0]

    def origins(self, after: int = 0) -> list[tuple[int, int, str]]:
        """Runs of records of one source, in order: first record_no, last record_no, source; of those after a number.

        Erased ones count: rows that came from them are gone, and runs stay long.
        """
        return sources.runs(self._journal, after)

    def batches(self) -> list[tuple[str, int, float, int, int]]:
        """Batches with records: source, number, when it began in seconds since 1970, its first and last record_no."""
        return sources.batches(self._journal)

    def open(self, record: RawRecord) -> BinaryIO:
        """Exact bytes, decompressed. StorageError names the record when they are damaged.

        Up to 16 MiB they are checked first and seekable; larger content streams, and the error comes as it is read.
        NotFoundError for a record that was erased whole.
        """
        return self.packed(record).open()

    def packed(self, record: RawRecord) -> PackedRecord:
        """Where a record's content lies. NotFoundError for a record that was erased whole."""
        no = record.record_no
        found = self._journal.rows(
            "SELECT source, size, digest, object, replacement_no FROM current WHERE record_no = ?", (no,)
        )
        if not found or found[0][2] is None:
            raise NotFoundError("this raw record was erased" if found else "no such raw record", record_no=no)
        source, size, digest, name, replacement_no = found[0]
        if name is not None:
            return PackedRecord(no, size, source, digest, self._objects.path(name))
        return PackedRecord(no, size, source, digest, None, self._inline(no, replacement_no))

    def replace(
        self,
        record: RawRecord,
        content: bytes | Path | None,
        erased_rows: Collection[int] = (),
        *,
        forget_name: bool = False,
    ) -> None:
        """Erase: `content` takes the place of the record's bytes (None: nothing is kept, its name neither).

        On return the old bytes are gone from the disk; killed midway, the next `Landing` of this root does the
        rest. The record keeps its number and id, so what was erased never lands again. `forget_name`: the name
        told who it was about. SourceError if its file changes meanwhile.
        """
        new = None if content is None else self._packed_replacement(record.source, content)
        erasure.replace(self._journal, self._objects, record.record_no, new, erased_rows, forget_name)
        if not getattr(self._here, "erasing", False):
            erasure.finish(self._journal, self._objects)

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """Many `replace` of this thread: the old bytes of all of them are off the disk when the block is left.

        Each is as safe against being killed as one alone; the log is emptied once instead of once each.
        """
        self._here.erasing = True
        try:
            yield
        finally:
            self._here.erasing = False
            erasure.finish(self._journal, self._objects)

    def erased_rows(self, record_no: int) -> frozenset[int]:
        """The units that were erased from a record."""
        found = self._journal.rows("SELECT row_no FROM erased_row WHERE record_no = ?", (record_no,))
        return frozenset(row for (row,) in found)

    def erased_units(self, record_nos: Collection[int]) -> list[tuple[int, int]]:
        """The units that were erased from some records: record_no and row_no, in order."""
        found = self._journal.rows("SELECT record_no, row_no FROM erased_row ORDER BY record_no, row_no", ())
        return [(record_no, row_no) for record_no, row_no in found if record_no in record_nos]

    def put_source(self, source: Source) -> None:
        """Keep what is known of a source; a later word replaces an earlier one."""
        sources.put(self._journal, source)

    def source(self, name: str) -> Source:
        """A source that was put, or that a record came from. NotFoundError."""
        return sources.one(self._journal, name)

    def sources(self) -> list[Source]:
        """All sources by name."""
        return sources.every(self._journal)

    def _known(self, ids: list[bytes]) -> set[bytes]:
        """Those of `ids` that have landed; for those nothing need be compressed."""
        sql = f"SELECT id FROM record WHERE id IN ({', '.join('?' * len(ids))})"
        return {row[0] for row in self._journal.rows(sql, ids)}

    def _inline(self, record_no: int, replacement_no: int | None) -> bytes:
        table, column, number = (
            ("replacement", "replacement_no", replacement_no) if replacement_no else ("content", "record_no", record_no)
        )
        found = self._journal.rows(f"SELECT bytes FROM {table} WHERE {column} = ?", (number,))
        return bytes(found[0][0]) if found else b""

    def _packed_replacement(self, source: str, content: bytes | Path) -> Packed:
        suffix = f"-{uuid4().hex}"  # a file of its own, even if another record has the same content
        try:
            found = pack_file(source, content, self._objects, suffix) if isinstance(content, Path) else content
        except ChangedWhileRead:
            raise SourceError("the new content changed while it was read", fix="try again") from None
        return found if isinstance(found, Packed) else pack(identity(source, found), found, self._objects, suffix)
