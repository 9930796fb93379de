"""A form into the landing store, and from there into the lake by the way that everything takes"""

from __future__ import annotations

from typing import Final

from medark.errors import BusyError
from medark.flows.ingest.ingest import cut_off
from medark.flows.ingest.land import reconcile
from medark.flows.ingest.standard import standardise_pending
from medark.flows.staging.staging import Staging
from medark.flows.working import landing_of
from medark.flows.workspace import Workspace
from medark.model.account import FileAccount
from medark.model.filed import FiledForm, raw
from medark.model.progress import Silent
from medark.model.record import Format
from medark.model.source import Source
from medark.store.landing import Arrival
from medark.store.ledger import RecordState

_PATIENCE: Final = 5.0  # seconds that whoever sent a form waits for another process that changes the lake


def land(workspace: Workspace, source: Source, form: FiledForm) -> bool:
    """Land a form: on return it is on disk. False if the very same was there already."""
    workspace.landing.put_source(source)
    content = raw(form)
    with landing_of(workspace, source.name):
        batch = cut_off(workspace, source.name) or workspace.ledger.batches.begin(
            workspace.landing.next_batch(source.name), source.name
        )
        arrival = Arrival(f"{form.app}/{form.page}.json", content, Format.ANSWERS)
        (landed,) = workspace.landing.put(source.name, batch.batch_no, [arrival])
        if landed.new:
            number = landed.record.record_no
            workspace.ledger.records.add([RecordState(number, batch.batch_no, Format.ANSWERS, "pending")])
        reconcile(workspace, batch)
        counted = FileAccount(1, int(landed.new), int(not landed.new), bytes=len(content))
        workspace.ledger.batches.end(batch.batch_no, counted)
    return landed.new


def take_in(workspace: Workspace) -> bool:
    """Have rows made of what has landed. False if another process is at work on the lake: then it, or the next one
    that takes something in, makes them.
    """
    with Staging(workspace.landing, 1) as staging:
        try:
            standardise_pending(workspace, Silent(), staging, _PATIENCE)
        except BusyError:
            return False
    return True
