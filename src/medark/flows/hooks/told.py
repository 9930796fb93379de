"""A call of a hook, and what it is told once the audit has it"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from medark.flows.apps.loaded import Loaded
from medark.flows.gate import About, Book
from medark.flows.gate.book import Said
from medark.flows.hooks.silence import Teller, Telling, without_repeats
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

    def __init__(
        self, cards: tuple[Shown, ...], person_id: int | None, owed: Sequence[Said], book: Book, teller: Teller
    ) -> None:
        self.person_id, self.owed, self._cards, self._book, self._teller = person_id, owed, cards, book, teller

    @property
    def telling(self) -> Telling:
        """What is about to be told."""
        return Telling(self._teller, self.person_id, self._cards)

    def cards(self, *, repeats: bool = False) -> tuple[Shown, ...]:
        """The cards; `repeats`: those too that were shown to this reader a short while ago, as a page does that lists
        them. StorageError or BusyError if the audit can't be written: then nothing is told.
        """
        if not repeats:
            return told_together([self])[0]
        self._book.write_together(list(self.owed))
        return self._cards


def told_together(all_told: Sequence[Told]) -> list[tuple[Shown, ...]]:
    """The cards of several calls in one workspace, less repeats, which share one writing of the audit. Errors as of
    `Told.cards`, for all of them.
    """
    all_told[0]._book.write_together([said for told in all_told for said in told.owed])
    return without_repeats([told.telling for told in all_told])


def about(loaded: Loaded, hook: str) -> About:
    """What is written of a reading for an application's cards."""
    return About(ACTION, loaded.digest, {"hook": hook, "version": loaded.manifest.version})
