"""The catalog brought up to what a workspace has now: at once for a terminal, in the background for a page"""

from __future__ import annotations

from typing import Final

from medark.errors import MedarkError
from medark.flows.catalog.gathering import gathered
from medark.flows.catalog.keeping import Updated, opened, path_of, put, stamp_of
from medark.flows.catalog.occurrences import FOLDER, count, counted, everybodys
from medark.flows.data_map.keeping import Keeping
from medark.flows.data_map.sources import are_current, kept_sources, work_out_sources
from medark.flows.freshening import Freshening
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.progress import Progress, Silent
from medark.store.durable import locked

_SILENT: Final = Silent()
_KEPT: Final = "freshening of the catalog"
_WAIT_S: Final = 600.0


def bring_up_to_date(workspace: Workspace, reader: Reader, progress: Progress = _SILENT) -> Updated:
    """Count what a reader's tables hold where they changed, and index what is new. BusyError if another is at it."""
    with locked(Keeping(workspace, FOLDER).lock(), _WAIT_S):
        return _made(workspace, reader, progress)


def freshen(workspace: Workspace, reader: Reader) -> bool:
    """Have it brought up to date if it is not. True while that is going on."""
    going = _of(workspace)
    if not is_current(workspace, reader):
        going.begin(lambda until: _work(workspace, reader, until))
    return going.is_going_on


def wait(workspace: Workspace) -> None:
    """Until nothing is being made in this process."""
    _of(workspace).wait()


def is_current(workspace: Workspace, reader: Reader) -> bool:
    """Does the catalog have all that a reader may find now?"""
    index = opened(workspace)
    return index is not None and index.stamp == stamp_of(workspace) and not counted(workspace, reader).missing


def _of(workspace: Workspace) -> Freshening:
    if _KEPT not in workspace.kept:
        made = workspace.kept.setdefault(_KEPT, Freshening())
        workspace.held.callback(made.end)
    going: Freshening = workspace.kept[_KEPT]
    return going


def _work(workspace: Workspace, reader: Reader, progress: Progress) -> None:
    try:
        with locked(Keeping(workspace, FOLDER).lock(), 0):
            _made(workspace, reader, progress)
    except MedarkError:
        return  # another process is at it; a grant was taken back; the disk is full: the page shows what there is


def _made(workspace: Workspace, reader: Reader, progress: Progress) -> Updated:
    if not are_current(workspace, kept_sources(workspace)):
        work_out_sources(workspace)
    count(workspace, reader, progress)
    stamp = stamp_of(workspace)
    index = opened(workspace)
    if index is not None and index.stamp == stamp:
        return Updated(int(index.kinds.size), int(index.kinds.size), False, path_of(workspace).stat().st_size)
    with progress.stage("indexing", 1, "catalogs") as stage:
        made = put(workspace, gathered(workspace, *everybodys(workspace)), stamp)
        stage.advance(1)
    return made
