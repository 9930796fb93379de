"""Several worker processes that do the same: whoever asks gets one that is free"""

from __future__ import annotations

import queue
from typing import Final

from medark.errors import BusyError
from medark.flows.worker.process import WorkerProcess

_STARTING_S: Final = 10.0  # until it may be asked: on a machine with much to do, reading the library takes a while


class Workers:
    """Processes of one module, each of them begun when it is first needed.

    `seconds`: for an answer; a question waits three times as long for its turn. `most`: bytes of an answer. `busy`:
    what is said to whom it was too long. `renewed_after`: bytes of questions after which a process gives back what it
    remembers of them, by ending.
    """

    def __init__(
        self, module: str, *, processes: int, seconds: float, most: int, busy: str, renewed_after: int | None = None
    ) -> None:
        self._all = [WorkerProcess(module, most) for _ in range(processes)]
        self._free: queue.LifoQueue[WorkerProcess] = queue.LifoQueue()
        for one in self._all:
            self._free.put(one)
        self._seconds, self._busy, self._renewed_after = seconds, busy, renewed_after

    def ask(self, content: bytes) -> bytes:
        """The answer. BusyError when all of them are at work for long; errors else as of `WorkerProcess.ask`."""
        try:
            worker = self._free.get(timeout=3 * self._seconds)
        except queue.Empty:
            raise BusyError(self._busy, fix="try again") from None
        try:
            seconds = self._seconds
            if not worker.is_alive:
                worker.start()
                seconds += _STARTING_S
            answer = worker.ask(content, seconds)
            if self._renewed_after is not None and worker.told > self._renewed_after:
                worker.end()
            return answer
        finally:
            self._free.put(worker)

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes that there are now."""
        return [one.pid for one in self._all if one.pid is not None]

    def close(self) -> None:
        """End the processes."""
        for one in self._all:
            one.end()
