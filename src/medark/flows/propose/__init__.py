"""Tables that nobody has described: profiled, proposed for, reviewed, and brought in once approved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from medark.flows.workspace import Workspace

__all__ = ["folder_of", "has_proposal", "has_tables", "map_name", "waiting_batches"]


def map_name(source: str) -> str:
    """What the map that is proposed for a source is called; no map that ships or is written by hand is called so.

    >>> map_name("north/his")
    'north_his_proposed'
    """
    return f"{_word(source)}_proposed"


def folder_of(workspace: Workspace, source: str) -> Path:
    """Where a source's proposals lie, readable by the workspace's owner only."""
    return workspace.path / "propose" / _word(source)


def has_proposal(workspace: Workspace, source: str) -> bool:
    """Has something been proposed for a source?"""
    return (folder_of(workspace, source) / "state.json").is_file()


def has_tables(workspace: Workspace, source: str) -> bool:
    """Has a source tables that nobody has described, proposed for or not yet?"""
    return has_proposal(workspace, source) or bool(waiting_batches(workspace, source))


def waiting_batches(workspace: Workspace, source: str) -> frozenset[int]:
    """The batches of a source of which something waits for a map."""
    waiting = {state.batch_no for state in workspace.ledger.records.states("waiting")}
    return frozenset(b.batch_no for b in workspace.ledger.batches.all() if b.source == source and b.batch_no in waiting)


def _word(source: str) -> str:
    return re.sub(r"\W+", "_", source.lower()).strip("_")
