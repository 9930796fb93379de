"""Audit entries of many requests at once: whoever comes while one commit is under way shares the next one"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from medark.model.audit import Act

Entry = tuple[Act, tuple[int, ...]]
_AT_ONCE: Final = 256


@dataclass(slots=True)
class _Waiting:
    entry: Entry
    woken: threading.Event = field(default_factory=threading.Event)
    is_over: bool = False
    error: Exception | None = None


class Writer:
    """`write` returns when the entry is on disk, and raises when it is not. One commit takes all that wait for it.

    A commit to disk takes milliseconds, however many entries are in it. Who comes first commits for those who came
    meanwhile, then hands on to one who waits: there is no thread of its own to start or to stop.
    """

    def __init__(self, commit: Callable[[Sequence[Entry]], object]) -> None:
        self._commit, self._lock = commit, threading.Lock()
        self._queue: list[_Waiting] = []
        self._busy = False

    def write(self, act: Act, people: tuple[int, ...]) -> None:
        """Write one entry about some people. StorageError or BusyError: it is not written, and nothing may be given."""
        mine = _Waiting((act, people))
        with self._lock:
            self._queue.append(mine)
            is_first, self._busy = not self._busy, True
        if not is_first:
            mine.woken.wait()
        if not mine.is_over:
            self._commit_waiting()
        if mine.error is not None:
            raise mine.error

    def _commit_waiting(self) -> None:
        with self._lock:
            taken, self._queue = self._queue[:_AT_ONCE], self._queue[_AT_ONCE:]
        try:
            self._commit([one.entry for one in taken])
        except Exception as error:
            for one in taken:
                one.error = error
        for one in taken:
            one.is_over = True
            one.woken.set()
        with self._lock:
            self._busy = bool(self._queue)
            if self._queue:
                self._queue[0].woken.set()  # it commits next
