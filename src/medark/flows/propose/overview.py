"""How proposals stand: of each source its tables, and which of them wait"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from medark.flows.propose import folder_of, has_proposal
from medark.flows.propose.columns import is_in_part, open_columns
from medark.flows.propose.keeping import load
from medark.flows.propose.proposing import Proposal, read_again
from medark.flows.propose.review import accepted
from medark.flows.propose.standing import is_idle
from medark.flows.workspace import Workspace

_KEPT: Final = "proposals as pages show them"
TableState = Literal["open", "accepted", "put off", "in part", "in effect", "idle"]


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table of a source. `least`: the chance of its least sure line; `open_columns`: names; `asks`: values that
    somebody has to explain; `waits_for`: tables that it looks into and that are not in effect.
    """

    source: str
    name: str
    rows: int
    kind: str
    chance: float
    least: float
    columns: int
    open_columns: tuple[str, ...]
    state: TableState
    by: str
    missing: tuple[str, ...]
    asks: int = 0
    waits_for: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Are its rows not in the lake?"""
        return self.state in ("open", "accepted", "put off")


def sources(workspace: Workspace) -> list[str]:
    """The sources that something was proposed for, by name."""
    return sorted(one.source for one in workspace.ledger.batches.newest() if has_proposal(workspace, one.source))


def proposal_of(workspace: Workspace, source: str) -> Proposal:
    """What is proposed for a source, of what is profiled already; worked out once for what was said."""
    files = (folder_of(workspace, source) / "state.json", workspace.path / "propose" / "lexicon.csv")
    stamp = tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
    held = workspace.kept.get((_KEPT, source))
    if held is None or held[0] != stamp:
        held = workspace.kept[_KEPT, source] = (stamp, read_again(workspace, load(workspace, source)))
    found: Proposal = held[1]
    return found


def tables(found: Proposal) -> list[TableShown]:
    """Every table: what waits for an answer first, of most rows."""
    told = accepted(found.kept)
    shown = [_table(found, name, told) for name in found.drafts]
    order: Sequence[TableState] = ("open", "in part", "accepted", "put off", "in effect", "idle")
    return sorted(shown, key=lambda one: (order.index(one.state), one.kind == "dictionary", -one.rows, one.name))


def _table(found: Proposal, name: str, told: Sequence[str]) -> TableShown:
    draft, kept = found.drafts[name], found.kept
    open_ = open_columns(found, name)
    approval = kept.approvals.get(name)
    state: TableState = "open"
    if name in told:
        state = "accepted"
    elif approval is not None:
        state = "in part" if is_in_part(found, name) else "in effect"
    elif name in kept.skipped:
        state = "put off"
    elif is_idle(found, name):
        state = "idle"
    by = approval.by if approval else ""
    return TableShown(
        found.source, name, kept.profiles[name].rows, draft.kind, draft.kind_chance, draft.chance,
        len(draft.columns), open_, state, by, draft.missing, len(draft.asks),
        tuple(dict.fromkeys(join.table for join in draft.joins if join.table not in kept.approvals)),
    )  # fmt: skip
