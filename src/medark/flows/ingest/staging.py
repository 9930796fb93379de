"""Raw records into staging rows: chunks cut here, staged in worker processes, in the order of arrival"""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.context
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import forkserver

import pyarrow as pa

from medark.errors import MedarkError
from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import reader_of
from medark.standardise.formats.staged import Staged, UnitCount, UnitIssue
from medark.store.landing import Landing

_TASK_BYTES = 2 << 20  # a worker gets about this much at once: enough to be worth sending
_TASK_CHUNKS = 500
_AHEAD = 12  # tasks a worker may be ahead of the wave


@dataclass(frozen=True, slots=True)
class Portion:
    """Staging rows of some whole chunks: how many chunks of which record, and which records are at their end."""

    tables: dict[str, pa.Table]
    chunks: dict[int, int]
    done: frozenset[int]

    @property
    def rows(self) -> int:
        """Staging rows in all."""
        return sum(table.num_rows for table in self.tables.values())

    @property
    def bytes(self) -> int:
        """Memory that the rows take."""
        return sum(table.nbytes for table in self.tables.values())


@dataclass(frozen=True, slots=True)
class _Task:
    format: Format
    chunks: tuple[Chunk, ...]


def portions(
    landing: Landing, source: Source, records: Iterable[tuple[RawRecord, int]], workers: int
) -> Iterator[Portion]:
    """Staging rows of records, each with the number of its chunks to leave out, in order.

    With `workers` > 1 and enough to do, chunks are staged in that many processes.
    """
    tasks = _tasks(landing, records)
    first = next(tasks, None)
    if first is None:
        return
    second = next(tasks, None)
    rest = _chain(second, tasks)
    if workers < 2 or second is None:
        for task in _chain(first, rest):
            yield _portion(task, stage_chunks(task.format, task.chunks, source))
        return
    yield from _in_processes(_chain(first, rest), source, workers)


def stage_chunks(format_: Format, chunks: tuple[Chunk, ...], source: Source) -> dict[str, pa.Table]:
    """Staging tables of chunks of one format. A reader that fails costs its chunk (quarantined), nothing else."""
    staged = Staged()
    for chunk in chunks:
        staged.extend(_stage(format_, chunk, source))
    return dict(staged.tables())


def _stage(format_: Format, chunk: Chunk, source: Source) -> Staged:
    if chunk.fault:
        return _failed(chunk, chunk.fault)
    try:
        return reader_of(format_).stage(chunk, source)
    except Exception as error:  # what a reader could not bear is quarantined; its neighbours go on
        return _failed(chunk, "the reader failed", type(error).__name__)


def _failed(chunk: Chunk, reason: str, place: str = "") -> Staged:
    staged = Staged()
    staged.add(UnitIssue(chunk.record_no, chunk.first_row_no, 0, outcome="quarantined", reason=reason, place=place))
    if chunk.last:
        staged.add(UnitCount(chunk.record_no, chunk.first_row_no, 0, unit="chunk", units=chunk.first_row_no + 1))
    return staged


def _tasks(landing: Landing, records: Iterable[tuple[RawRecord, int]]) -> Iterator[_Task]:
    """Chunks of one format, gathered until they are worth a message to a worker."""
    gathered: list[Chunk] = []
    size, current = 0, Format.UNKNOWN
    for record, skip in records:
        for chunk in _chunks(landing, record, skip):
            if gathered and (record.format is not current or size >= _TASK_BYTES or len(gathered) >= _TASK_CHUNKS):
                yield _Task(current, tuple(gathered))
                gathered, size = [], 0
            current = record.format
            gathered.append(chunk)
            size += len(chunk.content)
    if gathered:
        yield _Task(current, tuple(gathered))


def _chunks(landing: Landing, record: RawRecord, skip: int) -> Iterator[Chunk]:
    number = 0
    try:
        with landing.open(record) as content:
            for number, chunk in enumerate(reader_of(record.format).chunks(record, content), 1):
                if number > skip:
                    yield replace(chunk, name="")
    except MedarkError:
        raise
    except Exception:  # a file that can't even be cut is quarantined, the others go on
        if number >= skip:
            yield Chunk(record.record_no, b"", fault="the file can't be cut into units")


_PRELOADED = [__name__, "medark.standardise.formats.fhir", "medark.standardise.formats.hl7v2"]


def _context() -> multiprocessing.context.ForkServerContext:
    """Workers come from a server that has imported what most of them need: once, not once a worker."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def warm() -> None:
    """Start that server now, in the background, because there will be much to stage."""
    _context()
    forkserver.ensure_running()


def _collect_seldom() -> None:
    # Readers make many small values and no cycles: looking for some after every 700 costs a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


class _Pool:
    """Worker processes; when one dies under a chunk, the rest are replaced and the work goes on."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._context = _context()
        self._pool = self._new(workers)

    def submit(self, task: _Task, source: Source) -> Future[dict[str, pa.Table]]:
        try:
            return self._pool.submit(stage_chunks, task.format, task.chunks, source)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = self._new(self._workers)
            return self._pool.submit(stage_chunks, task.format, task.chunks, source)

    def one_by_one(self, task: _Task, source: Source) -> dict[str, pa.Table]:
        """Chunks that were on their way when a worker died, each in its own process: which one kills?"""
        staged: list[dict[str, pa.Table]] = []
        for chunk in task.chunks:
            with self._new(1) as pool:
                try:
                    staged.append(pool.submit(stage_chunks, task.format, (chunk,), source).result())
                except BrokenProcessPool:
                    staged.append(dict(_failed(chunk, "the reader died").tables()))
        names = {name for tables in staged for name in tables}
        return {name: pa.concat_tables([t[name] for t in staged if name in t]) for name in names}

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, mp_context=self._context, initializer=_collect_seldom)


def _in_processes(tasks: Iterator[_Task], source: Source, workers: int) -> Iterator[Portion]:
    under_way: deque[tuple[_Task, Future[dict[str, pa.Table]]]] = deque()
    pool = _Pool(workers)

    def oldest() -> Portion:
        task, future = under_way.popleft()
        try:
            return _portion(task, future.result())
        except BrokenProcessPool:
            return _portion(task, pool.one_by_one(task, source))

    try:
        for task in tasks:
            under_way.append((task, pool.submit(task, source)))
            if len(under_way) >= workers * _AHEAD:
                yield oldest()
        while under_way:
            yield oldest()
    finally:
        pool.close()


def _portion(task: _Task, tables: dict[str, pa.Table]) -> Portion:
    chunks: dict[int, int] = {}
    for chunk in task.chunks:
        chunks[chunk.record_no] = chunks.get(chunk.record_no, 0) + 1
    return Portion(tables, chunks, frozenset(chunk.record_no for chunk in task.chunks if chunk.last))


def _chain(first: _Task | None, rest: Iterator[_Task]) -> Iterator[_Task]:
    if first is not None:
        yield first
    yield from rest
