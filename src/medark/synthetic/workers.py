"""Parts of the city made, and books closed, at the same time in several processes"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import TypeVar

from medark.errors import StorageError

Item = TypeVar("Item")
Result = TypeVar("Result")


def done(work: Callable[[Item], Result], todo: Sequence[Item], workers: int) -> Iterator[Result]:
    """What `work` gives for each item, when it is done. Whatever ends this early, Ctrl-C too, ends the processes at
    once.
    """
    if min(workers, len(todo)) <= 1:
        yield from map(work, todo)
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        for one in as_completed(_submitted(pool, work, todo)):
            yield one.result()
    except BrokenProcessPool as error:
        raise StorageError(
            "a process that made part of the city was ended from outside, most likely for want of memory",
            fix="use fewer processes: --workers 1",
        ) from error
    finally:
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        pool.shutdown(cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, work: Callable[[Item], Result], todo: Sequence[Item]) -> list[Future[Result]]:
    """Processes start here, and inherit that Ctrl-C is not for them: it goes to all who share the terminal."""
    with _without_interrupts():
        return [pool.submit(work, item) for item in todo]


@contextmanager
def _without_interrupts() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when whoever wants the city is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
