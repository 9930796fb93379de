"""The data judged by itself while a workspace is served: when something came or a day began, by whatever way it came"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final

import msgspec

from medark.errors import BusyError
from medark.flows.data_map.keeping import Keeping
from medark.flows.going import background
from medark.flows.quality.background import KIND
from medark.flows.quality.check import every_check
from medark.flows.quality.tasks import Turned, turned
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent
from medark.store.durable import locked

_SILENT: Final = Silent()
_FOLDER, _NAME = "quality", "by-itself-1.json"
_MINUTE_S: Final = 60.0


class _Judged(msgspec.Struct, frozen=True):
    """What there was when the data was judged by itself last; while it is equal, nothing is due."""

    version: int
    batches: int
    day: str
    vocabulary: str
    settings: str


def judge(workspace: Workspace, progress: Progress = _SILENT) -> Turned:
    """Run all checks; raise and close their tasks if settings want them."""
    verdicts = every_check(workspace, progress)
    return turned(workspace, verdicts) if workspace.settings.quality.tasks else Turned()


def judge_if_due(workspace: Workspace, progress: Progress = _SILENT) -> Turned | None:
    """The same if anything came, or a day began, since it was done last; None if not, or if another process does it."""
    keeping, now = Keeping(workspace, _FOLDER), _now(workspace)
    if keeping.told(_NAME, _Judged) == now:
        return None
    try:
        with locked(keeping.lock(), 0):
            done = judge(workspace, progress)
            keeping.put(_NAME, now)
            return done
    except BusyError:
        return None


class Schedule:
    """A thread that judges the data every so many minutes, as long as it is held open; none where settings say 0."""

    def __init__(self, workspace: Workspace, minutes: float | None = None) -> None:
        self._workspace = workspace
        self._seconds = _MINUTE_S * (workspace.settings.quality.check_every if minutes is None else minutes)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checks", daemon=True)

    def __enter__(self) -> Schedule:
        if self._seconds > 0:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_going_on(self) -> bool:
        """Will it judge by itself?"""
        return self._thread.is_alive()

    def _run(self) -> None:
        """In the place of who asks for it on a page: one run at a time, and the page says how far it is."""
        going = background(self._workspace, KIND)
        while not self._stop.wait(self._seconds):
            going.begin(lambda until: judge_if_due(self._workspace, until))


def _now(workspace: Workspace) -> _Judged:
    settings = workspace.settings
    return _Judged(
        workspace.lake.snapshot().version,
        sum(one.ended_ms is not None for one in workspace.ledger.batches.all()),
        str(workspace.today()),
        workspace.vocabulary.release,
        repr((sorted(settings.thresholds.items()), settings.quality.tasks)),
    )
