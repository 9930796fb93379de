"""Maps put in effect, or out of it, by a page: the rows follow while pages are shown"""

from __future__ import annotations

from typing import Final

from medark.errors import BusyError
from medark.flows.going import Going, background
from medark.flows.propose.approving import withdraw
from medark.flows.propose.proposing import propose
from medark.flows.propose.review import Review
from medark.flows.propose.tasks import raise_tasks
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.messages import N_

_KIND: Final = "maps approved"
_BUSY: Final = N_("another map is being brought into effect")


def approve_now(workspace: Workspace, source: str, by: str) -> None:
    """Begin to bring in what was accepted of a source. AccessError, at once; BusyError while that goes on."""
    must_steward(workspace, by, "map approved", source=source)
    if not background(workspace, _KIND).begin(lambda progress: Review(workspace, source, by).finish(progress)):
        raise BusyError(_BUSY, fix="wait until it is done", source=source)


def withdraw_now(workspace: Workspace, source: str, by: str, table: str) -> None:
    """Begin to take a table out of effect. Errors as above."""
    must_steward(workspace, by, "map withdrawn", source=source, table=table)
    if not background(workspace, _KIND).begin(lambda progress: withdraw(workspace, source, by, [table], progress)):
        raise BusyError(_BUSY, fix="wait until it is done", source=source)


def look_now(workspace: Workspace, source: str, by: str) -> None:
    """Begin to profile what is new of a source, with a task for each table that waits. Errors as above."""
    must_steward(workspace, by, "map proposed", source=source)
    if not background(workspace, _KIND).begin(lambda _: raise_tasks(workspace, propose(workspace, source))):
        raise BusyError(_BUSY, fix="wait until it is done", source=source)


def how_far(workspace: Workspace) -> Going:
    """How far that is, or how it ended last."""
    return background(workspace, _KIND).how_far()


def wait(workspace: Workspace) -> None:
    """Until none of it goes on in this process."""
    background(workspace, _KIND).wait()
