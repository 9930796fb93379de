"""What home devices read: each person's own level, the season, treatment's slow effect, illness, and the device's error"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.scene import Scene
from medark.synthetic.world import column

_ILL_BEFORE, _ILL_AFTER = 0.5, 6.0  # days around onset of an infection in which it shows


def values(scene: Scene, kinds: Sequence[str], kind: Ints, people: Ints, when: Floats) -> tuple[Floats, Floats]:
    """First and second value (diastolic pressure) of each reading, in the units of facts/device_kinds."""
    chance = scene.chance("home values")
    first, second = np.full(len(people), np.nan), np.full(len(people), np.nan)
    own = chance.standard_normal((len(kinds), len(scene.town.person)))
    noise = chance.standard_normal((2, len(people)))
    ill = _ill(scene, people, when)
    for place, name in enumerate(kinds):
        some = np.flatnonzero(kind == place)
        if name == "blood_pressure":
            first[some], second[some] = _pressure(scene, own[place], noise[:, some], people[some], when[some])
        else:
            first[some] = _single(scene, name, own[place], noise[0, some], people[some], when[some], ill[some])
    return first, second


def _pressure(scene: Scene, own: Floats, noise: Floats, people: Ints, when: Floats) -> tuple[Floats, Floats]:
    """Home pressure of people under treatment, mm Hg; some 4 higher in winter. Ours."""
    winter = 4 * np.cos(2 * np.pi * (scene.calendar.of_year[when.astype(np.int64)] - 0.04))
    age = scene.town.ages(people, when)
    systolic = 134 + 9 * own[people] + 0.15 * (age - 60) + winter + 7 * noise[0]
    diastolic = 80 + 5 * own[people] - 0.18 * (age - 60) + winter / 2 + 4.5 * noise[1] + 1.5 * noise[0]
    return np.round(systolic), np.round(np.clip(diastolic, 40, systolic - 18))


def _single(scene: Scene, kind: str, own: Floats, noise: Floats, people: Ints, when: Floats, ill: np.ndarray) -> Floats:
    """Ours: levels of treated patients of a primary-care list."""
    level = own[people]
    if kind == "blood_glucose":  # fasting, mmol/L
        return np.round(np.clip(7.4 * np.exp(0.16 * level + 0.12 * noise) + 0.8 * ill, 3.0, 28.0), 1)
    if kind == "body_weight":  # kg
        people_table = scene.world["person"]
        height, bmi = column(people_table, "height_cm"), column(people_table, "bmi")
        weight = np.nan_to_num(bmi, nan=24.0) * (np.nan_to_num(height, nan=163.0) / 100) ** 2
        drift = 1 + 0.02 * level * np.sin(2 * np.pi * when / 400)
        return np.round(weight[people] * drift + 0.4 * noise, 1)
    if kind == "oxygen_saturation":  # %
        return np.round(np.clip(95.5 + 1.2 * level + 0.8 * noise - 3.5 * ill, 78, 100))
    if kind == "step_count":
        return np.round(np.clip(6200 * np.exp(0.45 * level + 0.35 * noise) * np.where(ill, 0.3, 1.0), 40, 60_000))
    return np.round(np.clip(72 + 7 * level + 4 * noise + 11 * ill, 40, 170))  # heart rate at rest, beats/min


def _ill(scene: Scene, people: Ints, when: Floats) -> np.ndarray:
    """Whether an infection shows at the time."""
    some = np.flatnonzero(scene.ill.severity > 0)
    if not len(some):
        return np.zeros(len(people), dtype=bool)
    span = 10.0**5
    keys = np.sort(scene.ill.person[some] * span + scene.ill.onset[some])
    place = np.searchsorted(keys, people * span + when + _ILL_BEFORE, side="right") - 1
    past = people * span + when - keys[np.maximum(place, 0)]
    return (place >= 0) & (past > -_ILL_BEFORE - 1e-9) & (past < _ILL_AFTER)
