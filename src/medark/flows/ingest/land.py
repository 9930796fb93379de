"""Everything in a folder into the landing store, and an account of its files"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

from medark.acquire.files import Found, Refused, walk
from medark.flows.staging.workers import warm
from medark.flows.workspace import Workspace
from medark.model.account import FileAccount
from medark.model.progress import Progress
from medark.model.record import Format
from medark.standardise.formats import has_reader
from medark.store.landing import Arrival, Landed
from medark.store.ledger import Batch, RecordState

_GROUP = 1000  # files between two words of progress, records in one write
_WORTH_WORKERS = 8 << 20  # bytes


@dataclass(slots=True)
class _Counts:
    landed: int = 0
    already: int = 0
    bytes: int = 0
    given: int = 0
    to_stage: int = 0
    formats: set[Format] = field(default_factory=set)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def account(self) -> FileAccount:
        found = self.landed + self.already + len(self.refused)
        return FileAccount(found, self.landed, self.already, tuple(self.refused), self.bytes)


def land(workspace: Workspace, source: str, batch_no: int, folder: Path, progress: Progress) -> FileAccount:
    """Put every file of a folder, archives opened, into the landing store. On return all of them are on disk."""
    counts = _Counts()
    arrivals = _arrivals(workspace, folder, counts)
    with progress.stage("landing", None, "files") as stage:
        while True:
            before = counts.given
            # Each path is read before the next is asked for, so what an archive holds is unpacked one by one.
            landed = workspace.landing.put(source, batch_no, islice(arrivals, _GROUP))
            if counts.given == before:
                return counts.account()
            _note(workspace, batch_no, landed, counts)
            stage.advance(len(landed))


def _arrivals(workspace: Workspace, folder: Path, counts: _Counts) -> Iterator[Arrival]:
    for item in walk(folder, workspace.settings.limits, workspace.places.scratch):
        if isinstance(item, Refused):
            counts.refused.append((item.name, item.reason))
        else:
            counts.given += 1
            _expect(item, counts, workspace.settings.ingest.workers)
            yield Arrival(item.name, item.path, item.recognised.format)


def _expect(item: Found, counts: _Counts, workers: int) -> None:
    """When it is clear that worker processes will be wanted, let them get ready while files still land."""
    if workers < 2 or not has_reader(item.recognised.format):
        return
    before = counts.to_stage
    counts.to_stage += item.size
    counts.formats.add(item.recognised.format)
    if before < _WORTH_WORKERS <= counts.to_stage:
        warm(counts.formats)


def _note(workspace: Workspace, batch_no: int, landed: list[Landed], counts: _Counts) -> None:
    new = [item.record for item in landed if item.new]
    counts.landed += len(new)
    counts.already += len(landed) - len(new)
    counts.bytes += sum(item.record.size for item in landed)
    workspace.ledger.add_records(RecordState(r.record_no, batch_no, r.format, "pending") for r in new)


def reconcile(workspace: Workspace, batch: Batch) -> None:
    """Note records of a batch that landed when its process was killed before it could note them."""
    records = workspace.landing.records(source=batch.source, batch_no=batch.batch_no)
    workspace.ledger.add_records(RecordState(r.record_no, r.batch_no, r.format, "pending") for r in records)


def reconcile_everything(workspace: Workspace) -> None:
    """Note every record that landed: the ledger may have been lost."""
    ledger, landing = workspace.ledger, workspace.landing
    known = {batch.batch_no for batch in ledger.batches()}
    lost: dict[int, FileAccount] = {}
    for batch_no, records in groupby(landing.records(), key=lambda record: record.batch_no):
        while some := list(islice(records, _GROUP)):  # one durable write for many
            ledger.begin_batch(batch_no, some[0].source, started=landing.arrived(some[0]))
            ledger.add_records(RecordState(r.record_no, batch_no, r.format, "pending") for r in some)
            if batch_no not in known:
                had = lost.get(batch_no, FileAccount())
                size = had.bytes + sum(record.size for record in some)
                lost[batch_no] = FileAccount(had.found + len(some), had.landed + len(some), bytes=size)
    for batch_no, files in lost.items():
        ledger.end_batch(batch_no, files)
