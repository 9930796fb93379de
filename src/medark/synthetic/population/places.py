"""Where people go: the organisations of the city's settings, and which of them is near a home"""

from __future__ import annotations

from functools import cache

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats
from medark.synthetic.settings import HOSPITALS, CitySettings

KM_OF_DEGREE = 111.2  # of latitude; of longitude times the cosine of latitude (a sphere of 6,371 km)
_REACH_KM = {"tertiary": 25.0, "county": 15.0}  # ours: within which a hospital's draw falls to 1/e


def organisations(settings: CitySettings) -> tuple[str, ...]:
    """Keys of the organisations that are there: all of facts/organisations.csv but the hospitals not asked for."""
    return tuple(key for key in facts.keys("organisations") if key not in HOSPITALS or key in settings.hospitals)


def of_kind(kind: str) -> tuple[str, ...]:
    """Keys of the organisations of a kind: tertiary, county, clinic, pharmacy, site, cdc, ems or insurer.

    >>> of_kind("cdc")
    ('cdc',)
    """
    return tuple(row["key"] for row in facts.rows("organisations") if row["kind"] == kind)


@cache
def distances(keys: tuple[str, ...]) -> Floats:
    """Kilometres from the middle of each town (a row, as in facts/towns.csv) to these organisations (a column each)."""
    held = facts.by_key("organisations")
    lon, lat = (np.array([float(held[key][axis]) for key in keys]) for axis in ("lon", "lat"))
    town_lon, town_lat = facts.numbers("towns", "lon")[:, None], facts.numbers("towns", "lat")[:, None]
    east = (lon - town_lon) * np.cos(np.radians(town_lat))
    return np.asarray(np.hypot(east, lat - town_lat) * KM_OF_DEGREE)


@cache
def nearest(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Of each town the nearest of these organisations."""
    return tuple(keys[place] for place in distances(keys).argmin(axis=1))


@cache
def hospital_shares(hospitals: tuple[str, ...]) -> Floats:
    """Of each town (a row) the share of people who usually go to each hospital (a column); rows sum to 1.

    A gravity model: attraction of facts/organisations.csv times exp(-distance / reach).
    """
    held = [facts.by_key("organisations")[key] for key in hospitals]
    reach = np.array([_REACH_KM[row["kind"]] for row in held])
    pull = np.array([float(row["attraction"]) for row in held]) * np.exp(-distances(hospitals) / reach)
    return np.asarray(pull / pull.sum(axis=1, keepdims=True))
