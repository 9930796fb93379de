"""Codes that wait, for a person to go through: what each may mean, how alike, and what a decision would add"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from medark.errors import NotFoundError
from medark.flows.raw import must_steward
from medark.flows.terms.candidates import Proposed, proposed
from medark.flows.terms.choice import chosen
from medark.flows.terms.concepts import meant_by
from medark.flows.terms.learnt import DECIDED
from medark.flows.terms.unmapped import EVENTS, Coverage, coverage, unmapped
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.progress import Progress
from medark.model.term import SourceTerm, TermState
from medark.standardise.terms import Candidate

MOST: Final = 5  # concepts of a term
# How alike a term and its likeliest concept are: terms of one such group can be decided together.
LIKENESS: Final[Mapping[str, str]] = {
    "decided": N_("decided before"), "same": N_("same name"), "likely": N_("very likely"), "maybe": N_("perhaps"),
    "none": N_("nothing is near"),
}  # fmt: skip
_SAME, _LIKELY, _MAYBE = 0.5, 0.7, 0.2


@dataclass(frozen=True, slots=True)
class Waiting:
    """A term with its likeliest concepts. `rows` of the lake wait for it, of the `of` rows of its kind; `reached`: the
    share of those that has concepts once this one and all of more rows are decided.
    """

    term: SourceTerm
    rows: int
    of: int
    reached: float
    candidates: tuple[Candidate, ...]

    @property
    def gain(self) -> float:
        """The share of its kind's rows that a decision gives concepts."""
        return self.rows / self.of if self.of else 0.0

    @property
    def likeness(self) -> str:
        """One of `LIKENESS`."""
        if not self.candidates or self.candidates[0].probability < _MAYBE:
            return "none"
        best = self.candidates[0]
        if best.evidence.get(DECIDED):
            return "decided"
        fits = min(best.evidence.get(name, 0.0) for name in ("unit", "specimen")) >= 0
        if best.evidence.get("equal", 0.0) >= 1 and fits and best.probability >= _SAME:
            return "same"
        return "likely" if best.probability >= _LIKELY else "maybe"


@dataclass(frozen=True, slots=True)
class Lake:
    """How much of the lake has concepts, and the terms that the rest waits for, those of most rows first."""

    covered: tuple[Coverage, ...]
    waiting: tuple[Waiting, ...]


def reviewed(workspace: Workspace, by: str, source: str = "", progress: Progress | None = None) -> Lake:
    """Everything that waits (of a source). `progress`: see `proposed`. AccessError unless owner or steward."""
    covered = coverage(workspace, by)
    found = unmapped(workspace, by, source)
    likely = {one.term.key: one.candidates for one in proposed(workspace, [one.term for one in found], MOST, progress)}
    of = {EVENTS[one.table]: one for one in covered}
    reached = {kind: one.rows_mapped for kind, one in of.items()}
    waiting = []
    for one in found:
        kind = one.term.kind
        rows = of[kind].rows if kind in of else 0
        reached[kind] = reached.get(kind, 0) + one.rows
        share = reached[kind] / rows if rows else 0.0
        waiting.append(Waiting(one.term, one.rows, rows, share, likely[one.term.key]))
    return Lake(tuple(covered), tuple(waiting))


def name_of(term: SourceTerm) -> str:
    """What a term is called in an address: nothing of what a source wrote can be read from it."""
    return blake2b("\x1f".join(term.key).encode(), digest_size=8).hexdigest()


def one_of(workspace: Workspace, by: str, name: str) -> SourceTerm:
    """The term of a name, decided or not. NotFoundError; AccessError."""
    must_steward(workspace, by, "code looked at")
    found = next((one for one in workspace.ledger.terms.all() if name_of(one) == name), None)
    if found is None:
        raise NotFoundError(N_("there is no such code"), fix="medark vocabulary unmapped WS", code=name)
    return found


def found_by(workspace: Workspace, by: str, term: SourceTerm, words: str, most: int = 15) -> Sequence[Candidate]:
    """Concepts of a term's kind that are called so, or have this number or code; by words, likeliest first."""
    must_steward(workspace, by, "concepts searched", source=term.source)
    exact = [Candidate(one, 1.0) for one in meant_by(workspace, words)]
    (told,) = proposed(workspace, [replace(term, code="", name=words, unit="")], most)
    known = {one.concept.concept_id for one in exact}
    return [*exact, *(one for one in told.candidates if one.concept.concept_id not in known)]


def decided(workspace: Workspace, by: str, source: str = "") -> list[SourceTerm]:
    """Terms of which something was decided, the last one first. AccessError."""
    must_steward(workspace, by, "decided codes listed", source=source)
    there = workspace.ledger.terms.all(None, [source] if source else None)
    return sorted((one for one in there if one.state is not TermState.OPEN), key=lambda one: -(one.decided_ms or 0))


def likeliest(some: Sequence[Waiting]) -> list[SourceTerm]:
    """Each term with its likeliest concept taken; those for which nothing is near are left out."""
    return [chosen(Proposed(one.term, one.candidates), 0) for one in some if one.candidates]


def with_concept(one: Waiting, concept_id: int) -> SourceTerm:
    """The term as it was decided: a concept of the list has its probability, another one none."""
    number = next((n for n, c in enumerate(one.candidates) if c.concept.concept_id == concept_id), None)
    if number is not None:
        return chosen(Proposed(one.term, one.candidates), number)
    return replace(one.term, state=TermState.MAPPED, concept_id=concept_id, probability=None)


def changed_by(workspace: Workspace, told: Sequence[SourceTerm]) -> Sequence[SourceTerm]:
    """Of what somebody said, what says otherwise than the ledger does."""
    there = {one.key: one for one in workspace.ledger.terms.all(sources={one.source for one in told})}
    return [
        one for one in told
        if (known := there.get(one.key)) is None or (known.state, known.concept_id) != (one.state, one.concept_id)
    ]  # fmt: skip


def totals(covered: Sequence[Coverage]) -> Coverage:
    """All tables together."""
    names = ("rows", "rows_mapped", "codes", "codes_mapped")
    return Coverage("", *(sum(getattr(one, name) for one in covered) for name in names))
