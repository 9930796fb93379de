"""A thread that works out what pages are missing: one of its kind at a time, ended at its next step"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from medark.model.progress import Progress, Silent


class StoppedError(Exception):
    """The workspace is being closed: what is made is kept, the rest waits for the next page."""


class _Until(Silent):
    """Ends work at its next step once it is to stop."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def advance(self, n: int = 1) -> None:
        if self._stop.is_set():
            raise StoppedError


class Freshening:
    """One thread of a workspace at most. What fails is tried again when a page is asked for next."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._starting, self._stop = threading.Lock(), threading.Event()

    @property
    def is_going_on(self) -> bool:
        """Is something being worked out in this process?"""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, work: Callable[[Progress], None]) -> None:
        """Do some work, unless some goes on already. Its progress ends it once it is to stop."""
        with self._starting:
            if not self.is_going_on and not self._stop.is_set():
                told = (work, _Until(self._stop))
                self._thread = threading.Thread(target=_done, args=told, name="data map", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until what goes on has ended."""
        if self._thread is not None:
            self._thread.join()

    def end(self) -> None:
        """Begin nothing any more, and wait for the step that is at hand."""
        self._stop.set()
        self.wait()


def _done(work: Callable[[Progress], None], until: Progress) -> None:
    with suppress(StoppedError):
        work(until)
