"""Check now: all checks run while pages are shown, one run at a time in a process, and how far it is"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from medark.errors import MedarkError
from medark.flows.data_map.background import Freshening
from medark.flows.quality.check import check
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Stage

_KEPT: Final = "checking in the background"


@dataclass(slots=True)
class Going:
    """How far a run is: so many of so many scans of the stage that it is in; why the last one ended early."""

    done: int = 0
    total: int = 0
    is_going_on: bool = False
    failed: str = ""


class _Told:
    """Progress that writes down how far it is, and passes on."""

    def __init__(self, going: Going, until: Progress) -> None:
        self._going, self._until = going, until

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Stage]:
        self._going.done, self._going.total = 0, total or 0
        with self._until.stage(name, total, unit) as stage:
            self._stage = stage
            yield self

    def advance(self, n: int = 1) -> None:
        self._going.done += n
        self._stage.advance(n)


class _Checking:
    def __init__(self) -> None:
        self.work, self.going = Freshening(), Going()


def check_now(workspace: Workspace, by: str) -> None:
    """Begin to run all checks, unless that goes on already. AccessError as of `check`, at once."""
    must_steward(workspace, by, "quality checked")
    one = _of(workspace)

    def work(until: Progress) -> None:
        try:
            check(workspace, by, _Told(one.going, until))
        except MedarkError as error:
            one.going.failed = error.what

    if not one.work.is_going_on:
        one.going = Going()
        one.work.begin(work)


def how_far(workspace: Workspace) -> Going:
    """The run that goes on in this process, or how the last one ended."""
    one = _of(workspace)
    one.going.is_going_on = one.work.is_going_on
    return one.going


def wait(workspace: Workspace) -> None:
    """Until no check goes on in this process."""
    _of(workspace).work.wait()


def _of(workspace: Workspace) -> _Checking:
    if _KEPT not in workspace.kept:
        made = workspace.kept.setdefault(_KEPT, _Checking())
        workspace.held.callback(made.work.end)
    one: _Checking = workspace.kept[_KEPT]
    return one
