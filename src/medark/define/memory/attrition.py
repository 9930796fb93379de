"""Attrition: how many entries and persons each step of a cohort leaves"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from medark.define.concepts.ids import ResolvedSets
from medark.define.memory.context import Person
from medark.define.memory.populations import entries_of, steps_of
from medark.define.memory.quick import Quick
from medark.define.memory.record import Record
from medark.define.nodes import Criterion, Selected


class Left(NamedTuple):
    """How many a step left: a criterion by its name, a Keep by "first" or "last". "entry" is how many there were."""

    name: str
    entries: int
    persons: int


def attrition(population: Selected, resolved: ResolvedSets, records: Iterable[Record], *, today: dt.date) -> list[Left]:
    """How many entries, and how many persons with one, were there at first ("entry") and after each step."""
    compiler = Quick(resolved, (population,))
    entry, steps = entries_of(population.entry, compiler), steps_of(population, compiler)
    names = ["entry", *(step.name if isinstance(step, Criterion) else step.which for step in population.steps)]
    entries, persons = [0] * len(names), [0] * len(names)
    for record in records:
        left = entry(Person(record, today))
        for place, step in enumerate((None, *steps)):
            left = left if step is None else step(left)
            entries[place] += len(left)
            persons[place] += bool(left)
    return [Left(*told) for told in zip(names, entries, persons, strict=True)]
