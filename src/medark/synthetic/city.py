"""The city before anybody lives in it: its places and staff, and how the epidemics will run that all its parts share"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from medark.synthetic.events.courses import Courses, courses
from medark.synthetic.population.staff import staff
from medark.synthetic.settings import CitySettings


@dataclass(frozen=True, slots=True)
class City:
    """What every part needs and none makes: small enough to be sent to each worker."""

    settings: CitySettings
    staff: pa.Table
    courses: Courses


def found(settings: CitySettings) -> City:
    """The city of these settings."""
    return City(settings, staff(settings), courses(settings))
