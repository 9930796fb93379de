"""Every system of the city, in the order in which they write"""

from __future__ import annotations

from medark.synthetic.feeds.system import System
from medark.synthetic.settings import CitySettings

ALL: tuple[System, ...] = ()


def systems(settings: CitySettings) -> tuple[System, ...]:
    """The systems of a city with these hospitals."""
    return tuple(system for system in ALL if not system.hospital or system.hospital in settings.hospitals)
