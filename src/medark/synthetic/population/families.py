"""The families of a part of the city: who they are on the first day, when they were born, and who is born to them"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Ints, stream
from medark.synthetic.population.evenly import evenly
from medark.synthetic.population.pool import CHILDREN, NEWBORN, NOBODY, Families, pool
from medark.synthetic.settings import CitySettings, Part

TWIN_BIRTHS = 0.015  # of births: ours
_GIRLS = 0.473  # of newborn. Source: Seventh National Population Census 2020 (111.3 boys to 100 girls)
_SAME_SEX = 0.65  # of twins: ours, a third of them from one egg
_BETWEEN_BIRTHS = 2  # years that the youngest child has at least when another comes: ours
_MOVING_IN, _MOVING_OUT = 0.030, 0.025  # of households a year: ours


@dataclass(frozen=True, slots=True)
class Homes:
    """Families with their days: a row a family, a column a place. NaT where there is nobody, or no such day."""

    families: Families
    birth: np.ndarray
    moved_in: np.ndarray  # of each family
    moved_out: np.ndarray
    newborn_twins: np.ndarray

    @property
    def present(self) -> np.ndarray:
        """Where somebody is, or will be born."""
        return np.asarray(~np.isnat(self.birth))


def homes(settings: CitySettings, part: Part) -> Homes:
    """Families whose people, with those born in the city's time, are as many as the part has."""
    chance = stream(settings.seed, "families", part.number)
    born, wanted = int(part.count * min(_birth_share(settings), 0.5) + chance.random()), -1
    while born != wanted:  # a small city may have fewer mothers than there should be births
        wanted = born
        families = _drawn(chance, part.count - wanted)
        moved_in, moved_out = _moves(chance, settings, len(families.kind))
        deliveries = _deliveries(chance, families, np.isnat(moved_in) & np.isnat(moved_out), wanted)
        born = len(deliveries)
    twins = np.bincount(deliveries, minlength=len(families.kind)) == 2
    _sexes(chance, families, twins)
    birth = _birthdays(chance, settings, families, np.unique(deliveries), twins)
    return Homes(families, birth, moved_in, moved_out, twins)


def _drawn(chance: np.random.Generator, people: int) -> Families:
    """Families of exactly so many people."""
    held = pool()
    mean = float((held.weight * held.families.sizes).sum())
    rows = evenly(chance, held.weight, int(people / mean * 1.2) + 20)
    filled = np.cumsum(held.families.sizes[rows])
    whole = int(np.searchsorted(filled, people, side="right"))
    left = people - int(filled[whole - 1]) if whole else people
    rows = rows[:whole]
    if left:  # the last household is one of just the size that is left
        fitting = np.where(held.families.sizes == left, held.weight, 0.0)
        rows = np.append(rows, evenly(chance, fitting, 1))
    return held.families.take(rows)


def _birth_share(settings: CitySettings) -> float:
    """Of all people those who are born in the city's time, by the census' fertility and its women."""
    people = facts.numbers("ages", "male").sum() + facts.numbers("ages", "female").sum()
    births = (facts.numbers("ages", "female")[3:10] * facts.numbers("fertility", "births_per_1000")).sum() / 1000
    return float(births / people * settings.days / 365.25)


def _deliveries(chance: np.random.Generator, families: Families, staying: np.ndarray, born: int) -> Ints:
    """The families of so many newborn, or of as many as there can be; those with twins come twice."""
    age = families.age[:, 1]
    youngest = np.where(families.age[:, CHILDREN] > NOBODY, families.age[:, CHILDREN], 99).min(axis=1)
    able = np.flatnonzero(staying & (age >= 18) & (age < 50) & (youngest >= _BETWEEN_BIRTHS))
    weight = facts.numbers("fertility", "births_per_1000")[(age[able] - 15) // 5]
    order = able[np.argsort(chance.exponential(size=len(able)) / weight, kind="stable")]
    mothers = order[: born - int(chance.binomial(born // 2, 2 * TWIN_BIRTHS))]
    return np.concatenate((mothers, mothers[: born - len(mothers)]))


def _moves(chance: np.random.Generator, settings: CitySettings, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Days on which families come to the city and leave it, of those who do."""
    years, start = settings.days / 365.25, np.datetime64(settings.start, "D")
    luck, day = chance.random(count), start + chance.integers(1, max(settings.days, 2), count)
    never = np.datetime64("NaT", "D")
    coming = luck < _MOVING_IN * years
    leaving = ~coming & (luck < (_MOVING_IN + _MOVING_OUT) * years)
    return np.where(coming, day, never), np.where(leaving, day, never)


def _sexes(chance: np.random.Generator, families: Families, newborn_twins: np.ndarray) -> None:
    """The sex of the newborn, and of twins: most have the same."""
    count = len(newborn_twins)
    families.female[:, NEWBORN] = chance.random((count, 2)) < _GIRLS
    alike = chance.random(count) < _SAME_SEX
    for twins, first in ((families.twins, CHILDREN.start), (newborn_twins, NEWBORN.start)):
        families.female[twins & alike, first + 1] = families.female[twins & alike, first]


def _birthdays(
    chance: np.random.Generator, settings: CitySettings, families: Families, mothers: Ints, newborn_twins: np.ndarray
) -> np.ndarray:
    """A day of birth in each place that is taken; twins have the same."""
    start = np.datetime64(settings.start, "D")
    ago = np.floor(families.age * 365.25).astype(np.int64) + 1 + chance.integers(0, 365, families.age.shape)
    birth = np.where(families.age > NOBODY, start - ago, np.datetime64("NaT", "D"))
    birth[mothers, NEWBORN.start] = start + chance.integers(0, settings.days, len(mothers))
    for twins, first in ((families.twins, CHILDREN.start), (newborn_twins, NEWBORN.start)):
        birth[twins, first + 1] = birth[twins, first]
    return np.asarray(birth)
