"""Where families live: district and town, a street that is not there, and a point on the map"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.population import places
from medark.synthetic.population.evenly import evenly
from medark.synthetic.settings import CitySettings

_OTHER_CLINIC = 0.15  # of families who don't go to the clinic that is nearest: ours


@dataclass(frozen=True, slots=True)
class Addresses:
    """A row a family."""

    town: Ints  # place in facts/towns.csv
    district: Ints  # place in facts/districts.csv
    lon: Floats
    lat: Floats
    zh: pa.Array
    en: pa.Array
    clinic: Ints  # place among the clinics
    hospital: Ints  # place among the settings' hospitals; -1 where there is none


def addresses(chance: np.random.Generator, settings: CitySettings, count: int) -> Addresses:
    """Homes of so many families, over the districts as the census has people."""
    town = evenly(chance, _town_shares(), count)
    lat = facts.numbers("towns", "lat")[town]
    km = facts.numbers("towns", "spread_km")[town] / places.KM_OF_DEGREE
    east, north = np.clip(chance.standard_normal((2, count)), -2.5, 2.5) * km
    zh, en = _texts(chance, town)
    clinics = places.of_kind("clinic")
    return Addresses(
        town, _districts()[town], np.round(facts.numbers("towns", "lon")[town] + east / np.cos(np.radians(lat)), 5),
        np.round(lat + north, 5), zh, en, _clinics(chance, places.distances(clinics), town),
        _hospitals(chance, settings.hospitals, town),
    )  # fmt: skip


def _clinics(chance: np.random.Generator, distances: Floats, town: Ints) -> Ints:
    """The nearest clinic, or the second nearest."""
    near = np.argsort(distances, axis=1)[town]
    return np.asarray(near[np.arange(len(town)), (chance.random(len(town)) < _OTHER_CLINIC).astype(np.int64)])


def _hospitals(chance: np.random.Generator, hospitals: tuple[str, ...], town: Ints) -> Ints:
    if not hospitals:
        return np.full(len(town), -1)
    edges = np.cumsum(places.hospital_shares(hospitals), axis=1)[town]
    return np.asarray((edges[:, :-1] < chance.random(len(town))[:, None]).sum(axis=1))


@cache
def _districts() -> Ints:
    """The district of each town."""
    keys = facts.keys("districts")
    return np.array([keys.index(row["district"]) for row in facts.rows("towns")])


@cache
def _town_shares() -> Floats:
    """Of all people those of each town."""
    weight, of = facts.numbers("towns", "weight"), _districts()
    within = weight / np.bincount(of, weight)[of]
    return np.asarray(within * facts.numbers("districts", "population")[of])


def _texts(chance: np.random.Generator, town: Ints) -> tuple[pa.Array, pa.Array]:
    count = len(town)
    street = chance.integers(0, len(facts.keys("streets")), count)
    building, stair, floor, flat = (chance.integers(1, last, count) for last in (400, 7, 18, 5))
    house, room = _text(building), _text(floor * 100 + flat)
    towns_zh, towns_en = _town_names()
    zh = pc.binary_join_element_wise(
        towns_zh.take(pa.array(town)), _column("key").take(pa.array(street)), "路", house, "号", _text(stair), "单元",
        room, "室", "",
    )  # fmt: skip
    en = pc.binary_join_element_wise(
        house, " ", _column("name_en").take(pa.array(street)), " Road, Unit ", _text(stair), ", Room ", room, ", ",
        towns_en.take(pa.array(town)), "",
    )  # fmt: skip
    return zh, en


def _text(values: Ints) -> pa.Array:
    return pa.array(values).cast(pa.string())


@cache
def _column(name: str) -> pa.Array:
    return pa.array([row[name] for row in facts.rows("streets")], pa.string())


@cache
def _town_names() -> tuple[pa.Array, pa.Array]:
    """District and town, as an address begins in Chinese and ends in English."""
    held = facts.by_key("districts")
    rows = [(held[row["district"]], row) for row in facts.rows("towns")]
    return (
        pa.array([of["name_zh"] + row["name_zh"] for of, row in rows]),
        pa.array([f"{row['name_en']}, {of['name_en']}" for of, row in rows]),
    )
