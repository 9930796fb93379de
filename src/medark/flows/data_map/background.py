"""What is missing of the map, worked out while pages are shown: one at a time on a machine, without anybody waiting"""

from __future__ import annotations

from typing import Final

from medark.errors import MedarkError
from medark.flows.data_map.keeping import Keeping
from medark.flows.data_map.seen import Seen, work_out
from medark.flows.data_map.sources import are_current, kept_sources, work_out_sources
from medark.flows.freshening import Freshening
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.progress import Progress
from medark.store.durable import locked

_KEPT: Final = "freshening of the map"


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


def _work(workspace: Workspace, reader: Reader, progress: Progress) -> None:
    try:
        with locked(Keeping(workspace).lock(), 0):
            if not are_current(workspace, kept_sources(workspace)):
                work_out_sources(workspace)
            work_out(workspace, reader, progress)
    except MedarkError:
        return  # another process is at it; a grant was taken back; the disk is full: the page shows what there is
