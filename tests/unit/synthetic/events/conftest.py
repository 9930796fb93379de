"""Small cities that the tests of events share, lived up to the channels"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pytest

from medark.synthetic import care, events, health, population
from medark.synthetic.city import City, found
from medark.synthetic.settings import CitySettings, Part, parts

Lived = tuple[City, Part, dict[str, pa.Table]]
SETTINGS = CitySettings(people=1500, start=dt.date(2024, 1, 1), end=dt.date(2025, 1, 1), seed=3)


def lived(settings: CitySettings, number: int = 1) -> Lived:
    """A part of a city with all tables up to the channels."""
    city, part = found(settings), parts(settings)[number - 1]
    world: dict[str, pa.Table] = {}
    for stage in (population.live, health.live, events.live, care.live, events.spread_out):
        world |= stage(city, part, world)
    return city, part, world


@pytest.fixture(scope="session")
def live_city() -> Callable[[CitySettings], Lived]:
    return lived


@pytest.fixture(scope="session")
def small() -> Lived:
    """A year of 1,500 people."""
    return lived(SETTINGS)


@pytest.fixture(scope="session")
def before_channels() -> Lived:
    """The same before the channels."""
    city, part = found(SETTINGS), parts(SETTINGS)[0]
    world: dict[str, pa.Table] = {}
    for stage in (population.live, health.live, events.live, care.live):
        world |= stage(city, part, world)
    return city, part, world
