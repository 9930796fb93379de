"""Health as a stage: tables as agreed, the same from the same seed, quick, and nobody before arrival"""

from __future__ import annotations

import datetime as dt
import time
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from medark.synthetic import health
from medark.synthetic.health.marginals import marginals
from medark.synthetic.settings import CitySettings, Part
from medark.synthetic.tables import TABLES


def test_tables_are_those_agreed(town) -> None:
    for name in ("onset", "death", "exposure"):
        assert town.world[name].schema.equals(TABLES[name])
        assert town.world[name].num_rows


def test_the_same_seed_gives_the_same_tables_and_another_one_others(town) -> None:
    again = health.live(SimpleNamespace(settings=town.settings), town.part, {"person": town.world["person"]})
    assert all(again[name].equals(town.world[name]) for name in again)
    other = SimpleNamespace(settings=CitySettings(people=6000, seed=4))
    assert not health.live(other, town.part, {"person": town.world["person"]})["onset"].equals(again["onset"])


def test_a_part_with_one_person_or_none_is_no_trouble(town) -> None:
    city = SimpleNamespace(settings=town.settings)
    for count in (1, 0):
        made = health.live(city, Part(9, 1, count), {"person": town.world["person"].slice(0, count)})
        assert all(made[name].schema.equals(TABLES[name]) for name in made)


def test_those_born_or_arrived_later_begin_then(drawn_people) -> None:
    settings = CitySettings(people=2000, seed=2)
    person = drawn_people(2000, 2)
    born = pa.array([dt.date(2024, 3, 1)] * 500 + person["birth"].to_pylist()[500:], pa.date32())
    moved = pa.array([None] * 500 + [dt.date(2024, 5, 1)] * 1500, pa.date32())
    for name, column in (("birth", born), ("moved_in", moved)):
        person = person.set_column(person.schema.get_field_index(name), name, column)
    made = health.live(SimpleNamespace(settings=settings), Part(1, 1, 2000), {"person": person})
    assert min(made["death"]["time"].to_pylist()).date() >= dt.date(2024, 3, 1)
    birth = dict(zip(person["person"].to_pylist(), person["birth"].to_pylist(), strict=True))
    for row in made["onset"].to_pylist():
        assert row["day"] >= birth[row["person"]]


def test_a_large_part_takes_a_fraction_of_a_second(drawn_people) -> None:
    settings, part = CitySettings(people=10_000), Part(1, 1, 10_000)
    world = {"person": drawn_people(10_000, 8)}
    health.live(SimpleNamespace(settings=settings), part, world)  # facts are read once
    begin = time.process_time()
    health.live(SimpleNamespace(settings=settings), part, world)
    assert time.process_time() - begin < 1.5


def test_marginals_show_published_beside_made(town) -> None:
    found = marginals(town.settings, town.world).to_pylist()
    assert {row["figure"] for row in found} == {"prevalence", "incidence", "deaths"}
    told = [row for row in found if row["published"] * row["people"] > 20]
    assert len(told) > 60
    assert np.mean([abs(row["difference"]) / row["error"] < 3 for row in told]) > 0.95
    (hypertension,) = (r for r in told if (r["of"], r["sex"], r["from_age"]) == ("htn", "M", 55))
    assert hypertension["published"] == 0.446
    assert hypertension["made"] == pytest.approx(0.446, abs=0.08)
