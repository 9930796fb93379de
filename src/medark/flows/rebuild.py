"""The lake again from the landing store: the same code, the same order, the same rows"""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

from medark.errors import BusyError
from medark.flows.cdm_source import note_sources
from medark.flows.ingest.land import reconcile_everything
from medark.flows.ingest.standard import derive_due, standardise_batch
from medark.flows.staging.staging import Staging
from medark.flows.vocabulary import publish
from medark.flows.working import PATIENCE, working
from medark.flows.workspace import Places, Workspace
from medark.model.account import RebuildAccount
from medark.model.audit import Act
from medark.model.omop import tables
from medark.model.progress import Progress
from medark.store.durable import locked
from medark.store.engine import Engine
from medark.store.lake import Lake, Snapshot


def rebuild(workspace: Workspace, progress: Progress, engine: Engine | None = None) -> RebuildAccount:
    """Make a new lake beside the old one from every raw record, then let it take the old one's place.

    `engine` runs the standardising SQL (lookups, domains, gate, derived tables); the workspace's own if none is
    named. Files of the lake are put together by the workspace's own all the same.
    """
    with working(workspace):
        return _rebuild(workspace, progress, engine or workspace.engine)


def _rebuild(workspace: Workspace, progress: Progress, engine: Engine) -> RebuildAccount:
    started = time.monotonic()
    derive_due(workspace, progress)  # should the rebuild not come to its end, the old lake is whole
    before = _rows(workspace.lake.snapshot())
    _, fresh, _ = _lakes(workspace.places)
    shutil.rmtree(fresh, ignore_errors=True)
    beside = replace(workspace, lake=_beside(workspace, fresh), engine=engine)
    reconcile_everything(workspace)
    workspace.ledger.accounts.restart()
    records = 0
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        for batch in (b for b in workspace.ledger.batches.all() if b.ended_ms is not None):  # others are still landing
            records += standardise_batch(beside, batch, progress, staging)
    own = replace(beside, engine=workspace.engine)
    _read_notes(workspace, own, progress)
    publish(own)
    note_sources(own)
    _swap(workspace)
    for follow in workspace.follows:  # what was read anew may say more of who is who than when it came
        follow(workspace, progress)
    after = _rows(workspace.lake.snapshot())
    workspace.ledger.audit.add(Act("rebuild", detail={"records": records, "rows": sum(after.values())}))
    return RebuildAccount(records, before, after, time.monotonic() - started)


def _read_notes(workspace: Workspace, own: Workspace, progress: Progress) -> None:
    """Into the lake that was made anew, where notes were read before or are with every ingest."""
    from medark.flows.notes.due import notes_state  # the words are worth loading only here
    from medark.flows.notes.run import read_due

    if workspace.settings.notes.read_after_ingest or notes_state(workspace).read:
        read_due(own, progress)


def _beside(workspace: Workspace, fresh: Path) -> Lake:
    """An empty lake that goes on from the version that the old one has come to."""
    return Lake(fresh, workspace.engine, workspace.lake.buckets, after=workspace.lake.snapshot().version)


def finish_swap(places: Places) -> None:
    """What a rebuild left that was killed between taking the old lake away and putting the new one there."""
    lake, fresh, old = _lakes(places)
    if old.exists() and not lake.exists():
        with locked(places.root / "work.lock", PATIENCE):
            if not lake.exists():
                (fresh if fresh.exists() else old).replace(lake)


def _lakes(places: Places) -> tuple[Path, Path, Path]:
    return places.lake, places.root / "lake.new", places.root / "lake.old"


def _swap(workspace: Workspace) -> None:
    lake, fresh, old = _lakes(workspace.places)
    shutil.rmtree(old, ignore_errors=True)
    try:
        if lake.exists():
            lake.replace(old)
        if fresh.exists():
            fresh.replace(lake)
    except OSError as error:
        raise BusyError("the new lake can't take the old one's place", fix="close what reads it, try again") from error
    shutil.rmtree(old, ignore_errors=True)


def _rows(snapshot: Snapshot) -> dict[str, int]:
    return {table: snapshot.rows(table) for table in tables() if snapshot.rows(table)}
