"""Pregnancies of the mothers of the city's newborn: antenatal visits, complications, the birth"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care import clock
from medark.synthetic.care.candidates import Chain, candidates
from medark.synthetic.care.concepts import DISEASE, EMERGENCY, INPATIENT, OUTPATIENT
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.paths import stay_lengths
from medark.synthetic.care.places import hospital
from medark.synthetic.care.rows import DAY, Rows, steps
from medark.synthetic.chance import stream
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_FERTILE = (18, 46)  # years
# Shares of births. Source of the caesarean share: Liang 2018, JAMA 319:2110, births in China 2016 (41.1 %); of
# gestational diabetes: Gao 2019, J Diabetes Investig 10:154 (14.8 %); of pre-eclampsia: ours after 2-4 % in reviews.
_CAESAREAN, _GESTATIONAL_DIABETES, _PRE_ECLAMPSIA = 0.41, 0.148, 0.03
_VISITS = np.array([-200, -168, -140, -115, -90, -70, -50, -35, -21, -14, -7])  # days before birth
_KEPT = 0.8
_MISCARRIAGES = 0.10  # of births: threatened abortion that brings women to a hospital. Ours


def births(city: City, part: Part, people: Lives, chain: Chain) -> list[Rows]:
    """Candidates for mothers: each newborn's is the woman of child-bearing age in the household, the youngest."""
    chance = stream(city.settings.seed, "care/births", part.number)
    mother, day = mothers(people)
    place = hospital(chance, city, people, mother)
    beside = np.where(chance.random(len(mother)) < _GESTATIONAL_DIABETES, DISEASE["gestational_diabetes"], -1)
    beside = np.where(chance.random(len(mother)) < _PRE_ECLAMPSIA, DISEASE["pre_eclampsia"], beside)
    return [
        _stays(chance, people, chain, mother, day, place, beside), _antenatal(chance, mother, day, place, beside),
        _early(chance, mother, day, place),
    ]  # fmt: skip


def mothers(people: Lives) -> tuple[np.ndarray, np.ndarray]:
    """Rows of mothers and days of their children's births; one birth a day and mother (twins are one)."""
    born = np.flatnonzero(people.begins == people.birth * DAY)
    newest = np.lexsort((-people.birth, people.household))
    women = newest[people.female[newest]]
    of, number = steps(np.full(len(born), 8))
    first = np.searchsorted(people.household[women], people.household[born])
    at = np.minimum(first[of] + number, len(women) - 1)
    found = women[at] if len(women) else at
    age = (people.birth[born][of] - people.birth[found]) / 365.25
    fits = (people.household[found] == people.household[born][of]) & (age >= _FERTILE[0]) & (age < _FERTILE[1])
    child, which = np.unique(of[fits], return_index=True)
    pairs = np.unique(np.stack([found[fits][which], people.birth[born[child]]]), axis=1)
    return pairs[0], pairs[1]


def _stays(
    chance: np.random.Generator, people: Lives, chain: Chain, mother: np.ndarray, day: np.ndarray, place: np.ndarray,
    beside: np.ndarray,
) -> Rows:  # fmt: skip
    """The stay of the birth: it begins up to a day before; with pre-eclampsia three days."""
    count, toxic = len(mother), beside == DISEASE["pre_eclampsia"]
    cut = chance.random(count) < np.where(toxic, 0.8, _CAESAREAN)
    reason = np.where(cut, DISEASE["caesarean"], DISEASE["delivery"])
    start = day * DAY - chance.integers(0, DAY, count) + chance.integers(0, 6, count) * 3600 - 2 * DAY * toxic
    return candidates(
        mother, start=start, length=stay_lengths(chance, people, mother, start, reason) + 2 * DAY * toxic,
        kind=INPATIENT, reason=reason, place=place, priority=1, urgent=chance.random(count) < 0.3,
        chain=chain.numbers(count), beside=beside,
    )  # fmt: skip


def _antenatal(
    chance: np.random.Generator, mother: np.ndarray, day: np.ndarray, place: np.ndarray, beside: np.ndarray
) -> Rows:
    """Visits before the birth; what complicates it is found at the fifth (diabetes) or the eighth (pre-eclampsia)."""
    of, number = steps(np.full(len(mother), len(_VISITS)))
    kept = chance.random(len(of)) < _KEPT
    of, number = of[kept], number[kept]
    on = clock.working_day(chance, day[of] + _VISITS[number] + chance.integers(-4, 5, len(of)), keep=0.05)
    found = np.where(beside[of] == DISEASE["pre_eclampsia"], number >= 7, (beside[of] >= 0) & (number >= 4))
    return candidates(
        mother[of], start=on * DAY + clock.at_hospital(chance, len(of)).astype(np.int64), kind=OUTPATIENT,
        length=chance.integers(40, 150, len(of)) * 60, place=place[of], priority=6,
        reason=np.where(found & (chance.random(len(of)) < 0.7), beside[of], DISEASE["antenatal"]),
    )  # fmt: skip


def _early(chance: np.random.Generator, mother: np.ndarray, day: np.ndarray, place: np.ndarray) -> Rows:
    """Threatened miscarriage, seven months before the births that came about."""
    of = np.flatnonzero(chance.random(len(mother)) < _MISCARRIAGES)
    start = (day[of] - chance.integers(200, 230, len(of))) * DAY + clock.at_any_time(chance, len(of)).astype(np.int64)
    urgent = chance.random(len(of)) < 0.3
    return candidates(
        mother[of], start=start, length=chance.integers(40, 200, len(of)) * 60, place=place[of],
        reason=DISEASE["miscarriage"],
        kind=np.where(urgent, EMERGENCY, OUTPATIENT), triage=np.where(urgent, 4, 0), priority=7,
    )  # fmt: skip
