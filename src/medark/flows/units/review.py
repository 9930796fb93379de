"""Numbers of tests by the unit that is written beside them, to go through: what it is read as, what is doubted"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from medark.define.units import ConceptUnit, concept_units
from medark.errors import NotFoundError
from medark.flows.raw import must_steward
from medark.flows.units.decide import Key
from medark.flows.units.groups import groups
from medark.flows.units.suspected import as_said, decided
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.unit_decision import UnitDecision
from medark.standardise.units.suspect import Group, Suspect, suspects, unit_of

_KEPT: Final = "units of numbers"


class State(StrEnum):
    """What the unit of a group's rows rests on."""

    READ = "read"  # as it is written
    FILLED = "filled"  # nothing that could be read was written
    CORRECTED = "corrected"  # something else was written
    KEPT = "kept"  # somebody looked, and what is written is right
    ASKED = "asked"
    UNKNOWN = "unknown"  # nobody can read it, and the numbers do not say


@dataclass(frozen=True, slots=True)
class Tested:
    """The numbers of a source's code beside one unit: what that is read as, what is doubted, what was decided."""

    group: Group
    read_as: str | None
    doubts: tuple[Suspect, ...] = ()
    decision: UnitDecision | None = None

    @property
    def name(self) -> str:
        """What it is called in an address."""
        return name_of(self.group.key)

    @property
    def concept(self) -> ConceptUnit:
        """What is known of the test's units."""
        return concept_units()[self.group.loinc]

    @property
    def unit(self) -> str | None:
        """The unit that its rows have, or in a mixture most of them."""
        decision = self.decision
        whole = decision is not None and decision.ucum and decision.low is None and decision.high is None
        return decision.ucum if decision is not None and whole else self.read_as

    @property
    def state(self) -> State:
        """What its unit rests on."""
        if self.decision is not None:
            changed = State.FILLED if self.read_as is None else State.CORRECTED
            return changed if self.decision.ucum else State.KEPT
        if self.doubts:
            return State.ASKED
        return State.UNKNOWN if self.read_as is None else State.READ


def reviewed(workspace: Workspace, by: str, source: str = "") -> list[Tested]:
    """Every test of whose units something is known (of a source), the most rows first. AccessError unless `by` is an
    owner or a steward.
    """
    must_steward(workspace, by, "units looked through", source=source)
    return [one for one in _all(workspace) if source in ("", one.group.source)]


def one_of(workspace: Workspace, by: str, name: str) -> Tested:
    """The group of a name. NotFoundError; AccessError."""
    must_steward(workspace, by, "unit looked at")
    found = next((one for one in _all(workspace) if one.name == name), None)
    if found is None:
        raise NotFoundError(N_("there are no such numbers"), fix="medark units list", unit=name)
    return found


def key_of(workspace: Workspace, by: str, name: str) -> Key:
    """The key of a decision of a name, though the lake may have none of its numbers. NotFoundError; AccessError."""
    must_steward(workspace, by, "unit looked at")
    found = next((one.key for one in workspace.ledger.units.all() if name_of(one.key) == name), None)
    if found is None:
        raise NotFoundError(N_("nothing was decided of this"), fix="medark units list", unit=name)
    return found


def waiting(some: Iterable[Tested]) -> list[Tested]:
    """Those that somebody is asked about, the most rows in doubt first."""
    return sorted((one for one in some if one.state is State.ASKED), key=lambda one: -rows_in_doubt(one))


def rows_in_doubt(one: Tested) -> int:
    """How many numbers a question is about."""
    return sum(doubt.rows for doubt in one.doubts)


def decision_for(workspace: Workspace, one: Tested, ucum: str) -> UnitDecision | None:
    """What is decided by taking a candidate, or "" for what is written; None if it is no candidate any more, or the
    vocabulary has no such unit.
    """
    if not ucum:
        return as_said(one.doubts[0]) if one.doubts else UnitDecision(*one.group.key, ucum="", concept_id=0)
    for doubt in one.doubts:
        for number, each in enumerate(doubt.likely):
            if each.ucum == ucum:
                return decided(workspace, doubt, number)
    return None


def name_of(key: Key) -> str:
    """What a source's code and unit is called in an address: nothing of what it wrote can be read from it."""
    return blake2b("\x1f".join(key).encode(), digest_size=8).hexdigest()


def _all(workspace: Workspace) -> list[Tested]:
    there, doubted = _counted(workspace)
    known = {one.key: one for one in workspace.ledger.units.all()}
    doubts: dict[Key, list[Suspect]] = {}
    for one in doubted:
        doubts.setdefault(one.group.key, []).append(one)
    return [Tested(group, unit_of(group), tuple(doubts.get(group.key, ())), known.get(group.key)) for group in there]


def _counted(workspace: Workspace) -> tuple[list[Group], list[Suspect]]:
    """Counted once for a state of the lake."""
    stamp = (workspace.lake.snapshot().version, workspace.vocabulary.digest)
    held = workspace.kept.get(_KEPT)
    if held is None or held[0] != stamp:
        there = sorted(groups(workspace), key=lambda one: (-one.spread.total, one.key))
        held = workspace.kept[_KEPT] = (stamp, there, suspects(there))
    return held[1], held[2]
