"""What is usual of a month: as the months around it have, and the same month of other years; what changed and stayed

The level of a month is the middle of the thirteen months around it, which follows growth and keeps a step a step. What
is left over, in the middle of the same month of all years, is its season (of two years what both have, of one year
nothing); the level is taken again without it. The spread is that of what is left then, and at least that of counts
(Poisson) as clustered as these are. All of it in logarithms. Source of the limit: Iglewicz and Hoaglin 1993, How to
detect and handle outliers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Final

LEAST: Final = 20  # rows of a month
_AROUND: Final = 6  # months on either side
_NEAR: Final = 3  # months on either side that a change must show in, and that there must be
_UNUSUAL, _TIMES, _STEP = 3.5, 2.0, 1.5
_TO_DEVIATION: Final = 0.6745  # of a normal distribution, the median absolute deviation in standard deviations

Months = Mapping[int, float]  # a month by its number, and a logarithm
Sides = tuple[list[int], list[int]]  # the months before, and from one on


@dataclass(frozen=True, slots=True)
class Usual:
    """Of each month with rows their logarithm, what is usual, the logarithm without its season, and how far months are
    from what is usual.
    """

    told: Months
    usual: Months
    even: Months
    spread: Months

    @classmethod
    def of(cls, rows: Mapping[int, int]) -> Usual:
        """Of rows by month."""
        told = {month: math.log(n) for month, n in rows.items() if n}
        season = _season({month: one - _middle(told, month) for month, one in told.items()})
        even = {month: one - season[month] for month, one in told.items()}
        usual = {month: _middle(even, month) + season[month] for month in told}
        return cls(told, usual, even, _spread({month: _apart(one, usual[month]) for month, one in told.items()}, usual))


def unlike_others(rows: Mapping[int, int]) -> list[int]:
    """The months, of those with rows, that have less than half of what is usual, or more than twice, beyond the spread.

    >>> unlike_others({month: 100 * 2 ** (month // 12) + 9 * (month % 2) for month in range(96)} | {50: 9000})
    [50]
    """
    told = Usual.of(rows)
    return [
        month for month, one in told.told.items()
        if max(one, told.usual[month]) >= math.log(LEAST)
        and abs(one - told.usual[month]) > math.log(_TIMES)
        and abs(_apart(one, told.usual[month])) > _UNUSUAL * told.spread[month]
    ]  # fmt: skip


def steps(rows: Mapping[int, int]) -> list[int]:
    """The months from which on half as much again comes, or two thirds, and stays: of the half year before and after,
    and of the three months next to it, with and without how either side grows.

    >>> steps({month: 100 + month % 3 for month in range(10)} | {month: 40 + month % 3 for month in range(10, 20)})
    [10]
    """
    told, found = Usual.of(rows), list[int]()
    for month in sorted((one for one in told.even if _is_step(told, one)), key=lambda one: _misfit(told.even, one)):
        if all(abs(month - other) >= _AROUND for other in found):
            found.append(month)
    return sorted(found)


def _is_step(told: Usual, month: int) -> bool:
    even, sides = told.even, _sides(told.even, month)
    if min(map(len, sides)) < _NEAR or max(told.usual[one] for side in sides for one in side) < math.log(LEAST):
        return False
    middle = sum(median(even[one] for one in side) for side in sides) / 2
    if (even[sides[0][-1]] - middle) * (even[month] - middle) >= 0:  # the change is a month before or after this one
        return False
    growth = _growth(even, sides)
    flat = {other: even[other] - growth * other for side in sides for other in side}
    jumps = [_jump(some, side) for some in (even, flat) for side in (sides, (sides[0][-_NEAR:], sides[1][:_NEAR]))]
    least = max(_UNUSUAL * max(told.spread[sides[0][-1]], told.spread[sides[1][0]]), math.log(_STEP))
    return min(jumps) > least or max(jumps) < -least


def _sides(told: Months, month: int) -> Sides:
    """The months of the half year before, and of that from this month on."""
    before, after = range(month - _AROUND, month), range(month, month + _AROUND)
    return [one for one in before if one in told], [one for one in after if one in told]


def _growth(told: Months, sides: Sides) -> float:
    """By how much a month has more than the one before, on either side: the middle of all pairs (Sen 1968)."""
    pairs = (pair for side in sides for pair in combinations(side, 2))
    return median((told[later] - told[one]) / (later - one) for one, later in pairs)


def _jump(told: Months, sides: Sides) -> float:
    before, after = (median(told[one] for one in side) for side in sides)
    return after - before


def _misfit(told: Months, month: int) -> float:
    """How far the months around are from the middle of their own side."""
    sides = [[told[one] for one in side] for side in _sides(told, month)]
    return sum(abs(one - median(side)) for side in sides for one in side) / sum(map(len, sides))


def _middle(told: Months, month: int) -> float:
    around = range(month - _AROUND, month + _AROUND + 1)
    return median(told[one] for one in around if one in told)


def _season(apart: Months) -> Months:
    by_month: dict[int, list[float]] = defaultdict(list)
    for month, one in apart.items():
        by_month[month % 12].append(one)
    middle = {month: _common(some) for month, some in by_month.items()}
    return {month: middle[month % 12] for month in apart}


def _common(some: list[float]) -> float:
    """The middle of several years; nought is among them where they are even."""
    return median(some if len(some) % 2 else [*some, 0.0]) if len(some) > 1 else 0.0


def _apart(one: float, usual: float) -> float:
    """How far a logarithm is from what is usual; below that in roots, as few rows are as near to none as to some."""
    return one - usual if one > usual else 2 * math.expm1((one - usual) / 2)


def _spread(left: Months, usual: Months) -> Months:
    """The standard deviation of each month, of what is left over; what made a season itself says nothing of it."""
    own = _deviation(left.values())
    clustered = max(1.0, _deviation(one * math.exp(usual[month] / 2) for month, one in left.items()))
    return {month: max(own, clustered * math.exp(-one / 2)) for month, one in usual.items()}


def _deviation(some: Iterable[float]) -> float:
    there = [abs(one) for one in some if one]
    return median(there) / _TO_DEVIATION if there else 0.0
