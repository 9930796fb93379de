"""What a table's map would change: line by line against what is in effect, and the rows that came in by it"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Literal

from medark.flows.propose import map_name
from medark.flows.propose.proposing import Proposal
from medark.flows.workspace import Workspace
from medark.standardise.propose.draft import table_toml

Line = tuple[Literal["plus", "minus", ""], str]


def changes_of(workspace: Workspace, found: Proposal, name: str) -> Sequence[Line]:
    """Lines that go and lines that come, where a map of the table is in effect; nothing where none is."""
    file = workspace.places.maps / map_name(found.source) / f"{name}.toml"
    if not file.is_file():
        return []
    before, now = file.read_text("utf-8").splitlines(), table_toml(found.drafts[name]).splitlines()
    told = list(difflib.unified_diff(before, now, lineterm="", n=1))[2:]
    return [(_mark(line), line) for line in told if not line.startswith("@@")]


def rows_in(workspace: Workspace, found: Proposal, name: str) -> Mapping[str, int]:
    """How the rows of a table's records ended: loaded, quarantined, excluded, not understood."""
    ends = workspace.ledger.records.ends()
    units = [ends[number][1] for number in found.kept.records.get(name, ()) if number in ends]
    names = ("loaded", "quarantined", "excluded", "not_understood")
    return {one: sum(getattr(each, one) for each in units) for one in names}


def _mark(line: str) -> Literal["plus", "minus", ""]:
    return "plus" if line.startswith("+") else "minus" if line.startswith("-") else ""
