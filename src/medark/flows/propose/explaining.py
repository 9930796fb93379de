"""What an ingest leaves to be explained: proposed for, and brought in what one that was cut off left behind"""

from __future__ import annotations

from dataclasses import dataclass

from medark.flows.ingest.standard import standardise_pending
from medark.flows.propose import has_proposal, waiting_batches
from medark.flows.propose.approving import automatic
from medark.flows.propose.keeping import load
from medark.flows.propose.profiling import sound_tables
from medark.flows.propose.proposing import Proposal
from medark.flows.staging.staging import Staging
from medark.flows.terms.tasks import bring_up_to_date as ask_of_codes
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES

_SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Explained:
    """What is proposed for a source now. `batches`: earlier ones whose tables are told of with it first."""

    found: Proposal
    batches: frozenset[int]


def explain(workspace: Workspace, source: str, progress: Progress = _SILENT, *, asks: bool = False) -> Explained:
    """Propose for the tables of a source that wait, and put in effect what is sure (see `automatic`). Where the process
    is killed in the middle of that, the next call goes on.
    """
    late = frozenset() if has_proposal(workspace, source) else waiting_batches(workspace, source)
    found = automatic(workspace, source, progress, asks=asks)
    return Explained(found, late | resume(workspace, source, progress))


def resume(workspace: Workspace, source: str, progress: Progress = _SILENT) -> frozenset[int]:
    """Bring in records that wait though a map knows all of their tables by now. Returns their batches."""
    left = _left_behind(workspace, source)
    if left:
        workspace.ledger.records.reopen([record.record_no for record in left])
        with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
            standardise_pending(workspace, progress, staging)
        ask_of_codes(workspace, sources=[source])
    return frozenset(record.batch_no for record in left)


def _left_behind(workspace: Workspace, source: str) -> list[RawRecord]:
    waiting = {state.record_no for state in workspace.ledger.records.states("waiting")}
    if waiting:  # a table that only looks like one in effect is for a person to approve
        kept = load(workspace, source)
        waiting -= {n for name, mine in kept.records.items() if name not in kept.approvals for n in mine}
    mine = workspace.landing.records(source=source, formats=list(TABLES)) if waiting else ()
    return [record for record in mine if record.record_no in waiting and _is_known(workspace, record)]


def _is_known(workspace: Workspace, record: RawRecord) -> bool:
    tables = sound_tables(workspace, record)
    return bool(tables) and all(table.name for table in tables)
