"""Everything in a folder into the landing store, and an account of its files"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from medark.acquire.files import Found, Refused, walk
from medark.flows.workspace import Workspace
from medark.model.account import FileAccount
from medark.model.progress import Progress
from medark.store.landing import Arrival, Landed
from medark.store.ledger import RecordState

_SMALL = 1 << 20  # bytes; smaller files are put together in one durable commit
_GROUP_BYTES, _GROUP_FILES = 16 << 20, 2000


@dataclass(slots=True)
class _Counts:
    found: int = 0
    landed: int = 0
    already: int = 0
    bytes: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def account(self) -> FileAccount:
        return FileAccount(self.found, self.landed, self.already, tuple(self.refused), self.bytes)


def land(workspace: Workspace, source: str, batch_no: int, folder: Path, progress: Progress) -> FileAccount:
    """Put every file of a folder, archives opened, into the landing store. On return all of them are on disk."""
    counts = _Counts()
    with progress.stage("landing", None, "files") as stage:
        for group in _groups(walk(folder, workspace.settings.limits, workspace.places.scratch), counts):
            landed = workspace.landing.put(source, batch_no, group)
            _note(workspace, batch_no, landed, counts)
            stage.advance(len(group))
    return counts.account()


def _note(workspace: Workspace, batch_no: int, landed: list[Landed], counts: _Counts) -> None:
    new = [item.record for item in landed if item.new]
    counts.landed += len(new)
    counts.already += len(landed) - len(new)
    workspace.ledger.add_records(RecordState(r.record_no, batch_no, r.format, "pending") for r in new)


def _groups(found: Iterator[Found | Refused], counts: _Counts) -> Iterator[list[Arrival]]:
    group: list[Arrival] = []
    size = 0
    for item in found:
        counts.found += 1
        if isinstance(item, Refused):
            counts.refused.append((item.name, item.reason))
            continue
        counts.bytes += item.size
        if item.size > _SMALL:  # its unpacked copy is gone when the next file comes
            yield [*group, Arrival(item.name, item.path, item.recognised.format)]
            group, size = [], 0
            continue
        group.append(Arrival(item.name, item.path.read_bytes(), item.recognised.format))
        size += item.size
        if size >= _GROUP_BYTES or len(group) >= _GROUP_FILES:
            yield group
            group, size = [], 0
    if group:
        yield group
