"""Deaths: a published life table, shared out by what people have"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.facts.read import keys, rows
from medark.synthetic.health.curves import SEXES
from medark.synthetic.health.people import NEVER, YEAR, People

_STEP: Final = 91.3125  # days in which hazards are taken as constant
_LEAST: Final = 0.15  # of the life table's rate, for those with nothing
_IN_HOSPITAL: Final = 0.5  # the issue asks for about half; in China it is fewer
_BAND: Final = 5  # years of age over which hazards are shared out


@dataclass(frozen=True, slots=True)
class Deaths:
    """Rows of those who die: place among the people, time in days since 1970-01-01, cause (a key of diseases.csv)."""

    place: Ints
    time: Floats
    cause: Ints  # place in keys("diseases")
    in_hospital: np.ndarray


def deaths(who: People, onset: Mapping[str, Floats], seed: int, part: int) -> Deaths:
    """Who dies between entry and leave, when and of what."""
    chance = stream(seed, "health/deaths", part)
    budget = chance.standard_exponential(len(who.number))
    time = _times(who, onset, budget)
    place = np.flatnonzero(np.isfinite(time))
    age = (time[place] - who.birth[place]) / YEAR
    had = {disease: onset[disease][place] < np.floor(time[place]) for disease in _lethal()}
    return Deaths(place, time[place], _causes(age, had, chance), chance.random(len(place)) < _IN_HOSPITAL)


def life_table(female: Ints, age: Floats) -> Floats:
    """Deaths a person-year. Source: mortality.csv."""
    found = np.zeros(len(age))
    for sex, name in enumerate(SEXES):
        bands = [row for row in rows("mortality") if row["sex"] == name]
        rates = np.array([float(row["rate"]) for row in bands])
        place = np.searchsorted([float(row["from_age"]) for row in bands], age, side="right") - 1
        found = np.where(female == sex, rates[np.maximum(place, 0)], found)
    return found


@cache
def _lethal() -> dict[str, tuple[str, float]]:
    return {row["key"]: (row["measure"], float(row["size"])) for row in rows("lethality")}


def _times(who: People, onset: Mapping[str, Floats], budget: Floats) -> Floats:
    time, rest = np.full(len(budget), NEVER), budget.copy()
    for begin in np.arange(who.entry.min(), who.leave.max(), _STEP) if len(budget) else ():
        end = np.minimum(begin + _STEP, who.leave)
        begins = np.maximum(begin, who.entry)
        stay = np.maximum(end - begins, 0.0) / YEAR
        hazard = _hazard(who, onset, begin + _STEP / 2, (stay > 0) & np.isinf(time))
        spent = hazard * stay
        here = np.isinf(time) & (rest < spent)
        time[here] = begins[here] + rest[here] / hazard[here] * YEAR
        rest -= spent
    return time


def _hazard(who: People, onset: Mapping[str, Floats], day: float, living: np.ndarray) -> Floats:
    """The life table's rate on a day, times what each has above what the living of that age and sex have together."""
    age = np.maximum((day - who.birth) / YEAR, 0.0)
    rate, ratio, excess = life_table(who.female, age), np.ones(len(age)), np.zeros(len(age))
    for disease, (measure, size) in _lethal().items():
        has = onset[disease] < day
        if measure == "ratio":
            ratio[has] *= size
        else:
            excess[has] += size
    group = (np.minimum(age, 99.0) // _BAND).astype(np.int64) * 2 + who.female
    people = np.bincount(group, living)
    mean = np.where(people > 0, np.bincount(group, ratio * living) / np.maximum(people, 1), 1.0)[group]
    beyond = (np.bincount(group, excess * living) / np.maximum(people, 1))[group]
    found: Floats = np.maximum(rate - beyond, _LEAST * rate) * ratio / mean + excess
    return found


def _causes(age: Floats, had: Mapping[str, np.ndarray], chance: np.random.Generator) -> Ints:
    """One cause each, by weight: diseases by the hazard that they add, else what people of that age die of."""
    weight = {disease: had[disease] * _added(disease) for disease in had}
    words = list(weight)
    columns: list[np.ndarray] = list(weight.values())
    total = _total_of_common()
    for row in rows("causes"):
        inside = (age >= float(row["from_age"])) & (age < float(row["to_age"]) + 1)
        words.append(row["disease"])
        columns.append(inside * float(row["weight"]) / total[row["from_age"]])
    return _drawn(np.stack(columns, axis=1) if len(age) else np.empty((0, len(words))), words, chance)


def _added(disease: str) -> float:
    measure, size = _lethal()[disease]
    return size - 1.0 if measure == "ratio" else size * 25.0  # yearly excess against a common hazard near 4 %


@cache
def _total_of_common() -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows("causes"):
        found[row["from_age"]] = found.get(row["from_age"], 0.0) + float(row["weight"])
    return found


def _drawn(weights: Floats, words: Sequence[str], chance: np.random.Generator) -> Ints:
    edges = np.cumsum(weights, axis=1)
    drawn = chance.random(len(weights)) * edges[:, -1] if len(weights) else np.empty(0)
    place = (edges <= drawn[:, None]).sum(axis=1)
    index = np.array([keys("diseases").index(word) for word in words])
    found: Ints = index[place]
    return found
