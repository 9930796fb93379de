"""What people are like: body, habits, allergies, nation"""

from __future__ import annotations

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, pick

_HEIGHT_CV = 0.036  # of people of an age and sex: ours, from the centiles of the growth standard
_BMI_CV = 0.153  # ours: with it about half of adults are at 24 or over


def bodies(chance: np.random.Generator, age: Floats, female: np.ndarray) -> tuple[Floats, Floats]:
    """Height (cm) and body mass index of people of an age and sex, to a tenth."""
    at = facts.numbers("bodies", "at")
    height, bmi = (
        np.where(female, *(np.interp(age, at, facts.numbers("bodies", f"{what}_{sex}")) for sex in "fm"))
        for what in ("height", "bmi")
    )
    first, second = np.clip(chance.standard_normal((2, len(age))), -2.5, 2.5)
    narrow = np.where(age < 15, 0.6, 1.0)  # children of an age are more alike in weight for height
    return np.round(height * (1 + _HEIGHT_CV * first), 1), np.round(bmi * np.exp(_BMI_CV * narrow * second), 1)


def habits(chance: np.random.Generator, age: Floats, female: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who smokes and who drinks every week; who does one is likelier to do the other."""
    band = np.searchsorted(facts.numbers("habits", "from_age"), age, side="right") - 1
    shared, other = chance.random((2, len(age)))
    mixed = np.where(chance.random(len(age)) < 0.4, shared, other)  # ours: four in ten decide on both alike
    rate = {
        what: np.where(female, *(facts.numbers("habits", f"{what}_{sex}")[band] for sex in "fm"))
        for what in ("smoker", "drinker")
    }
    return shared < rate["smoker"], mixed < rate["drinker"]


def allergies(chance: np.random.Generator, age: Floats) -> Ints:
    """Places in facts/allergies.csv; -1 for none. Of children a third of adults' share is known."""
    shares = facts.numbers("allergies", "share")
    found = pick(chance, np.append(shares, 1 - shares.sum()), len(age))
    unknown = (found == len(shares)) | ((age < 15) & (chance.random(len(age)) < 0.67))
    return np.where(unknown, -1, found)


def nations(chance: np.random.Generator, home: Ints) -> Ints:
    """Places in facts/nations.csv, by family: `home` is each person's, from 0."""
    return pick(chance, facts.numbers("nations", "share"), int(home.max()) + 1)[home] if len(home) else home
