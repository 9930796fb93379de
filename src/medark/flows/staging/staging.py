"""Records staged by worker processes: some while others still land, the rest when they are wanted"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import chain, groupby, islice
from types import TracebackType

from medark.flows.staging.pool import Pool, warm
from medark.flows.staging.tasks import Portion, Task, stage_task, tasks
from medark.flows.staging.wire import Sent
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import has_reader
from medark.standardise.formats.reader import CHUNK_BYTES
from medark.store.landing import Landing

_AHEAD = 32  # tasks a worker may be ahead: it goes on while the engine works at a wave; their rows take some 100 MB
_WORTH_WORKERS = 8 << 20  # bytes

Wanted = tuple[RawRecord, int]  # a record, and the number of its chunks to leave out
_Begun = tuple[Task, Future[Sent]]


class Staging:
    """Stages records of one landing store in so many processes, or in this one where there is little to do.

    For the thread that made it. Leaving the context ends the processes.
    """

    def __init__(self, landing: Landing, workers: int) -> None:
        self._landing, self._workers = landing, workers
        self._pool: Pool | None = None
        self._expected, self._formats = 0, set[Format]()
        self._source: Source | None = None
        self._begun: list[_Begun] = []

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.close()

    def expect(self, format_: Format, size: int) -> None:
        """Such a record will land: once it is clear that workers will be wanted, they get ready."""
        if self._workers < 2 or not has_reader(format_):
            return
        before, self._expected = self._expected, self._expected + size
        self._formats.add(format_)
        if before < _WORTH_WORKERS <= self._expected:
            warm(self._formats)

    def begin(self, source: Source, records: Iterable[RawRecord]) -> None:
        """Have records staged that have landed and will be wanted, one after the other in this order.

        Those that would have to be cut here first are left for later, and all where workers are not worth it or are
        far ahead already.
        """
        if self._expected < _WORTH_WORKERS:
            return
        self._source = source
        for task in tasks(self._landing, ((record, 0) for record in records if record.size <= CHUNK_BYTES)):
            if len(self._begun) >= self._workers * _AHEAD:
                return
            self._begun.append((task, self._started().submit(task, source)))

    def portions(
        self, source: Source, wanted: Sequence[Wanted], meanwhile: Callable[[], None] | None = None
    ) -> Iterator[Portion]:
        """Staging rows of records, in order. `meanwhile` is called once, if workers have to be waited for."""
        every = self._every(source, wanted)
        first = list(islice(every, 2))
        if self._workers < 2 or (len(first) < 2 and self._pool is None):
            yield from (stage_task(task, source) for task, _ in chain(first, every))
        else:
            yield from self._in_processes(chain(first, every), source, meanwhile)

    def _in_processes(
        self, every: Iterator[tuple[Task, Future[Sent] | None]], source: Source, meanwhile: Callable[[], None] | None
    ) -> Iterator[Portion]:
        pool = self._started()
        under_way: deque[_Begun] = deque()
        for task, begun in every:
            under_way.append((task, begun or pool.submit(task, source)))
            if len(under_way) >= self._workers * _AHEAD:
                meanwhile = _waiting(under_way[0], meanwhile)
                yield pool.result(*under_way.popleft(), source)
        while under_way:
            meanwhile = _waiting(under_way[0], meanwhile)
            yield pool.result(*under_way.popleft(), source)

    def _every(self, source: Source, wanted: Sequence[Wanted]) -> Iterator[tuple[Task, Future[Sent] | None]]:
        """The tasks that make up what is wanted, each with what has begun of it."""
        begun = self._take(source, {record.record_no for record, skip in wanted if not skip})
        first = {each[0].record_nos[0]: each for each in begun}
        covered = {record_no for task, _ in begun for record_no in task.record_nos}
        for is_begun, some in groupby(wanted, key=lambda each: each[0].record_no in covered):
            if is_begun:
                yield from (first[record.record_no] for record, _ in some if record.record_no in first)
            else:
                yield from ((task, None) for task in tasks(self._landing, some))

    def _take(self, source: Source, whole: set[int]) -> list[_Begun]:
        """What was begun; but for what is no more wanted just so."""
        taken, self._begun = self._begun, []
        return [each for each in taken if source == self._source and whole.issuperset(each[0].record_nos)]

    def _started(self) -> Pool:
        if self._pool is None:
            self._pool = Pool(self._workers)
        return self._pool


def _waiting(first: _Begun, meanwhile: Callable[[], None] | None) -> Callable[[], None] | None:
    """Do what there is to do meanwhile, if one has to wait; gives what is left to do."""
    if meanwhile is None or first[1].done():
        return meanwhile
    meanwhile()
    return None
