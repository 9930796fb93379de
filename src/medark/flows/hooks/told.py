"""A call of a hook, and what it is told once the audit has it"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from medark.flows.apps.loaded import Loaded
from medark.flows.gate import About, Book
from medark.flows.gate.book import Said
from medark.model.card import Card

ACTION: Final = "cards"


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a hook. `sent`: FHIR resources that tell all of the tables `covered`; `drafts`: unsigned orders.

    `patient`: what the caller's system calls the patient. `person_id`: None where the lake has no such person.
    """

    hook: str
    patient: str = field(repr=False)
    person_id: int | None = field(default=None, repr=False)
    visit_occurrence_id: int | None = field(default=None, repr=False)
    covered: frozenset[str] = frozenset()
    sent: Sequence[object] = field(default=(), repr=False)
    drafts: Sequence[object] = field(default=(), repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with the rule that it came from, the rows that decided it: (table, key), and the values of the rule.

    `made`: what is made of it, for as long as it is told again.
    """

    rule: str
    card: Card
    evidence: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    made: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)


class Told:
    """Cards that are told once the audit has what is `owed` to it. `person_id`: whose; None for a stranger."""

    def __init__(self, cards: tuple[Shown, ...], person_id: int | None, owed: Sequence[Said], book: Book) -> None:
        self.person_id, self.owed, self._cards, self._book = person_id, owed, cards, book

    def cards(self) -> tuple[Shown, ...]:
        """The cards. StorageError or BusyError if the audit can't be written: then nothing is told."""
        return told_together([self])[0]


def told_together(all_told: Sequence[Told]) -> list[tuple[Shown, ...]]:
    """The cards of several calls in one workspace, which share one writing of the audit. Errors as of `Told.cards`,
    for all of them.
    """
    all_told[0]._book.write_together([said for told in all_told for said in told.owed])
    return [told._cards for told in all_told]


def about(loaded: Loaded, hook: str) -> About:
    """What is written of a reading for an application's cards."""
    return About(ACTION, loaded.digest, {"hook": hook, "version": loaded.manifest.version})
