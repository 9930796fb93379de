"""Definitions drawn at random: what Hypothesis gives the tests, and what a seed alone gives"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from itertools import permutations
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st

from equivalence.leaves import literal
from equivalence.made_by import MADE_BY, Argument
from equivalence.populations import DrawnPopulations
from equivalence.values import KINDS, At
from equivalence.world import DAYS
from medark.define import months
from medark.define.answers import to_json
from medark.define.definitions import Band, Cohort, Dataset, Item, Measure, Score
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.language.durations import days
from medark.define.nodes import Call, Everyone, Literal, Missing, Plain, Value

T = TypeVar("T")
TIMES = int(os.environ.get("EQUIVALENCE_TIMES", "1"))  # so many times as many cases, and each run others
SEEDS = st.integers(0, 1 << 20)  # of worlds
_WITHIN = ((None, None), (None, None), (DAYS[1], DAYS[5]))
_EDGES = [  # where calendars differ over whether a month or a year is complete, and clocks over what they count in
    *(Literal(dt.date(*day), Kind.DATE) for day in ((2024, 2, 29), (2025, 2, 28), (2024, 1, 31), (2024, 2, 28))),
    *(Literal(dt.datetime(2024, 2, *time), Kind.DATETIME) for time in ((28, 23, 59, 59, 999999), (29, 0, 0))),
]
_BANDS = (Band("low", 0), Band("high", 2))


class DrawnDefinitions(DrawnPopulations):
    """Draws definitions of every kind."""

    def dataset(self, most: int = 3) -> Dataset:
        """A dataset of up to `most` variables."""
        return Dataset(self.population(), self.variables(self._chance.randint(1, most)))

    def variables(self, count: int) -> tuple[Variable, ...]:
        """So many variables of any kind, by the names v0, v1 …"""
        return tuple(Variable(f"v{at}", self.value(self._one_of(KINDS), At())) for at in range(count))

    def cohort(self) -> Cohort:
        """A cohort whose steps let some entries through."""
        gap, within = self._one_of((0, 1, 30)), self._one_of(_WITHIN)
        return Cohort("cohort", self.population(), self.steps(), self.leaves(), days(gap), within)

    def score(self) -> Score:
        """A score of a few items, some of which can't be judged."""
        items = [
            Item(f"item_{at}", self.value(Kind.TRUTH, At(depth=3)), self._one_of((1, 2, -1, 0.5)))
            for at in range(self._chance.randint(1, 3))
        ]
        return Score("score", items, _BANDS if self._often(7) else ())

    def measure(self) -> Measure:
        """Counts by up to two groups and, mostly, by period."""
        numerator, denominator, exclusions = (self.value(Kind.TRUTH, At(depth=3)) for _ in range(3))
        kinds = [kind for kind in KINDS if kind is not Kind.NUMBER]  # which equal only to a billionth part
        groups = {f"group_{at}": self.value(self._one_of(kinds), At(depth=2)) for at in range(self._one_of((0, 1, 2)))}
        intervals = self._one_of((None, months(1), months(12)))
        return Measure("measure", self.population(), numerator, denominator, exclusions, groups, intervals)


def of_operators(names: Iterable[str]) -> Dataset:
    """Operators with constants of all kinds that they take, with what is computed, and with each argument missing."""
    calls = [(f"{name}_{at}", call) for name in names for at, call in enumerate(_calls(name))]
    return Dataset(Everyone(), tuple(Variable(*one) for one in calls))


def _calls(name: str) -> Iterable[Value]:
    chance = Random(name)
    forms = [arguments for made in MADE_BY.values() for arguments in made.get(name, ())]
    found: dict[Value, None] = {}
    for arguments in forms:
        constants = [_constant(chance, one) for one in arguments]
        given = [constants, [_computed(one) for one in constants]]
        given += [[*constants[:at], Missing(one.kind), *constants[at + 1 :]] for at, one in enumerate(constants)]
        given += [[*pair] for pair in permutations(_EDGES, 2) if tuple(one.kind for one in pair) == arguments]
        found |= dict.fromkeys(Call(name, tuple(values)) for values in given)
    return found


def _constant(chance: Random, argument: Argument) -> Value:
    return literal(chance, argument) if isinstance(argument, Kind) else Literal(chance.choice(argument), Kind.WHOLE)


def _computed(value: Value) -> Value:
    """An operation on a value, around which engines need brackets where they put it into another."""
    if value.kind is Kind.TRUTH:
        return Call("not", (value,))
    nothing: dict[Kind, tuple[str, Plain]] = {Kind.WHOLE: ("add", 0), Kind.NUMBER: ("subtract", 0.0)}
    if value.kind not in nothing:
        return value
    operator, zero = nothing[value.kind]
    return Call(operator, (value, Literal(zero, value.kind)))


def cases(count: int) -> settings:
    """So many cases: in the test command always the same ones."""
    return settings(
        max_examples=count * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def drawn(make: Callable[[DrawnDefinitions], T]) -> st.SearchStrategy[T]:
    """Hypothesis draws, `make` says what: `drawn(DrawnDefinitions.cohort)`."""

    def told(chance: Random) -> T:
        made = make(DrawnDefinitions(chance))
        note(to_json(made))
        return made

    return st.randoms(use_true_random=False).map(told)


def datasets() -> st.SearchStrategy[Dataset]:
    """Datasets of a few variables over any population."""
    return drawn(DrawnDefinitions.dataset)


def seeded(seed: int) -> DrawnDefinitions:
    """The same from a seed alone: a hundred times as quick, but what fails does not shrink."""
    return DrawnDefinitions(Random(seed))
