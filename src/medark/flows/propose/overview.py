"""How proposals stand: of each source its tables, of each table its columns, and which of them are open"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from medark.flows.propose import folder_of, has_proposal
from medark.flows.propose.approving import ITSELF, LEAST
from medark.flows.propose.keeping import load
from medark.flows.propose.proposing import Proposal, read_again
from medark.flows.propose.review import NOTHING, accepted
from medark.flows.propose.words import bare
from medark.flows.workspace import Workspace
from medark.standardise.propose.draft import Draft
from medark.standardise.propose.draft.states import STATE
from medark.standardise.propose.profile import ColumnProfile
from medark.standardise.propose.profile.states import VOID
from medark.standardise.propose.reading import Candidate

_KEPT: Final = "proposals as pages show them"
_MOST_LIKELY: Final = 3  # meanings of a column that are shown
_LEAST_LIKELY: Final = 0.01  # chance of one beside a likelier one
_MAY_BE: Final = 0.3  # chance from which a column that is not read may yet be something
TableState = Literal["open", "accepted", "put off", "in part", "in effect"]
ColumnState = Literal["said", "sure", "open", "nothing"]


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column of a table. `slot`: what it is taken for ("" for nothing); `places`: what is made of it."""

    name: str
    state: ColumnState
    slot: str
    chance: float
    places: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    profile: ColumnProfile


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table of a source. `least`: the chance of its least sure line; `open_columns`: names; `asks`: values that
    somebody has to explain.
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
    order: Sequence[TableState] = ("open", "in part", "accepted", "put off", "in effect")
    return sorted(shown, key=lambda one: (order.index(one.state), one.kind == "dictionary", -one.rows, one.name))


def columns(found: Proposal, name: str) -> list[ColumnShown]:
    """The columns of a table, in its order."""
    draft, said = found.drafts[name], found.kept.slots.get(name, {})
    chances = _chances(draft)
    return [
        _column(one.name, one.candidates, said, chances, draft, found.kept.profiles[name].column(one.name))
        for one in found.readings[name].columns
    ]


def choices(one: ColumnShown) -> list[Candidate]:
    """What a column may be, likeliest first, by slots that a person may name; elements of one slot are one."""
    found: dict[str, Candidate] = {}
    for each in (each for each in one.candidates if each.slot):
        slot = bare(each.slot)
        if slot in found:
            found[slot] = replace(found[slot], chance=found[slot].chance + each.chance)
        elif not found or (len(found) < _MOST_LIKELY and each.chance >= _LEAST_LIKELY):
            found[slot] = replace(each, slot=slot)
    return list(found.values())


def confirmed(found: Proposal, name: str) -> dict[str, str]:
    """What is said of a table's open columns by accepting it as it stands: they are known from now on. Of states it is
    their values that are told.
    """
    states = {one.column for one in found.drafts[name].read if one.field == STATE}
    open_ = (one for one in columns(found, name) if one.state == "open" and one.name not in states)
    return {one.name: bare(one.slot) or NOTHING for one in open_}


def _table(found: Proposal, name: str, told: Sequence[str]) -> TableShown:
    draft, kept = found.drafts[name], found.kept
    open_ = tuple(one.name for one in columns(found, name) if one.state == "open")
    approval = kept.approvals.get(name)
    state: TableState = "open"
    if name in told:
        state = "accepted"
    elif name in kept.skipped:
        state = "put off"
    elif approval is not None:
        state = "in part" if approval.by == ITSELF and open_ else "in effect"
    by = approval.by if approval else ""
    return TableShown(
        found.source, name, kept.profiles[name].rows, draft.kind, draft.kind_chance, draft.chance,
        len(draft.columns), open_, state, by, draft.missing, len(draft.asks),
    )  # fmt: skip


def _column(
    name: str,
    candidates: Sequence[Candidate],
    said: Mapping[str, str],
    chances: Mapping[str, float],
    draft: Draft,
    profile: ColumnProfile,
) -> ColumnShown:
    places, best = tuple(sorted(draft.made_of(name))), candidates[0]
    likely = next((one for one in candidates if one.slot), best)
    told = next((one for one in draft.read if one.column == name), None)
    slot = likely.slot if places else ""
    slot = VOID if places and told is not None and told.field == STATE else slot
    state: ColumnState = "nothing"
    if told is not None and told.asks:
        slot, state = said.get(name, slot), "open"
    elif name in said:
        slot, state = said[name], "said"
    elif places:
        state = "sure" if chances.get(name, 1.0) >= LEAST else "open"
    elif (
        draft.kind != "dictionary" and likely.chance >= _MAY_BE and not draft.nothing.get(name, "").endswith("says it")
    ):
        state = "open"
    chance = chances.get(name, likely.chance if places else 1 - likely.chance)
    return ColumnShown(name, state, slot, chance, places, tuple(candidates), profile)


def _chances(draft: Draft) -> dict[str, float]:
    """Of each column that is read, the chance of the surest line that reads it."""
    found: dict[str, float] = {}
    for line in (line for target in draft.targets for line in target.lines):
        for column in line.columns:
            found[column] = max(found.get(column, 0.0), line.chance)
    for issue in draft.issues:
        found.setdefault(issue.place, issue.chance)
    return found
