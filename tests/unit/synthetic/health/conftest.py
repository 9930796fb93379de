"""Made people with what health gives them, drawn once"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from medark.synthetic import health
from medark.synthetic.health.onsets import onsets
from medark.synthetic.health.patients import patients
from medark.synthetic.health.people import people
from medark.synthetic.settings import CitySettings, Part
from medark.synthetic.world import table

_RATE = (1.1, 1.45, 1.0, 0.4)  # people by year of age from 0, 15, 60 and 75 on, roughly as in a Chinese city


def drawn(count: int, seed: int, low: int = 0, high: int = 95, first: str = "2023-01-01") -> pa.Table:
    """So many people of these ages, with habits of Chinese men and women."""
    chance = np.random.default_rng(seed)
    years = np.arange(low, high)
    weight = np.array(_RATE)[np.searchsorted([15, 60, 75], years, side="right")]
    age = chance.choice(years, count, p=weight / weight.sum()) + chance.random(count)
    female, grown = chance.random(count) < 0.49, age >= 18
    birth = np.datetime64(first) - np.round(age * 365.25).astype("timedelta64[D]")
    return table(
        "person",
        person=np.arange(1, count + 1),
        sex=(female.astype(np.int64), ("M", "F")),
        birth=birth.astype("datetime64[D]"),
        smoker=grown & (chance.random(count) < np.where(female, 0.02, 0.5)),
        drinker=grown & (chance.random(count) < np.where(female, 0.08, 0.4)),
        bmi=np.where(grown, np.clip(chance.normal(24, 3.4, count), 16, 42), 17),
        height_cm=np.where(female, 158, 169) + chance.normal(0, 6, count),
    )


@pytest.fixture(scope="package")
def drawn_people():
    """The function that draws people."""
    return drawn


@pytest.fixture(scope="package")
def town():
    """6,000 people for three years: settings, part, world and patients."""
    settings = CitySettings(people=6000, seed=3)
    part = Part(1, 1, 6000)
    world = {"person": drawn(6000, 3)}
    world |= health.live(SimpleNamespace(settings=settings), part, world)
    return SimpleNamespace(settings=settings, part=part, world=world, patients=patients(settings, world))


@pytest.fixture(scope="package")
def crowd():
    """24,000 people and the days of onset of everything, as health draws them before anybody dies."""
    settings = CitySettings(people=24_000, seed=5)
    who = people(drawn(24_000, 5), settings)
    return SimpleNamespace(who=who, onset=onsets(who, settings.seed, 1), settings=settings)
