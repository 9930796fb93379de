"""Families that there may be, weighted so that their people are as the census found them by age, sex and household

A member's place in a family is its column: two adults, three children, two elders, two who are born later.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Final, Self

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, stream

ADULTS: Final = slice(0, 2)  # the man first where there are two
CHILDREN: Final = slice(2, 5)
ELDERS: Final = slice(5, 7)
NEWBORN: Final = slice(7, 9)
PLACES: Final = 9
NOBODY: Final = -1  # the age of a place that nobody takes

_CANDIDATES: Final = 400  # of each type; three times as many of those without children, who are of every age
_OLDEST: Final = 104
_MARRY: Final = (22, 20)  # years of age of men and women at the least. Source: Civil Code of China, article 1047
_OLDEST_CHILD_AT_HOME: Final = 32
_ROUNDS: Final = 40
_MEAN_OF_LARGEST: Final = 6.4  # people in households of six and more: ours


@dataclass(frozen=True, slots=True)
class Families:
    """A row a family, a column a place."""

    kind: Ints  # place in facts/household_types.csv
    age: Ints  # completed years on the first day; NOBODY
    female: np.ndarray
    twins: np.ndarray  # of each family whether the first two children are twins
    of_wife: np.ndarray  # whether the elders are the woman's parents

    def take(self, rows: Ints) -> Self:
        """These families, in this order."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def sizes(self) -> Ints:
        """People in each family."""
        return np.asarray((self.age > NOBODY).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Pool:
    """Families and how often each is met (weights sum to 1)."""

    families: Families
    weight: Floats


@cache
def pool() -> Pool:
    """The pool: the same for every city."""
    chance = stream(0, "families")
    families = _joined([_of_type(chance, kind) for kind in range(len(facts.rows("household_types")))])
    families = families.take(np.flatnonzero(_possible(families)))
    # In order of kind and age: even draws then have all ages evenly.
    families = families.take(np.lexsort((families.age[:, 0], families.kind)))
    return Pool(families, _weights(families, facts.numbers("household_types", "weight")[families.kind]))


def _of_type(chance: np.random.Generator, kind: int) -> Families:
    """Families of a type, of all ages alike."""
    row = facts.rows("household_types")[kind]
    adults, children, elders = (int(row[column]) for column in ("adults", "children", "elders"))
    count = int(_CANDIDATES * (1 + 2 * (children == 0)))
    age, female = np.full((count, PLACES), NOBODY), np.zeros((count, PLACES), bool)
    twins = np.zeros(count, bool)
    female[:, 1] = True
    first = chance.integers(19, _OLDEST, count)
    if children:
        twins = (chance.random(count) < 0.03) & (children > 1)  # ours: of brothers and sisters
        age[:, 2 : 2 + children], first = _children(chance, children, twins, grand=row["key"].startswith("grand"))
        female[:, CHILDREN] = chance.random((count, 3)) < 0.47
    if adults == 2:
        age[:, 1], age[:, 0] = first, first + _years(chance, 2.0, 3.0, count)
    else:
        female[:, 0] = chance.random(count) < (0.7 if children else 0.5)
        age[:, 0] = first
    _with_elders(chance, elders, age, female)
    return Families(np.full(count, kind), age, female, twins, chance.random(count) < (0.25 if adults == 2 else 0.5))


def _children(chance: np.random.Generator, children: int, twins: np.ndarray, grand: bool) -> tuple[Ints, Ints]:
    """Ages of children, the oldest first, and of who brings them up (a grandmother if `grand`)."""
    count = len(twins)
    youngest = chance.integers(0, 18 if grand else _OLDEST_CHILD_AT_HOME - 3 * children, count)
    gaps = np.clip(chance.geometric(0.28, (count, children - 1)), 1, 10)
    gaps[:, :1] *= ~twins[:, None]
    older = youngest[:, None] + np.cumsum(gaps[:, ::-1], axis=1)[:, ::-1]
    at_birth = _years(chance, 55 if grand else 27, 5, count, 40 if grand else 19, 70 if grand else 40)
    ages = np.hstack((older, youngest[:, None]))
    return ages, ages[:, 0] + at_birth


def _with_elders(chance: np.random.Generator, elders: int, age: Ints, female: np.ndarray) -> None:
    """One parent of an adult, or both, the man first."""
    count = len(age)
    woman = age[:, 0] + _years(chance, 26, 4, count, 19, 40)
    if elders == 1:
        female[:, 5] = chance.random(count) < 0.68
        age[:, 5] = woman
    if elders == 2:
        female[:, 6] = True
        age[:, 5], age[:, 6] = woman + _years(chance, 2.0, 3.0, count), woman


def _years(
    chance: np.random.Generator, mean: float, deviation: float, count: int, low: int = -8, high: int = 14
) -> Ints:
    return np.clip(np.rint(chance.normal(mean, deviation, count)), low, high).astype(np.int64)


def _possible(families: Families) -> np.ndarray:
    """Nobody is older than people get, and no adult a child."""
    adults, youngest = families.age[:, ADULTS], families.age[:, CHILDREN].copy()
    youngest[youngest == NOBODY] = _OLDEST
    mother_at_last = np.where(adults[:, 1] > NOBODY, adults[:, 1], adults[:, 0]) - youngest.min(axis=1)
    parents = np.array(["grand" not in row["key"] for row in facts.rows("household_types")])[families.kind]
    couple = adults[:, 1] > NOBODY
    grown = np.where(couple, (adults[:, 0] >= _MARRY[0]) & (adults[:, 1] >= _MARRY[1]), adults[:, 0] >= 18)
    return np.asarray((families.age.max(axis=1) <= _OLDEST) & grown & ((mother_at_last <= 46) | ~parents))


def _weights(families: Families, prior: Floats) -> Floats:
    """The weights nearest to `prior` (least relative entropy) that give the census' shares, by Newton's method."""
    cells, wanted = _cells(families), _wanted()
    count = len(wanted)
    pairs = (cells[:, :, None] * (count + 1) + cells[:, None, :]).ravel()
    pull, start = np.zeros(count + 1), prior / prior.sum()
    for _ in range(_ROUNDS):
        weight = start * np.exp(pull[cells].sum(axis=1))
        found = np.bincount(cells.ravel(), np.repeat(weight, cells.shape[1]), count + 1)[:count]
        bend = np.bincount(pairs, np.repeat(weight, cells.shape[1] ** 2), (count + 1) ** 2)
        step = np.linalg.solve(bend.reshape(count + 1, -1)[:count, :count] + 1e-9 * np.eye(count), wanted - found)
        pull[:count] += step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(weight / weight.sum())


def _cells(families: Families) -> Ints:
    """Of each family the constraints that it counts in: of its people by sex and band of age, its size, generations."""
    bands, sizes = len(facts.keys("ages")), len(facts.keys("household_sizes"))
    people = np.minimum(families.age // 5, bands - 1) + bands * families.female
    size = np.searchsorted(facts.numbers("household_sizes", "from_size"), families.sizes, side="right") - 1
    several = (families.age[:, CHILDREN] > NOBODY).any(axis=1) + (families.age[:, ELDERS] > NOBODY).any(axis=1).astype(
        int
    )
    nowhere = 2 * bands + sizes + len(facts.keys("generations"))
    people = np.where(families.age > NOBODY, people, nowhere)
    return np.column_stack((people, 2 * bands + size, 2 * bands + sizes + several))


def _wanted() -> Floats:
    """What is wanted of each constraint, for one household: people of a sex and band of age; households of a kind."""
    census = np.concatenate([facts.numbers("ages", sex) for sex in ("male", "female")])
    size, generations = (_shares(name) for name in ("household_sizes", "generations"))
    middle = (facts.numbers("household_sizes", "from_size") + facts.numbers("household_sizes", "to_size")) / 2
    mean = (size * np.minimum(middle, _MEAN_OF_LARGEST)).sum()
    return np.concatenate((census / census.sum() * mean, size, generations))


def _shares(name: str) -> Floats:
    share = facts.numbers(name, "share")
    return np.asarray(share / share.sum())


def _joined(parts: list[Families]) -> Families:
    return Families(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Families)))
