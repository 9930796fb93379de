"""People who between them take every branch: drawn, asked, and drawn again where a branch is not taken yet"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.definitions import Dataset
from medark.define.definitions.variables import ENTRY_COLUMNS
from medark.define.dummy.branches import Asked, Outcome
from medark.define.dummy.chance import Chance
from medark.define.dummy.closeness import closeness
from medark.define.dummy.draft import Draft
from medark.define.dummy.draw import Drawing
from medark.define.dummy.tables import Tables, as_tables, person_rows
from medark.define.memory import Record, compiled
from medark.define.nodes import Table, Value

_FIRST = 60  # people drawn before any branch is aimed at
_TRIES = (100, 1000)  # people drawn for one branch: all get some before one gets many
_MOST = 8_000  # people drawn in all


_OWN = len(ENTRY_COLUMNS)  # the columns of a line that say which entry it is


class Target(NamedTuple):
    """An outcome that is wanted of a question to a population."""

    asked: int
    question: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """A made-up person, and the answers of each entry: by population, the outcome of each question in order."""

    draft: Draft
    answers: tuple[tuple[tuple[Outcome, ...], ...], ...]
    takes: frozenset[Target]


class Search:
    """Finds people for a definition's branches; the same chances find the same people."""

    def __init__(
        self,
        asked: Sequence[Asked],
        drawing: Drawing,
        reads: Mapping[str, frozenset[str]],
        resolved: Mapping[ConceptSet, ConceptIds],
        today: dt.date,
        chance: Chance,
    ) -> None:
        self._asked, self._drawing, self._reads, self._today, self._chance = asked, drawing, reads, today, chance
        self._ready = [compiled(_dataset(one), resolved) for one in asked]
        self._places = [[_places(question.value, drawing) for question in one.questions] for one in asked]
        self.targets = [
            Target(number, place, outcome)
            for number, one in enumerate(asked)
            for place, question in enumerate(one.questions)
            for outcome in question.wanted
        ]
        self._drawn = 0

    def people(self, size: int) -> list[Candidate]:
        """`size` people who take as many branches as were found."""
        pool = [self._candidate(self._drawing.person()) for _ in range(max(size, _FIRST))]
        taken = set[Target]().union(*(one.takes for one in pool))
        for tries in _TRIES:
            for target in self.targets:
                if target not in taken and self._drawn < _MOST:
                    for found in self._aimed(target, pool, taken, tries):
                        pool.append(found)
                        taken |= found.takes
        return _chosen(pool, size)

    def _candidate(self, draft: Draft) -> Candidate:
        self._drawn += 1
        record = Record.of(1, self.tables([draft]))
        answers = tuple(
            tuple(tuple(line.values())[_OWN:] for line in ready.rows(record, today=self._today))
            for ready in self._ready
        )
        takes = frozenset(
            target
            for target in self.targets
            if any(line[target.question] is target.outcome for line in answers[target.asked])
        )
        return Candidate(draft, answers, takes)

    def tables(self, drafts: Iterable[Draft]) -> Tables:
        """The rows of these people, numbered from 1."""
        people = (person_rows(draft, self._drawing.kinds, number) for number, draft in enumerate(drafts, 1))
        return as_tables(people, self._reads)

    def _aimed(self, target: Target, pool: Sequence[Candidate], taken: set[Target], tries: int) -> Iterator[Candidate]:
        """People changed bit by bit, each no further from a branch than the last; those that take something new."""
        nearest = max(pool, key=lambda one: self._near(one, target))
        for number in range(tries):
            afresh = number % 10 == 9
            found = self._candidate(self._drawing.person() if afresh else self._changed(nearest.draft, target))
            is_nearer = self._near(found, target) >= self._near(nearest, target)
            if found.takes - taken:
                yield found
            if target in found.takes:
                return
            nearest = found if is_nearer else nearest

    def _near(self, one: Candidate, target: Target) -> float:
        asked = self._asked[target.asked]
        value = asked.questions[target.question].value
        values = [question.value for question in asked.questions]
        lines = one.answers[target.asked]
        return max(
            (closeness(value, target.outcome, dict(zip(values, line, strict=True))) for line in lines), default=-1.0
        )

    def _changed(self, draft: Draft, target: Target) -> Draft:
        """A person with some rows drawn anew, mostly of those that the branch looks at."""
        for _ in range(self._chance.one((1, 1, 1, 2, 3))):
            wanted = self._places[target.asked][target.question]
            every = range(-1, len(self._drawing.kinds))
            place = self._chance.one(wanted if wanted and self._chance.falls(0.8) else every)
            share = self._chance.share()
            if share < 0.08:
                draft = draft.without(wanted)
            elif share < 0.16:
                draft = self._drawing.at_another_time(draft)
            elif place < 0:
                draft = self._drawing.with_person(draft)
            elif self._chance.falls(0.6):
                draft = self._drawing.with_row(draft, place)
            else:
                draft = self._drawing.with_rows(draft, place)
        return draft


def _dataset(asked: Asked) -> Dataset:
    return Dataset(asked.population, {f"q{place}": question.value for place, question in enumerate(asked.questions)})


def _places(value: Value, drawing: Drawing) -> list[int]:
    """Where the recipes are of the tables that a question looks at; -1: the person's row."""
    tables = {node.name for node in value.walk() if isinstance(node, Table)}
    found = [place for place, recipe in enumerate(drawing.kinds) if recipe.table in tables]
    return [-1, *found] if "person" in tables else found


def _chosen(pool: Sequence[Candidate], size: int) -> list[Candidate]:
    """The fewest that take what all take (as far as picking the best each time finds), then others up to `size`."""
    chosen: list[Candidate] = []
    left = set[Target]().union(*(one.takes for one in pool))
    rest = list(pool)
    while left and rest and len(chosen) < size:
        best = max(rest, key=lambda one: len(one.takes & left))
        chosen.append(best)
        left -= best.takes
        rest.remove(best)
    return [*chosen, *rest[: size - len(chosen)]]
