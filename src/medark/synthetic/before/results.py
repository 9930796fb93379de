"""Laboratory results that hang together: one middle a person and test, moved by what the person has"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from math import exp
from random import Random

from medark.synthetic.before.chance import stream
from medark.synthetic.before.facts import Test, effects, tests

_CORRECTED = 0.02  # of results: reported, then found wrong and reported again


@dataclass(frozen=True, slots=True)
class Result:
    """One reported value. `value` is in SI units; `first_value` is what was reported before a correction."""

    test: str
    time: dt.datetime
    value: float
    first_value: float | None = None


def lab_results(
    seed: int, person: int, sex: str, problems: Collection[str], panel: Collection[str], at: dt.datetime, chance: Random
) -> tuple[Result, ...]:
    """A result for each test of a panel, of a person with these problems."""
    return tuple(_result(tests()[key], seed, person, sex, problems, at, chance) for key in panel)


def _result(
    test: Test, seed: int, person: int, sex: str, problems: Collection[str], at: dt.datetime, chance: Random
) -> Result:
    value = test.centre[sex] * _own(seed, person, test.key) * _spread(chance, test.cvi)
    for problem in problems:
        value *= effects().get((problem, test.key), 1.0)
    first = value * chance.uniform(1.5, 2.5) if chance.random() < _CORRECTED else None
    return Result(test.key, at, value, first)


@cache
def _own(seed: int, person: int, test: str) -> float:
    """How far this person's middle is from everybody's."""
    return _spread(stream(seed, f"own/{test}", person), tests()[test].cvg)


def _spread(chance: Random, percent: float) -> float:
    """A factor around 1 with this coefficient of variation; tails beyond 2.5 are cut."""
    return exp(max(-2.5, min(2.5, chance.gauss(0, 1))) * percent / 100)


def reported(test: Test, value: float, conventional: bool) -> str:
    """A value as a laboratory writes it.

    >>> reported(tests()["crea"], 88.42, False), reported(tests()["crea"], 88.42, True)
    ('88', '1.00')
    """
    if conventional:
        return f"{value / test.factor:.{test.decimals_conventional}f}"
    return f"{value:.{test.decimals}f}"


def flag(test: Test, sex: str, value: float) -> str:
    """H, L or N: against the reference range of the sex."""
    low, high = test.low[sex], test.high[sex]
    if high is not None and value > high:
        return "H"
    return "L" if low is not None and value < low else "N"


def range_text(test: Test, sex: str, conventional: bool) -> str:
    """The reference range as a report prints it."""
    low, high = (None if v is None else reported(test, v, conventional) for v in (test.low[sex], test.high[sex]))
    if low is None:
        return f"<{high}"
    return f">{low}" if high is None else f"{low}-{high}"
