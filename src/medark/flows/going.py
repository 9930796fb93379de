"""Work that a page began: it goes on while pages are shown, one of its kind at a time, and says how far it is"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from medark.errors import MedarkError
from medark.flows.freshening import Freshening
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Stage


@dataclass(slots=True)
class Going:
    """How far work is: so much of so much of the stage that it is in; why the last one ended early."""

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


class Background:
    """One kind of work of a workspace, in this process."""

    def __init__(self) -> None:
        self._work, self._going = Freshening(), Going()

    def begin(self, work: Callable[[Progress], object]) -> bool:
        """Begin, unless some of its kind goes on already. What is wrong with it is told by `how_far`."""
        if self._work.is_going_on:
            return False
        going = self._going = Going()

        def told(until: Progress) -> None:
            try:
                work(_Told(going, until))
            except MedarkError as error:
                going.failed = error.what

        self._work.begin(told)
        return True

    def how_far(self) -> Going:
        """The work that goes on, or how the last one ended."""
        self._going.is_going_on = self._work.is_going_on
        return self._going

    def wait(self) -> None:
        """Until none of it goes on."""
        self._work.wait()

    def end(self) -> None:
        """Begin nothing any more."""
        self._work.end()


def background(workspace: Workspace, kind: str) -> Background:
    """The work of a kind, such as "checking", of a workspace in this process."""
    key = f"background: {kind}"
    if key not in workspace.kept:
        made = workspace.kept.setdefault(key, Background())
        workspace.held.callback(made.end)
    found: Background = workspace.kept[key]
    return found
