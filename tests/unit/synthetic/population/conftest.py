"""A small city's people, drawn once"""

from __future__ import annotations

import pyarrow as pa
import pytest

from medark.synthetic.population.live import people
from medark.synthetic.population.registrations import first_registrations
from medark.synthetic.settings import CitySettings, parts


@pytest.fixture(scope="package")
def settings() -> CitySettings:
    """Two thousand people, dirty as cities are."""
    return CitySettings(people=2000)


@pytest.fixture(scope="package")
def person(settings: CitySettings) -> pa.Table:
    """Its people."""
    return people(settings, parts(settings)[0])


@pytest.fixture(scope="package")
def registration(settings: CitySettings, person: pa.Table) -> pa.Table:
    """How they are known."""
    return first_registrations(settings, parts(settings)[0], person)
