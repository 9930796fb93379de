"""Notes read by worker processes, or in this one where there is little to read"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType

import pyarrow as pa

from medark.standardise.notes import Lexicon, Name, read
from medark.standardise.notes.models import Finder, as_spans, finder_of
from medark.standardise.notes.rows import SCHEMA, SYSTEM, mention_rows
from medark.standardise.notes.tables import shipped_digest

_AT_ONCE = 200_000  # characters of a task
_WORTH_WORKERS = 4_000_000  # characters
_AHEAD = 4  # tasks a worker
NOTE = pa.field("note_id", pa.int64())

Notes = Sequence[tuple[int, str]]


def system_of(vocabulary: str, model: str) -> str:
    """nlp_system of what is read with a vocabulary (by digest) and a model: another may read the same otherwise."""
    finder = finder_of(model)
    with_model = f"; {finder.name} {finder.version}" if finder else ""
    return f"{SYSTEM} {shipped_digest()}+{vocabulary[:8]}{with_model}"[:250]


_here: tuple[Lexicon, Finder | None] | None = None


class Readers:
    """Read notes with one lexicon and, if the setting names one, a model. Leaving the context ends the processes."""

    def __init__(self, lexicon: Lexicon, names: Sequence[Name], model: str, workers: int) -> None:
        self._lexicon, self._names, self._model, self._workers = lexicon, tuple(names), model, workers
        self._finder = finder_of(model)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def mentions(self, notes: Notes) -> Iterator[tuple[int, pa.Table]]:
        """How many notes were read, and the mentions in them, portion by portion in the order of the notes."""
        if self._workers < 2 or sum(len(text) for _, text in notes) < _WORTH_WORKERS:
            yield from ((len(some), _read(some, self._lexicon, self._finder)) for some in _portions(notes))
            return
        under_way: deque[tuple[int, Future[pa.Table]]] = deque()
        for some in _portions(notes):
            under_way.append((len(some), self._started().submit(_work, some)))
            if len(under_way) > self._workers * _AHEAD:
                count, future = under_way.popleft()
                yield count, future.result()
        for count, future in under_way:
            yield count, future.result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver" if hasattr(multiprocessing, "forkserver") else "spawn")
            given = (self._names, self._model)
            self._pool = ProcessPoolExecutor(self._workers, context, initializer=_begin, initargs=given)
        return self._pool


def _portions(notes: Notes) -> Iterator[Notes]:
    some: list[tuple[int, str]] = []
    size = 0
    for note in notes:
        some.append(note)
        size += len(note[1])
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _begin(names: tuple[Name, ...], model: str) -> None:
    global _here
    _here = Lexicon(names) if names else Lexicon.shipped(), finder_of(model)


def _work(notes: Notes) -> pa.Table:
    assert _here is not None
    return _read(notes, *_here)


def _read(notes: Notes, lexicon: Lexicon, finder: Finder | None) -> pa.Table:
    texts = [text for _, text in notes]
    found = finder.find(texts) if finder else ([] for _ in texts)
    note_ids: list[int] = []
    rows = []
    for (note_id, text), given in zip(notes, found, strict=True):
        more = as_spans(given, finder) if finder else ()
        for row in mention_rows(read(text, lexicon, more), text):
            note_ids.append(note_id)
            rows.append(row)
    columns = list(zip(*rows, strict=True)) or [[] for _ in SCHEMA.names]
    table = pa.table([pa.array(c, t) for c, t in zip(columns, SCHEMA.types, strict=True)], schema=SCHEMA)
    return table.add_column(0, NOTE, pa.array(note_ids, pa.int64()))
