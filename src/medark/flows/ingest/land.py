"""Everything in a folder into the landing store, and an account of its files"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

from medark.acquire.files import Refused, walk
from medark.flows.ingest.order import keeps_its_place
from medark.flows.staging.staging import Staging
from medark.flows.workspace import Workspace
from medark.model.account import FileAccount
from medark.model.progress import Progress
from medark.model.record import RawRecord
from medark.model.source import Source
from medark.standardise.formats import has_reader
from medark.store.landing import Arrival, Landed
from medark.store.ledger import Batch, RecordState

_GROUP = 1000  # records in one write
_SHOWN = 1000  # records of a batch that had been sent before, of which it is noted which they are


@dataclass(slots=True)
class _Counts:
    landed: int = 0
    already: int = 0
    bytes: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def account(self) -> FileAccount:
        found = self.landed + self.already + len(self.refused)
        return FileAccount(found, self.landed, self.already, tuple(self.refused), self.bytes)


def land(
    workspace: Workspace, source: Source, batch_no: int, folder: Path, progress: Progress, staging: Staging
) -> FileAccount:
    """Put every file of a folder, archives opened, into the landing store. On return all of them are on disk.

    What can be staged from there begins to be while the rest lands.
    """
    counts = _Counts()
    with progress.stage("landing", None, "files") as stage:
        # Each path is read before the next is asked for, so what an archive holds is unpacked one by one.
        arrivals = _arrivals(workspace, folder, counts, staging)
        with closing(workspace.landing.put_groups(source.name, batch_no, arrivals)) as groups:
            for landed in groups:
                new = [item.record for item in landed if item.new]
                _note(workspace, batch_no, landed, new, counts)
                staging.begin(source, (r for r in new if has_reader(r.format) and keeps_its_place(r)))
                stage.advance(len(landed))
    return counts.account()


def _arrivals(workspace: Workspace, folder: Path, counts: _Counts, staging: Staging) -> Iterator[Arrival]:
    for item in walk(folder, workspace.settings.limits, workspace.places.scratch):
        if isinstance(item, Refused):
            counts.refused.append((item.name, item.reason))
        else:
            staging.expect(item.recognised.format, item.size)
            yield Arrival(item.name, item.path, item.recognised.format)


def _note(workspace: Workspace, batch_no: int, landed: list[Landed], new: list[RawRecord], counts: _Counts) -> None:
    again = [item.record.record_no for item in landed if not item.new] if counts.already < _SHOWN else []
    if again:
        workspace.ledger.batches.add_sent_again(batch_no, again)
    counts.landed += len(new)
    counts.already += len(landed) - len(new)
    counts.bytes += sum(item.record.size for item in landed)
    workspace.ledger.records.add(RecordState(r.record_no, batch_no, r.format, "pending") for r in new)


def reconcile(workspace: Workspace, batch: Batch) -> None:
    """Note records of a batch that landed when its process was killed before it could note them."""
    records = workspace.landing.records(source=batch.source, batch_no=batch.batch_no)
    workspace.ledger.records.add(RecordState(r.record_no, r.batch_no, r.format, "pending") for r in records)


def reconcile_everything(workspace: Workspace) -> None:
    """Note every record that landed: the ledger may have been lost."""
    ledger, landing = workspace.ledger, workspace.landing
    known = {batch.batch_no for batch in ledger.batches.all()}
    lost: dict[int, FileAccount] = {}
    for batch_no, records in groupby(landing.records(), key=lambda record: record.batch_no):
        while some := list(islice(records, _GROUP)):  # one durable write for many
            ledger.batches.begin(batch_no, some[0].source, started=landing.arrived(some[0]))
            ledger.records.add(RecordState(r.record_no, batch_no, r.format, "pending") for r in some)
            if batch_no not in known:
                had = lost.get(batch_no, FileAccount())
                size = had.bytes + sum(record.size for record in some)
                lost[batch_no] = FileAccount(had.found + len(some), had.landed + len(some), bytes=size)
    for batch_no, files in lost.items():
        ledger.batches.end(batch_no, files)
