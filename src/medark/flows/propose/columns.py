"""How columns of a proposal stand: what each is taken for, what is made of it, and which are open for a person"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from medark.flows.propose.proposing import Proposal
from medark.flows.propose.words import bare
from medark.standardise.propose.draft import Draft
from medark.standardise.propose.draft.states import STATE
from medark.standardise.propose.model import coefficients
from medark.standardise.propose.profile import ColumnProfile
from medark.standardise.propose.profile.states import VOID
from medark.standardise.propose.reading import Candidate

ITSELF: Final = "medark"  # who approves what is sure
LEAST: Final = coefficients().least  # chance that a table, and each line of it, must have to be read without asking
NOTHING: Final = "-"  # how somebody says that nothing is made of a column
_MOST_LIKELY: Final = 3  # meanings of a column that are shown
_LEAST_LIKELY: Final = 0.01  # chance of one beside a likelier one
_MAY_BE: Final = 0.3  # chance from which a column that is not read may yet be something
LOOKED_UP: Final = "join.reads"  # what becomes of a column that other tables look up
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


def columns(found: Proposal, name: str) -> list[ColumnShown]:
    """The columns of a table, in its order."""
    draft, said = found.drafts[name], found.kept.slots.get(name, {})
    chances, looked_up = _chances(draft), _looked_up(found, name)
    return [
        _column(one.name, one.candidates, said, chances, draft, found.kept.profiles[name].column(one.name), looked_up)
        for one in found.readings[name].columns
    ]


def is_told_elsewhere(found: Proposal, name: str, one: ColumnShown) -> bool:
    """Is nothing made of a column since another table tells the same of the same people or visits?"""
    return one.state == "nothing" and _is_spare(found.drafts[name], one.name)


def _is_spare(draft: Draft, column: str) -> bool:
    return draft.nothing.get(column, "").endswith("says it")


def _looked_up(found: Proposal, name: str) -> frozenset[str]:
    """The columns of a head or a list that other tables read."""
    here = (join for draft in found.drafts.values() for join in draft.joins if join.table == name)
    return frozenset(column.lower() for join in here for column in (join.key, *join.where, *join.reads))


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


def open_columns(found: Proposal, name: str) -> tuple[str, ...]:
    """The columns of a table that somebody has to answer for."""
    return tuple(one.name for one in columns(found, name) if one.state == "open")


def is_in_part(found: Proposal, name: str) -> bool:
    """Did medark put a table in effect by itself, without columns that are open? What somebody put off is left so."""
    approval = found.kept.approvals.get(name)
    if approval is None or approval.by != ITSELF or name in found.kept.skipped or name not in found.drafts:
        return False
    return bool(open_columns(found, name))


def in_part(found: Proposal) -> list[str]:
    """All such tables, those with most rows first."""
    there = [name for name in found.kept.approvals if is_in_part(found, name)]
    return sorted(there, key=lambda name: -found.kept.profiles[name].rows)


def _column(
    name: str,
    candidates: Sequence[Candidate],
    said: Mapping[str, str],
    chances: Mapping[str, float],
    draft: Draft,
    profile: ColumnProfile,
    looked_up: frozenset[str],
) -> ColumnShown:
    places, best = tuple(sorted(draft.made_of(name))), candidates[0]
    if not places and draft.every_row and name.lower() in looked_up:
        places = (LOOKED_UP,)
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
    elif draft.kind != "dictionary" and likely.chance >= _MAY_BE and not _is_spare(draft, name):
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
