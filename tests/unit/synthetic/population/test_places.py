"""Organisations: those of the settings, and what is near"""

from __future__ import annotations

import pytest

from medark.synthetic import facts
from medark.synthetic.population import places
from medark.synthetic.settings import CitySettings


def test_hospitals_not_asked_for_are_not_there() -> None:
    there = places.organisations(CitySettings(hospitals=("south",)))
    assert "south" in there
    assert not {"north", "county"} & set(there)


@pytest.mark.parametrize(
    ("kind", "count"), [("tertiary", 2), ("county", 1), ("clinic", 30), ("pharmacy", 40), ("site", 10)]
)
def test_the_city_has_its_organisations(kind: str, count: int) -> None:
    assert len(places.of_kind(kind)) == count


def test_shares_of_hospitals_sum_to_one_and_fall_with_distance() -> None:
    shares = places.hospital_shares(("north", "south", "county"))
    assert shares.sum(axis=1) == pytest.approx(1)
    towns = facts.keys("towns")
    assert shares[towns.index("tonglu-tongjun"), 2] > 0.5 > shares[towns.index("xihu-sandun"), 2]


def test_organisations_stand_in_their_district() -> None:
    towns = facts.by_key("towns")
    assert all(towns[row["town"]]["district"] == row["district"] for row in facts.rows("organisations"))


def test_towns_are_where_their_district_is() -> None:
    districts = facts.by_key("districts")
    for town in facts.rows("towns"):
        of = districts[town["district"]]
        assert abs(float(town["lat"]) - float(of["lat"])) < 0.35
        assert abs(float(town["lon"]) - float(of["lon"])) < 0.55
