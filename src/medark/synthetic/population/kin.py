"""What runs in families: the family's name, blood groups, and where a person's identity number was given"""

from __future__ import annotations

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Ints, pick
from medark.synthetic.population.evenly import evenly
from medark.synthetic.population.families import Homes
from medark.synthetic.population.names import families as family_names
from medark.synthetic.population.pool import CHILDREN, NEWBORN, NOBODY, PLACES

_FROM_FATHER = 0.93  # of children their family's name: ours
_FROM_ELSEWHERE = ((18, 0.10), (30, 0.32), (60, 0.30), (120, 0.10))  # below an age, of people: ours
_RH_NEGATIVE = 0.01  # Source: facts/blood_types.csv
_YOUNG = (*range(CHILDREN.start, CHILDREN.stop), *range(NEWBORN.start, NEWBORN.stop))


def surnames(chance: np.random.Generator, homes: Homes) -> Ints:
    """The family's name of each place (in facts/surnames.csv): of children their father's, mostly.

    The man of two elders bears that of his child; women keep theirs.
    """
    families = homes.families
    count = len(families.kind)
    found = family_names(chance, count * PLACES).reshape(count, PLACES)
    couple = families.age[:, 1] > NOBODY
    man = ~families.of_wife | ~couple
    elder_man = (families.age[:, 5] > NOBODY) & ~families.female[:, 5]
    found[elder_man, 5] = np.where(man, found[:, 0], found[:, 1])[elder_man]
    # Who brings up children alone may be a mother: then the father is not here, and his name is nobody's here.
    father_here = couple | ~families.female[:, 0]
    fathers = np.where(father_here, found[:, 0], family_names(chance, count))
    mothers = np.where(couple, found[:, 1], found[:, 0])
    children = np.where(chance.random(count) < _FROM_FATHER, fathers, mothers)
    found[:, _YOUNG] = children[:, None]
    return found


def blood(chance: np.random.Generator, homes: Homes) -> Ints:
    """The blood type of each place (in facts/blood_types.csv): children have an allele of each parent."""
    count = len(homes.families.kind)
    genes = pick(chance, facts.numbers("blood_alleles", "frequency"), count * PLACES * 2).reshape(count, PLACES, 2)
    heir = chance.integers(0, 2, (count, PLACES, 2))
    rows = np.arange(count)
    for place in _YOUNG:
        if (couple := homes.families.age[:, 1] > NOBODY).any():
            genes[couple, place, 1] = genes[rows, 1, heir[:, place, 1]][couple]
        genes[:, place, 0] = genes[rows, 0, heir[:, place, 0]]
    # Alleles are A, B, O: of a pair, which types A, B, O, AB it makes.
    type_of = np.array([[0, 3, 0], [3, 1, 1], [0, 1, 2]])
    negative = chance.random((count, PLACES)) < _RH_NEGATIVE
    return np.asarray(type_of[genes[..., 0], genes[..., 1]] + 4 * negative)


def regions(chance: np.random.Generator, homes: Homes, district: Ints, years: Ints) -> Ints:
    """The region code of each place's identity number, by the home's district and the year of birth.

    A district's code is the one it had then; who came from elsewhere has a code of there, and children their parent's.
    """
    count = len(district)
    codes, before, since = (
        facts.numbers("districts", name)[district].astype(np.int64) for name in ("code", "code_before", "code_from")
    )
    here = np.where(years >= since[:, None], codes[:, None], before[:, None])
    age = homes.families.age
    share = np.select([age < old for old, _ in _FROM_ELSEWHERE], [part for _, part in _FROM_ELSEWHERE], 0.0)
    origins = np.array([int(key) for key in facts.keys("origins")])
    there = origins[evenly(chance, facts.numbers("origins", "weight"), count)]
    away = chance.random((count, PLACES)) < share
    # A family is from one place: its members from elsewhere are from the same.
    away[:, 1] |= away[:, 0] & (chance.random(count) < 0.5)
    away[:, _YOUNG] = (away[:, :1] & (chance.random((count, len(_YOUNG))) < 0.4)) & (age[:, _YOUNG] > NOBODY)
    return np.where(away, there[:, None], here)


def twins(homes: Homes, number: Ints) -> tuple[Ints, Ints]:
    """Pairs of twins, by the numbers (one a place) of the older and the younger."""
    pairs = [(homes.families.twins, CHILDREN.start), (homes.newborn_twins, NEWBORN.start)]
    firsts = np.concatenate([number[of, first] for of, first in pairs])
    return firsts, np.concatenate([number[of, first + 1] for of, first in pairs])
