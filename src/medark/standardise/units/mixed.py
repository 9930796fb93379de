"""Single numbers in another unit than the rest beside which the same unit is written: 95 among glucose in mmol/L

Numbers that lie as far from the middle as another unit in use would put them, where hardly any of this test lie. Fences
are Tukey's (Exploratory Data Analysis, 1977, chapter 2), on logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.define.units import concept_units
from medark.standardise.units.candidates import Candidate, candidates

LEAST: Final = 30  # numbers, below which nothing is called unusual
_FENCE, _OUTER = 1.5, 3.0  # quartile distances: the inner and the outer fences
_NARROWEST: Final = 0.08  # the least quartile distance, as a logarithm
_APART: Final = 4.0  # quartile distances between the middles in one unit and in the other
_MOST: Final = 0.4  # the largest share that is a second unit among the rest, not the rest


@dataclass(frozen=True, slots=True)
class Mixed:
    """`count` numbers from `low` to under `high` that are probably in `ucum`; `examples` are left to who has the rows.

    `probability`: of one of them, against what else may lie there.
    """

    ucum: str
    low: float
    high: float
    count: int
    probability: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How the numbers beside one unit lie: how many in each step of logarithms, `steps` to one natural logarithm."""

    bins: Mapping[int, int]
    steps: float

    @property
    def total(self) -> int:
        """All numbers above 0."""
        return sum(self.bins.values())

    def quantile(self, share: float) -> float:
        """The logarithm below which a share of the numbers is, to half a step."""
        left = share * self.total
        for place in sorted(self.bins):
            left -= self.bins[place]
            if left <= 0:
                return (place + 0.5) / self.steps
        return 0.0

    def between(self, low: float, high: float) -> int:
        """How many lie from one logarithm up to another, in whole steps."""
        return sum(n for place, n in self.bins.items() if low <= place / self.steps < high)


def mixed(loinc: str, unit: str, spread: Spread) -> tuple[Mixed, ...]:
    """Numbers among those in `unit` (UCUM) that are in another unit in use for the test; the most frequent first."""
    if loinc not in concept_units() or spread.total < LEAST:
        return ()
    options = candidates(loinc)
    mine = next((one for one in options if unit in (one.ucum, *one.same)), None)
    if mine is None:
        return ()
    found = _windows(mine, _in_use(loinc, options), spread)
    return tuple(sorted(found, key=lambda one: -one.count))


def _in_use(loinc: str, options: Sequence[Candidate]) -> Iterator[Candidate]:
    concept = concept_units()[loinc]
    usual = {concept.ucum, *concept.usual}
    return (one for one in options if not usual.isdisjoint((one.ucum, *one.same)))


def _windows(mine: Candidate, others: Iterator[Candidate], spread: Spread) -> Iterator[Mixed]:
    low, middle, high = (spread.quantile(share) for share in (0.25, 0.5, 0.75))
    spare = max(0.0, _NARROWEST - (high - low)) / 2
    low, high = low - spare, high + spare
    width = high - low
    for other in others:
        there = _as_written(mine, other, middle)
        if other is mine or there is None or abs(there - middle) < _APART * width:
            continue
        ends = low - _FENCE * width + there - middle, high + _FENCE * width + there - middle
        ends = math.floor(ends[0] * spread.steps) / spread.steps, math.ceil(ends[1] * spread.steps) / spread.steps
        count = spread.between(*ends)
        if count and count <= _MOST * spread.total:
            chance = _chance(count, ends, (low - _OUTER * width, high + _OUTER * width), spread)
            yield Mixed(other.ucum, math.exp(ends[0]), math.exp(ends[1]), count, chance)


def _as_written(mine: Candidate, other: Candidate, middle: float) -> float | None:
    """Where the middle would be written in the other unit, as a logarithm."""
    own = float(mine.line.factor) * math.exp(middle) + float(mine.line.offset)
    back = other.line.inverse()
    value = float(back.factor) * own + float(back.offset)
    return math.log(value) if value > 0 else None


def _chance(count: int, ends: tuple[float, float], fences: tuple[float, float], spread: Spread) -> float:
    """Of the numbers in a window: those more than lie in the windows beside it, as far as these are off the rest."""
    width = ends[1] - ends[0]
    beside = [_off(low, low + width, fences) for low in (ends[0] - width, ends[1])]
    expected = max(spread.between(*window) for window in beside) + 0.5
    return count / (count + expected)


def _off(low: float, high: float, fences: tuple[float, float]) -> tuple[float, float]:
    """The part of a window that is outside the fences."""
    if high <= fences[0] or low >= fences[1]:
        return low, high
    return (low, fences[0]) if low < fences[0] else (fences[1], max(high, fences[1]))
