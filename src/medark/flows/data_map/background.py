"""What is missing of the map, worked out while pages are shown: one at a time on a machine, without anybody waiting"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from medark.errors import MedarkError
from medark.flows.data_map.keeping import Keeping
from medark.flows.data_map.seen import Seen, work_out
from medark.flows.data_map.sources import are_current, kept_sources, work_out_sources
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.progress import Progress, Silent
from medark.store.durable import locked

_KEPT: Final = "freshening of the map"


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


def freshen(workspace: Workspace, reader: Reader, found: Seen) -> bool:
    """Have what is missing worked out, if anything is. True while that is going on."""
    going = _of(workspace)
    if found.missing or not are_current(workspace, kept_sources(workspace)):
        going.begin(lambda until: _work(workspace, reader, until))
    return going.is_going_on


def wait(workspace: Workspace) -> None:
    """Until nothing is being worked out in this process."""
    _of(workspace).wait()


def _of(workspace: Workspace) -> Freshening:
    if _KEPT not in workspace.kept:
        made = workspace.kept.setdefault(_KEPT, Freshening())
        workspace.held.callback(made.end)
    going: Freshening = workspace.kept[_KEPT]
    return going


def _done(work: Callable[[Progress], None], until: Progress) -> None:
    with suppress(StoppedError):
        work(until)


def _work(workspace: Workspace, reader: Reader, progress: Progress) -> None:
    try:
        with locked(Keeping(workspace).lock(), 0):
            if not are_current(workspace, kept_sources(workspace)):
                work_out_sources(workspace)
            work_out(workspace, reader, progress)
    except MedarkError:
        return  # another process is at it; a grant was taken back; the disk is full: the page shows what there is
