"""A folder of anything into the workspace: landed first, then standardised; the account of both"""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

from medark.errors import SourceError
from medark.flows.ingest.land import land, reconcile
from medark.flows.ingest.standard import standardise_pending
from medark.flows.staging.memory import keep_freed
from medark.flows.staging.staging import Staging
from medark.flows.working import landing_of
from medark.flows.workspace import Workspace
from medark.model.account import IngestAccount
from medark.model.omop import tables
from medark.model.progress import Progress, Silent
from medark.model.source import OF_APP, Source
from medark.store.ledger import Batch

_SILENT = Silent()


def ingest(workspace: Workspace, folder: Path, source_name: str = "", progress: Progress = _SILENT) -> IngestAccount:
    """Take in a folder, a file or an archive, as from one source, and say how everything in it ended.

    `source_name` is `organisation/system` or one word; without one, the folder's own name. What has been accepted
    survives a kill: the same command goes on where it stopped. SourceError if there is nothing to read.
    """
    started = time.monotonic()
    if not folder.exists():
        raise SourceError("there is no such folder or file", fix="check the path", path=str(folder))
    source = _source(workspace, source_name or folder.resolve().stem)
    keep_freed()  # every file passes through here, and what workers say of it
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        with landing_of(workspace, source.name):
            batch = cut_off(workspace, source.name) or workspace.ledger.batches.begin(
                workspace.landing.next_batch(source.name), source.name
            )
            files = land(workspace, source, batch.batch_no, folder, progress, staging)
            reconcile(workspace, batch)
            workspace.ledger.batches.end(batch.batch_no, files)
        done = standardise_pending(workspace, progress, staging)
    return account(workspace, batch.batch_no, time.monotonic() - started, also=done)


def account(workspace: Workspace, batch_no: int, seconds: float = 0.0, *, also: Collection[int] = ()) -> IngestAccount:
    """How a batch ended. NotFoundError if there is none of this number.

    `also`: batches that were finished along with it, because an earlier ingest was cut off. Their units and rows count.
    """
    ledger = workspace.ledger
    batch = ledger.batches.one(batch_no)
    batches = sorted({batch_no, *also})
    order = list(tables())
    return IngestAccount(
        batch_no=batch_no,
        source=batch.source,
        files=batch.files,
        units=ledger.accounts.units_by_format(batches),
        tables=tuple(sorted(ledger.accounts.tables(batches), key=lambda t: order.index(t.table))),
        reasons=tuple(ledger.accounts.reasons(batches)),
        waiting=tuple(ledger.accounts.waiting(batches)),
        people=workspace.crosswalk.people_of(number for n in batches for number in ledger.records.of_batch(n)),
        seconds=seconds,
        open_codes=ledger.terms.open_of(batch.source),
        also=frozenset(batches) - {batch_no},
    )


def cut_off(workspace: Workspace, source: str) -> Batch | None:
    """The batch of a source whose process was killed while it landed: what comes now belongs to it."""
    return next((b for b in workspace.ledger.batches.all() if b.source == source and b.ended_ms is None), None)


def _source(workspace: Workspace, name: str) -> Source:
    """The source as the settings describe it, registered under its name."""
    if OF_APP in name:
        raise SourceError("such a name is for forms that applications keep", fix="north/lis", source=name)
    told = workspace.settings.sources.get(name)
    source = Source(
        name,
        time_zone=workspace.settings.source_zone(name),
        authorities=told.authorities if told else (),
        own_people=told.people if told else "",
    )
    workspace.landing.put_source(source)
    return source
