"""What could not be loaded: listed, shown, and tried again when its cause is mended"""

from __future__ import annotations

from medark.flows.ingest.standard import standardise_pending
from medark.flows.raw import must_steward, record
from medark.flows.staging.staging import Staging
from medark.flows.workspace import Workspace
from medark.model.account import ReasonCount, UnitAccount
from medark.model.progress import Progress
from medark.model.record import RawRecord
from medark.store.ledger import Quarantined


def reasons(workspace: Workspace, by: str) -> list[ReasonCount]:
    """Why units and rows did not load, most frequent first, over all batches. AccessError as of raw records."""
    must_steward(workspace, by, "quarantine listed")
    return workspace.ledger.accounts.reasons()


def listing(workspace: Workspace, by: str, named: str, limit: int = 1000) -> tuple[RawRecord, list[Quarantined]]:
    """A raw record and its units and rows in quarantine or not understood, the first `limit`. AccessError."""
    found = record(workspace, by, named, "quarantine shown")
    return found, workspace.ledger.quarantine.held(record_no=found.record_no, limit=limit)


def retry(workspace: Workspace, progress: Progress) -> UnitAccount:
    """Standardise again every record that has something in quarantine or waits for a map.

    Rows that loaded before keep their keys, so nothing is there twice. Returns how those records' units end now.
    """
    waiting = [state.record_no for state in workspace.ledger.records.states("waiting")]
    again = sorted({*waiting, *workspace.ledger.quarantine.records()})
    workspace.ledger.records.reopen(again)
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        standardise_pending(workspace, progress, staging)
    return workspace.ledger.accounts.units_of(again)
