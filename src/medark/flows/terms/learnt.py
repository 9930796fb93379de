"""What people decided of a name elsewhere, as evidence for the same name asked again: another source, another code"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medark.flows.terms.concepts import named
from medark.flows.workspace import Workspace
from medark.model.term import SourceTerm, TermState
from medark.standardise.terms import Candidate, Named
from medark.standardise.terms.names import words_of
from medark.standardise.terms.units import ucum

DECIDED = "decided"  # among a candidate's evidence: the share of decisions about this name that took it
_KEPT = "decided names"
_BEFORE = 0.25  # of a decision: how much what the names say counts beside what people said
_Name = tuple[str, frozenset[str]]  # kind, and the words of a name, whatever their order and language


@dataclass(frozen=True, slots=True)
class Learnt:
    """Decisions by name, with the unit that each was of; and what is known of their concepts."""

    decided: Mapping[_Name, Sequence[SourceTerm]]
    concepts: Mapping[int, Named]

    def weighed(self, term: SourceTerm, likely: Sequence[Candidate], most: int) -> tuple[Candidate, ...]:
        """The candidates of a term once it counts what was decided of its name, in the same unit, of other terms."""
        said = [one for one in self.decided.get(_name(term), ()) if one.key != term.key and _agree(one, term)]
        if not said:
            return tuple(likely)
        counts = Counter(one.concept_id or 0 for one in said)
        known = {one.concept.concept_id: one for one in likely}
        for number in counts:
            if number in self.concepts and number not in known:
                known[number] = Candidate(self.concepts[number], 0.0)
        found = [_weighed(one, counts, len(said)) for one in known.values()]
        return tuple(sorted(found, key=lambda one: -one.probability)[:most])


def learnt(workspace: Workspace) -> Learnt:
    """What was decided up to now, of terms that have a name; kept until something else is."""
    done = [one for one in workspace.ledger.terms.all() if one.state is not TermState.OPEN]
    stamp = (workspace.vocabulary.digest, len(done), max((one.decided_ms or 0 for one in done), default=0))
    held = workspace.kept.get(_KEPT)
    if held is None or held[0] != stamp:
        held = workspace.kept[_KEPT] = (stamp, _of(workspace, done))
    found: Learnt = held[1]
    return found


def _of(workspace: Workspace, done: Sequence[SourceTerm]) -> Learnt:
    decided: dict[_Name, list[SourceTerm]] = {}
    for one in done:
        if (name := _name(one))[1]:
            decided.setdefault(name, []).append(one)
    return Learnt(decided, named(workspace, (one.concept_id for some in decided.values() for one in some)))


def _weighed(one: Candidate, counts: Counter[int], all_: int) -> Candidate:
    taken = counts[one.concept.concept_id]
    chance = (taken + _BEFORE * one.probability) / (all_ + _BEFORE)
    evidence = {**one.evidence, DECIDED: taken / all_} if taken else one.evidence
    return replace(one, probability=chance, evidence=evidence)


def _name(term: SourceTerm) -> _Name:
    return term.kind, frozenset(words_of(term.name))


def _agree(one: SourceTerm, other: SourceTerm) -> bool:
    """Are they in one unit, and of one specimen, as far as both say?"""
    same_unit = not (one.unit and other.unit) or ucum(one.unit) == ucum(other.unit)
    return same_unit and (not (one.specimen and other.specimen) or one.specimen == other.specimen)
