"""False claims: as many as were planted, each with its word, and books that agree with the claim"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable

import pytest

from medark.synthetic import facts
from medark.synthetic.settings import CitySettings


@pytest.fixture(scope="module")
def world(live_city: Callable) -> dict:
    return live_city(CitySettings(people=4000, start=dt.date(2024, 1, 1), end=dt.date(2025, 7, 1), seed=2))[2]


@pytest.fixture(scope="module")
def encounters(world: dict) -> dict[int, dict]:
    return {row["encounter"]: row for row in world["encounter"].to_pylist()}


def _claims(world: dict, fraud: str | None) -> list[dict]:
    return [row for row in world["claim"].to_pylist() if row["fraud"] == fraud]


def test_every_pattern_is_there_and_honest_claims_are_many(world: dict) -> None:
    found = Counter(world["claim"]["fraud"].to_pylist())
    assert set(found) == {None, *facts.keys("fraud")}
    assert found[None] > 0.98 * world["claim"].num_rows
    for name, key in (("claim", "claim"), ("encounter", "encounter"), ("fee", "fee")):
        assert len(set(world[name][key].to_pylist())) == world[name].num_rows


def test_claims_are_the_sum_of_their_fees_but_for_upcoding(world: dict) -> None:
    sums: dict[int, int] = defaultdict(int)
    for row in world["fee"].to_pylist():
        sums[row["encounter"]] += row["amount"]
    for row in world["claim"].to_pylist():
        assert row["pooled"] + row["own"] == row["total"]
        if row["fraud"] == "upcoding":
            assert row["total"] > 1.15 * sums[row["encounter"]]
        else:
            assert row["total"] == sums[row["encounter"]]


def test_a_claim_billed_twice_has_a_true_one_before_it(world: dict) -> None:
    first = defaultdict(list)
    for row in world["claim"].to_pylist():
        first[row["encounter"]].append(row)
    for row in _claims(world, "duplicate_billing"):
        others = [one for one in first[row["encounter"]] if one["claim"] != row["claim"]]
        assert any(one["total"] == row["total"] and one["submitted"] < row["submitted"] for one in others)


def test_a_phantom_visit_follows_a_true_one_of_the_same_day_at_the_same_place(world: dict, encounters: dict) -> None:
    by_person = defaultdict(list)
    for row in encounters.values():
        by_person[row["person"]].append(row)
    for claim in _claims(world, "phantom_visit"):
        visit = encounters[claim["encounter"]]
        same = [
            row
            for row in by_person[visit["person"]]
            if row["start"].date() == visit["start"].date() and row["encounter"] != visit["encounter"]
        ]
        assert len(same) == 1 and same[0]["organisation"] == visit["organisation"]
        assert same[0]["end"] <= visit["start"]


def test_a_split_stay_is_two_that_follow_each_other(world: dict, encounters: dict) -> None:
    halves = {row["encounter"] for row in _claims(world, "split_stay")}
    assert halves and len(halves) % 2 == 0
    second = [encounters[key] for key in halves if encounters[key]["came_from"] in halves]
    assert len(second) == len(halves) / 2
    for stay in second:
        before = encounters[stay["came_from"]]
        assert dt.timedelta(0) < stay["start"] - before["end"] < dt.timedelta(hours=1)
        assert (stay["person"], stay["organisation"]) == (before["person"], before["organisation"])


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("fee", "time"),
        ("observation", "time"),
        ("lab_result", "collected"),
        ("lab_order", "ordered"),
        ("transfer", "start"),
    ],
)
def test_what_happened_in_an_encounter_lies_within_it(world: dict, encounters: dict, name: str, when: str) -> None:
    for row in world[name].to_pylist():
        visit = encounters[row["encounter"]]
        assert visit["start"] <= row[when] <= visit["end"]
