"""What is kept of people beside data files: what they had when, who they are, when they are observed"""

from __future__ import annotations

from dataclasses import dataclass

from medark.flows.characterise.histories import Histories
from medark.flows.characterise.person_rows import PersonRows
from medark.flows.workspace import Workspace
from medark.store.lake import Snapshot


@dataclass(frozen=True, slots=True)
class KeptPeople:
    """For the owner of the files alone."""

    histories: Histories
    rows: PersonRows

    @classmethod
    def of(cls, workspace: Workspace, snapshot: Snapshot) -> KeptPeople:
        """Of a snapshot's files."""
        return cls(Histories(workspace, snapshot), PersonRows(workspace, snapshot))

    def sweep(self) -> None:
        """Keep nothing of files that are no longer there."""
        self.histories.sweep()
        self.rows.sweep()
