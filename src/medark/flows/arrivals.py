"""What came in: the newest batch of each source, and how it ended; told by the ledger, however large the lake is"""

from __future__ import annotations

from dataclasses import dataclass

from medark.flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Arrival:
    """One batch. Files by how they ended; rows loaded; units and rows held back. Times in ms since 1970, UTC."""

    source: str
    batch_no: int
    started_ms: int
    ended_ms: int | None
    files: int
    refused: int
    loaded: int
    quarantined: int
    not_understood: int


def arrivals(workspace: Workspace, organisation: str = "") -> list[Arrival]:
    """The newest of each source, newest first; of an organisation, those of its own sources."""
    of = workspace.settings.organisation
    batches = [one for one in workspace.ledger.batches.newest() if organisation in ("", of(one.source))]
    ended = workspace.ledger.accounts.by_batch([one.batch_no for one in batches])
    return [
        Arrival(
            one.source, one.batch_no, one.started_ms, one.ended_ms, one.files.found, len(one.files.refused),
            *(ended[one.batch_no].get(name, 0) for name in ("loaded", "quarantined", "not_understood")),
        )
        for one in batches
    ]  # fmt: skip
