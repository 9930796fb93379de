"""Decisions of a page: kept at once, and the rows of the lake brought up to them while pages are shown"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from medark.flows.going import Going, background
from medark.flows.terms.decide import apply, note
from medark.flows.workspace import Workspace
from medark.model.progress import Progress
from medark.model.term import SourceTerm

_KIND: Final = "codes applied"
_WAIT: Final = "codes to be applied"


def decide_now(workspace: Workspace, by: str, decided: Sequence[SourceTerm]) -> None:
    """Keep what was decided; its rows follow, with those of decisions that were made meanwhile. Errors as of `note`."""
    note(workspace, by, decided)
    _waiting(workspace).extend((by, one) for one in decided)
    _go_on(workspace)


def how_far(workspace: Workspace) -> Going:
    """How far the rows are, or how that ended last."""
    _go_on(workspace)
    return background(workspace, _KIND).how_far()


def wait(workspace: Workspace) -> None:
    """Until no row is behind what was decided in this process."""
    while _waiting(workspace) or how_far(workspace).is_going_on:
        _go_on(workspace)
        background(workspace, _KIND).wait()


def _go_on(workspace: Workspace) -> None:
    if _waiting(workspace):
        background(workspace, _KIND).begin(lambda progress: _apply(workspace, progress))


def _apply(workspace: Workspace, progress: Progress) -> None:
    waiting = _waiting(workspace)
    while told := waiting[:]:
        del waiting[: len(told)]
        apply(workspace, told[-1][0], [one for _, one in told], progress)


def _waiting(workspace: Workspace) -> list[tuple[str, SourceTerm]]:
    found: list[tuple[str, SourceTerm]] = workspace.kept.setdefault(_WAIT, [])
    return found
