"""What came in: the newest batch of each source, and how it ended; told by the ledger, however large the lake is"""

from __future__ import annotations

from dataclasses import dataclass

from medark.flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Arrival:
    """One batch: files by how they ended, rows loaded, units and rows held back, tables that wait for a map.

    Times in ms since 1970, UTC.
    """

    source: str
    batch_no: int
    started_ms: int
    ended_ms: int | None
    files: int
    refused: int
    loaded: int
    quarantined: int
    not_understood: int
    waiting: int

    @property
    def is_whole(self) -> bool:
        """Is it over, and nothing of it kept back?"""
        kept_back = self.refused or self.quarantined or self.not_understood or self.waiting
        return self.ended_ms is not None and not kept_back


def arrivals(workspace: Workspace, organisation: str = "") -> list[Arrival]:
    """The newest of each source, newest first; of an organisation, those of its own sources."""
    of = workspace.settings.organisation
    batches = [one for one in workspace.ledger.batches.newest() if organisation in ("", of(one.source))]
    ended = workspace.ledger.accounts.by_batch([one.batch_no for one in batches])
    return [
        Arrival(
            one.source, one.batch_no, one.started_ms, one.ended_ms, one.files.found, len(one.files.refused),
            *(ended[one.batch_no].get(name, 0) for name in ("loaded", "quarantined", "not_understood", "waiting")),
        )
        for one in batches
    ]  # fmt: skip
