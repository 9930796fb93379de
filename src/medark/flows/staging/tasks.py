"""Raw records into staging rows: small records whole, large ones cut into chunks, in the order of arrival"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from medark.errors import MedarkError
from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import reader_of
from medark.standardise.formats.reader import CHUNK_BYTES, TogetherReader
from medark.standardise.formats.staged import Staged, UnitCount, UnitIssue
from medark.store.landing import Landing, PackedRecord

_TASK_BYTES = 8 << 20  # a worker gets about this much at once: enough to be worth sending, and to make columns of
_TASK_ITEMS = 500


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


@dataclass(frozen=True, slots=True)
class Whole:
    """A small record: whoever stages it opens it, so that its bytes need not be sent."""

    record: RawRecord
    packed: PackedRecord


@dataclass(frozen=True, slots=True)
class Task:
    """Records and chunks of one format, in order, enough to be worth a message to a worker."""

    format: Format
    items: tuple[Whole | Chunk, ...]

    @property
    def record_nos(self) -> list[int]:
        """The records that it is about."""
        return [item.record_no if isinstance(item, Chunk) else item.record.record_no for item in self.items]


def tasks(landing: Landing, records: Iterable[tuple[RawRecord, int]]) -> Iterator[Task]:
    """Records as tasks, in order; each comes with the number of its chunks to leave out."""
    gathered: list[Whole | Chunk] = []
    size, current = 0, Format.UNKNOWN
    for record, skip in records:
        for item, weight in _items(landing, record, skip):
            if gathered and (record.format is not current or size >= _TASK_BYTES or len(gathered) >= _TASK_ITEMS):
                yield Task(current, tuple(gathered))
                gathered, size = [], 0
            current = record.format
            gathered.append(item)
            size += weight
    if gathered:
        yield Task(current, tuple(gathered))


def stage_task(task: Task, source: Source) -> Portion:
    """Staging rows of a task. A reader that fails costs its chunk (quarantined), nothing else."""
    chunks = [chunk for item in task.items for chunk in _chunks_of(item, task.format)]
    counts: dict[int, int] = {}
    for chunk in chunks:
        counts[chunk.record_no] = counts.get(chunk.record_no, 0) + 1
    tables = dict(_staged(task.format, chunks, source).tables())
    return Portion(tables, counts, frozenset(chunk.record_no for chunk in chunks if chunk.last))


def _staged(format_: Format, chunks: Sequence[Chunk], source: Source) -> Staged:
    reader = reader_of(format_)
    if len(chunks) > 1 and isinstance(reader, TogetherReader):
        try:
            return reader.stage_together(chunks, source)
        except Exception:  # one of them is at fault: one by one, it will be found
            pass
    staged = Staged()
    for chunk in chunks:
        staged.extend(_stage(format_, chunk, source))
    return staged


def stage_chunks(format_: Format, chunks: Sequence[Chunk], source: Source) -> dict[str, pa.Table]:
    """Staging tables of chunks of one format, in the same way."""
    return stage_task(Task(format_, tuple(chunks)), source).tables


def died(task: Task) -> Portion:
    """What is said of a task under which a worker process died: its only item is quarantined."""
    (item,) = task.items
    chunk = item if isinstance(item, Chunk) else Chunk(item.record.record_no, b"")
    failed = _failed(chunk, "the reader died")
    done = frozenset({chunk.record_no}) if chunk.last else frozenset[int]()
    return Portion(dict(failed.tables()), {chunk.record_no: 1}, done)


def joined(portions: Sequence[Portion]) -> Portion:
    """Portions as one, whichever columns each has."""
    names = {name for portion in portions for name in portion.tables}
    parts = {name: [portion.tables[name] for portion in portions if name in portion.tables] for name in names}
    tables = {name: pa.concat_tables(some, promote_options="default") for name, some in parts.items()}
    chunks: dict[int, int] = {}
    for portion in portions:
        for number, count in portion.chunks.items():
            chunks[number] = chunks.get(number, 0) + count
    return Portion(tables, chunks, frozenset().union(*(portion.done for portion in portions)))


def _items(landing: Landing, record: RawRecord, skip: int) -> Iterator[tuple[Whole | Chunk, int]]:
    """A record's items and what each weighs in bytes."""
    nameless = replace(record, name="")
    if record.size <= CHUNK_BYTES and not skip:
        yield Whole(nameless, landing.packed(record)), record.size
        return
    for number, chunk in enumerate(_cut(Whole(nameless, landing.packed(record)), record.format), 1):
        if number > skip:
            yield chunk, len(chunk.content)


def _chunks_of(item: Whole | Chunk, format_: Format) -> Iterator[Chunk]:
    if isinstance(item, Chunk):
        yield item
    else:
        yield from _cut(item, format_)


def _cut(whole: Whole, format_: Format) -> Iterator[Chunk]:
    try:
        with whole.packed.open() as content:
            yield from reader_of(format_).chunks(whole.record, content)
    except MedarkError:
        raise
    except Exception:  # a file that can't even be cut is quarantined, the others go on
        yield Chunk(whole.record.record_no, b"", fault="the file can't be cut into units")


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
