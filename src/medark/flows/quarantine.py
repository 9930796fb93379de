"""What could not be loaded: listed, shown, and tried again when its cause is mended"""

from __future__ import annotations

from medark.flows.ingest.standard import standardise_pending
from medark.flows.staging.staging import Staging
from medark.flows.workspace import Workspace
from medark.model.account import ReasonCount, UnitAccount
from medark.model.progress import Progress
from medark.store.ledger import Quarantined


def reasons(workspace: Workspace) -> list[ReasonCount]:
    """Why units and rows did not load, most frequent first, over all batches."""
    return workspace.ledger.accounts.reasons()


def listing(workspace: Workspace, record_no: int | None = None, limit: int = 1000) -> list[Quarantined]:
    """Units and rows in quarantine or not understood: of one record or of all, the first `limit`."""
    return workspace.ledger.quarantine.held(record_no=record_no, limit=limit)


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
