"""A small city with everything that happens to its people up to care"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from medark.synthetic import care, events, health, population
from medark.synthetic.city import found
from medark.synthetic.settings import CitySettings, parts
from medark.synthetic.world import column


@pytest.fixture(scope="session")
def cared():
    """Settings, the city, its one part, and the tables of 1,500 people for three years."""
    settings = CitySettings(people=1500, seed=7)
    city, part = found(settings), parts(settings)[0]
    world: dict[str, pa.Table] = {}
    for stage in (population.live, health.live, events.live, care.live):
        world |= stage(city, part, world)
    return SimpleNamespace(settings=settings, city=city, part=part, world=world)


@pytest.fixture(scope="session")
def columns(cared):
    """A table's columns as numpy, by name."""

    def held(name: str) -> SimpleNamespace:
        table = cared.world[name]
        return SimpleNamespace(**{key: column(table, key) for key in table.column_names})

    return held


@pytest.fixture(scope="session")
def visits(columns):
    """Encounters with where each key stands: `at(keys)`."""
    held = columns("encounter")
    held.at = lambda keys: np.searchsorted(held.encounter, keys)
    return held
