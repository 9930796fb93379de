"""Worker processes that stage tasks; one that dies under a task costs what killed it and nothing else"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import os
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, forkserver

from medark.flows.staging.arrow_alone import leave_pandas
from medark.flows.staging.memory import collect_seldom, keep_freed
from medark.flows.staging.tasks import Portion, Task, died, joined, stage_task
from medark.flows.staging.wire import Sent, received, sent
from medark.model.record import Format
from medark.model.source import Source
from medark.standardise.formats import package_of


def warm(formats: Iterable[Format]) -> None:
    """Start the server that workers come from now, in the background, because there will be much to stage.

    It imports what they need, the readers of `formats` too: once, not once a worker.
    """
    _context().set_forkserver_preload([__name__, *sorted({package_of(format_) for format_ in formats})])
    forkserver.ensure_running()


class Pool:
    """Worker processes; when one dies under a task, the rest are replaced and the work goes on."""

    def __init__(self, workers: int) -> None:
        self._workers, self._is_broken = workers, False
        self._context = _context()
        self._pool = self._new(workers)

    def submit(self, task: Task, source: Source) -> Future[Sent]:
        """Have a task staged: `result` waits for it."""
        try:
            return self._pool.submit(_work, task, source)
        except BrokenProcessPool:
            self._give_up()
            self._pool = self._new(self._workers)
            return self._pool.submit(_work, task, source)

    def result(self, task: Task, future: Future[Sent], source: Source) -> Portion:
        """What became of a task that was submitted."""
        try:
            return received(future.result())
        except BrokenProcessPool:
            self._is_broken = True
            return self._one_by_one(task, source)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        if self._is_broken:
            self._give_up()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _one_by_one(self, task: Task, source: Source) -> Portion:
        """A task that was on its way when a worker died, each item in a process of its own: which one kills?"""
        return joined([self._alone(Task(task.format, (item,)), source) for item in task.items])

    def _give_up(self) -> None:
        """End what a broken pool has left: a worker that it started while it broke would be waited for, for ever."""
        self._pool.shutdown(wait=False)
        for worker in multiprocessing.active_children():
            worker.kill()
        self._is_broken = False

    def _alone(self, task: Task, source: Source) -> Portion:
        with self._new(1) as pool:
            try:
                return received(pool.submit(_work, task, source).result())
            except BrokenProcessPool:
                return died(task)

    def _new(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, mp_context=self._context, initializer=_begin)


def _context() -> multiprocessing.context.ForkServerContext:
    return multiprocessing.get_context("forkserver")


def _work(task: Task, source: Source) -> Sent:
    return sent(stage_task(task, source))


def _begin() -> None:
    leave_pandas()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_seldom()
    keep_freed()


def _end_with_parent() -> None:
    """End when the process that wants the work is gone: a worker waits for tasks on a pipe that it holds itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
