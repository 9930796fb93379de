"""Check now: all checks run while pages are shown, one run at a time in a process, and how far it is"""

from __future__ import annotations

from typing import Final

from medark.flows.going import Going, background
from medark.flows.quality.check import check
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace

KIND: Final = "checking"


def check_now(workspace: Workspace, by: str) -> None:
    """Begin to run all checks, unless that goes on already. AccessError as of `check`, at once."""
    must_steward(workspace, by, "quality checked")
    background(workspace, KIND).begin(lambda progress: check(workspace, by, progress))


def how_far(workspace: Workspace) -> Going:
    """The run that goes on in this process, or how the last one ended."""
    return background(workspace, KIND).how_far()


def wait(workspace: Workspace) -> None:
    """Until no check goes on in this process."""
    background(workspace, KIND).wait()
