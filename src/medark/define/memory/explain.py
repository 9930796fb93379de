"""Why: definitions evaluated for one person with, beside each value, the rows that decided it"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medark.define.concepts.ids import ResolvedSets
from medark.define.definitions import Cohort, Dataset, Score
from medark.define.memory.context import Context, Entry, Person
from medark.define.memory.evidence import Evidence, Explained, Explainer
from medark.define.memory.plain import Plain
from medark.define.memory.populations import entries_of, stays_of, steps_of
from medark.define.memory.quick import Quick
from medark.define.memory.record import Record
from medark.define.nodes import Criterion, Keep, Node, Population, Value


@dataclass(frozen=True, slots=True)
class ExplainedEntry:
    """The variables of one entry."""

    entry: Entry
    variables: Mapping[str, Explained]


@dataclass(frozen=True, slots=True)
class ExplainedItem:
    """One item of a score. `met` is missing where it could not be judged; only an item that is met gives its points."""

    name: str
    met: bool | None
    points: float | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ExplainedScore:
    """A score of one entry: its total, its band, and what became of each item."""

    entry: Entry
    total: float | None
    band: str | None
    items: tuple[ExplainedItem, ...]

    def met(self) -> tuple[ExplainedItem, ...]:
        """The items that give points."""
        return tuple(item for item in self.items if item.met)

    def unjudged(self) -> tuple[ExplainedItem, ...]:
        """The items that could not be judged for want of data."""
        return tuple(item for item in self.items if item.met is None)


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step of a cohort for one entry. `value` is the criterion's own: true, false or missing."""

    name: str
    passed: bool
    value: bool | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedCandidate:
    """An entry that could have let the person in, and the steps it was held to: up to the first that it failed."""

    entry: Entry
    steps: tuple[ExplainedStep, ...]

    @property
    def failed(self) -> ExplainedStep | None:
        """The step that kept it out; None if it passed them all."""
        return self.steps[-1] if self.steps and not self.steps[-1].passed else None


@dataclass(frozen=True, slots=True)
class ExplainedCohort:
    """Why a person is in a cohort or not: each candidate, and the stays that came of those that passed."""

    candidates: tuple[ExplainedCandidate, ...]
    stays: tuple[Entry, ...]


def explain_dataset(
    dataset: Dataset, resolved: ResolvedSets, record: Record, *, today: dt.date
) -> list[ExplainedEntry]:
    """Each entry of a person with its variables explained."""
    assert isinstance(dataset.columns, tuple)
    explainer, contexts = _asked(dataset.population, dataset, resolved, record, today)
    return [
        ExplainedEntry(e.entry, {one.name: explainer.explained(one.value, e) for one in dataset.columns})
        for e in contexts
    ]


def explain_score(
    score: Score, population: Population, resolved: ResolvedSets, record: Record, *, today: dt.date
) -> list[ExplainedScore]:
    """The score of each entry of a person, item by item."""
    explainer, contexts = _asked(population, score.on(population), resolved, record, today)
    return [_explained_score(score, explainer, e) for e in contexts]


def explain_cohort(cohort: Cohort, resolved: ResolvedSets, record: Record, *, today: dt.date) -> ExplainedCohort:
    """Which step kept each candidate of a person out and why, and the stays that came of the others."""
    population = cohort.population
    compiler = Quick(resolved, (population,))
    explainer, steps = Explainer(compiler), steps_of(population, compiler)
    left = candidates = entries_of(population.entry, compiler)(Person(record, today))
    told: dict[int, list[ExplainedStep]] = {id(e): [] for e in candidates}
    for step, keep in zip(population.steps, steps, strict=True):
        kept = keep(left)
        passed = {id(e) for e in kept}
        for e in left:
            told[id(e)].append(_explained_step(step, explainer, e, passed=id(e) in passed))
        left = kept
    stays = stays_of(population, compiler)(left)
    explained = (ExplainedCandidate(e.entry, tuple(told[id(e)])) for e in candidates)
    return ExplainedCohort(tuple(sorted(explained, key=_in_time)), tuple(sorted(e.entry for e in stays)))


def _asked(
    population: Population, root: Node, resolved: ResolvedSets, record: Record, today: dt.date
) -> tuple[Explainer, Iterator[Context]]:
    compiler: Plain = Quick(resolved, (population, *root.children()))
    return Explainer(compiler), iter(entries_of(population, compiler)(Person(record, today)))


def _explained_score(score: Score, explainer: Explainer, e: Context) -> ExplainedScore:
    items = []
    for item in score.items:
        assert isinstance(item.condition, Value)
        assert isinstance(item.points, Value)
        met, points = explainer.explained(item.condition, e), explainer.explained(item.points, e)
        items.append(ExplainedItem(item.name, met.value, points.value if met.value else None, met.evidence))
    total, band = (explainer.explained(one.node, e).value for one in (score.total, score.band))
    return ExplainedScore(e.entry, total, band, tuple(items))


def _explained_step(step: Criterion | Keep, explainer: Explainer, e: Context, *, passed: bool) -> ExplainedStep:
    if isinstance(step, Keep):
        return ExplainedStep(step.which, passed, passed)
    value, evidence = explainer.explained(step.condition, e)
    return ExplainedStep(step.name, passed, value, evidence)


def _in_time(candidate: ExplainedCandidate) -> tuple[dt.datetime, int]:
    return candidate.entry.start, candidate.entry.entry_id
