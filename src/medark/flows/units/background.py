"""Decisions of a page about units: kept at once, and the rows of the lake made again while pages are shown"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from medark.flows.going import Going, background
from medark.flows.units.decide import Key, fill_in, follow, keep, take_back
from medark.flows.workspace import Workspace
from medark.model.progress import Progress
from medark.model.unit_decision import UnitDecision

_KIND: Final = "units applied"
_WAIT: Final = "units to be applied"


def decide_now(workspace: Workspace, by: str, told: Iterable[UnitDecision]) -> None:
    """Keep what was decided; its rows follow. Errors as of `keep`."""
    keep(workspace, by, told)
    _begin(workspace)


def undo_now(workspace: Workspace, by: str, keys: Collection[Key]) -> None:
    """Take decisions back; rows follow. Errors as of `take_back`."""
    take_back(workspace, by, keys)
    _begin(workspace)


def fill_now(workspace: Workspace, by: str) -> int:
    """Fill in what is missing and clear, raise tasks for the rest; rows follow. Returns how many were filled in."""
    filled = fill_in(workspace, by)
    _begin(workspace)
    return filled


def how_far(workspace: Workspace) -> Going:
    """How far the rows are, or how that ended last."""
    _go_on(workspace)
    return background(workspace, _KIND).how_far()


def wait(workspace: Workspace) -> None:
    """Until no row is behind what was decided in this process."""
    while workspace.kept.get(_WAIT) or how_far(workspace).is_going_on:
        _go_on(workspace)
        background(workspace, _KIND).wait()


def _begin(workspace: Workspace) -> None:
    workspace.kept[_WAIT] = True
    _go_on(workspace)


def _go_on(workspace: Workspace) -> None:
    if workspace.kept.get(_WAIT):
        background(workspace, _KIND).begin(lambda progress: _follow(workspace, progress))


def _follow(workspace: Workspace, progress: Progress) -> None:
    while workspace.kept.pop(_WAIT, False):
        follow(workspace, progress)
