"""What parts' sums say, told beside the counting on threads of its own, and what tables say in sessions of its own"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import Empty, SimpleQueue
from types import TracebackType

from medark.flows.characterise.keeping import Results
from medark.store.engine import Engine, Session

_THREADS = 2


class Telling:
    """Work over sums alone, and over tables in sessions that have none of the lake's. Left, all of it is done.

    `threads`: those that it is done on, for other work: more threads than cores take turns, and that costs time.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._open = engine, ExitStack()
        self._free: SimpleQueue[Session] = SimpleQueue()
        self._begun: list[Future[Results]] = []
        self._beside: list[Future[None]] = []
        self.threads = ThreadPoolExecutor(_THREADS)

    def __enter__(self) -> Telling:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.threads.shutdown(cancel_futures=kind is not None)
        self._open.close()

    def begin(self, work: Callable[[], Results]) -> None:
        """Have it done when a thread is free."""
        self._begun.append(self.threads.submit(work))

    def begin_in_session(self, work: Callable[[Session], Results]) -> None:
        """The same in a session."""
        self._begun.append(self.threads.submit(self._done, work))

    def beside(self, work: Callable[[], None]) -> None:
        """The same of what has no results."""
        self._beside.append(self.threads.submit(work))

    def results(self) -> Iterator[Results]:
        """Of all that was begun, in that order, when all is done."""
        yield from (one.result() for one in self._begun)
        for one in self._beside:
            one.result()

    def _done(self, work: Callable[[Session], Results]) -> Results:
        try:
            session = self._free.get_nowait()
        except Empty:
            session = self._open.enter_context(self._engine.session())
        try:
            return work(session)
        finally:
            self._free.put(session)
