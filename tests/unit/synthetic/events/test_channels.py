"""The city's other channels: their rows hang together with people, care and cases"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from medark.synthetic import events, facts
from medark.synthetic.tables import TABLES
from medark.synthetic.world import column

CHANNELS = {
    "ems_call": "called", "nucleic_test": "collected", "pharmacy_sale": "sold", "report_card": "reported",
    "device_reading": "time",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(small: tuple) -> dict[str, pa.Table]:
    return small[2]


@pytest.fixture(scope="module")
def people(world: dict) -> dict[int, dict]:
    return {row["person"]: row for row in world["person"].to_pylist()}


@pytest.fixture(scope="module")
def encounters(world: dict) -> dict[int, dict]:
    return {row["encounter"]: row for row in world["encounter"].to_pylist()}


@pytest.mark.parametrize(("name", "when"), CHANNELS.items())
def test_a_channel_has_its_columns_unique_keys_and_only_people_who_are_there(
    small: tuple, people: dict, name: str, when: str
) -> None:
    world = small[2]
    table = world[name]
    assert table.schema == TABLES[name] and table.num_rows > 100
    if name != "nucleic_test":  # whose key is a tube's
        assert len(pc.unique(table.column(0))) == table.num_rows
    assert (np.diff(column(table, when).astype(np.int64)) >= 0).all()
    died = {row["person"]: row["time"] for row in world["death"].to_pylist()}
    for row in table.to_pylist():
        assert people[row["person"]]["birth"] <= row[when].date()
        late = dt.timedelta(days=4 if name == "report_card" else 0)
        assert row["person"] not in died or row[when] < died[row["person"]] + dt.timedelta(days=1) + late


def test_the_same_city_has_the_same_channels(small: tuple, before_channels: tuple) -> None:
    city, part, world = before_channels
    again = events.spread_out(city, part, world)
    assert all(again[name].equals(small[2][name]) for name in CHANNELS)


def test_every_ambulance_was_called_before_it_came(world: dict, encounters: dict) -> None:
    calls = world["ems_call"].to_pylist()
    for row in calls:
        way = [row[name] for name in ("called", "dispatched", "on_scene", "at_hospital") if row[name]]
        assert way == sorted(way)
        assert (row["encounter"] is not None) == (row["outcome"] == "transported") == (row["at_hospital"] is not None)
        if row["encounter"] is not None:
            visit = encounters[row["encounter"]]
            assert (visit["person"], visit["organisation"]) == (row["person"], row["organisation"])
            assert row["at_hospital"] <= visit["start"] < row["at_hospital"] + dt.timedelta(minutes=10)
        if row["outcome"] == "cancelled":
            assert row["on_scene"] is None
    taken = {row["encounter"] for row in calls}
    brought = [one for one in encounters.values() if one["arrival"] == "ambulance" and one["came_from"] is None]
    assert brought and all(one["encounter"] in taken for one in brought)


def test_what_callers_say_names_age_and_sex(world: dict, people: dict) -> None:
    for row in world["ems_call"].to_pylist():
        person = people[row["person"]]
        age = (row["called"].date() - person["birth"]).days / 365.25
        assert f"{int(age)}岁" in row["text"] or f"{int(age - 0.01)}岁" in row["text"]
        assert ("女" if person["sex"] == "F" else "男") in row["text"]
    assert len(set(world["ems_call"]["text"].to_pylist())) > 0.5 * world["ems_call"].num_rows


def test_members_have_one_card_each_and_most_buyers_none(world: dict) -> None:
    cards = defaultdict(set)
    for row in world["pharmacy_sale"].to_pylist():
        cards[row["person"]].add(row["member"])
    assert all(len(found) == 1 for found in cards.values())
    held = [card for found in cards.values() for card in found if card]
    assert len(held) == len(set(held)) and 0.35 < len(held) / len(cards) < 0.55


def test_items_are_drugs_at_a_price(world: dict) -> None:
    sales = world["pharmacy_sale"]
    assert set(sales["item"].to_pylist()) <= set(facts.keys("drugs"))
    assert pc.min(sales["price"]).as_py() > 0 and set(sales["quantity"].to_pylist()) == {1, 2, 3}
    assert 1.5 < sales.num_rows / 1500 < 7


def test_refills_follow_a_prescription_of_the_drug(world: dict) -> None:
    first = {}
    for row in world["prescription"].to_pylist():
        key = row["person"], row["drug"]
        first[key] = min(first.get(key, row["start"]), row["start"])
    only = set(facts.keys("refills"))
    bought = [row for row in world["pharmacy_sale"].to_pylist() if row["item"] in only]
    assert len(bought) > 100
    assert all(first[row["person"], row["item"]] < row["sold"] for row in bought)


def test_pharmacies_are_quiet_in_the_spring_festival_and_busy_on_saturdays(world: dict) -> None:
    days = Counter(row["sold"].date() for row in world["pharmacy_sale"].to_pylist() if row["event"] is None)
    festival = np.mean([days[dt.date(2024, 2, 9) + dt.timedelta(one)] for one in range(7)])
    usual = np.mean([days[dt.date(2024, 2, 20) + dt.timedelta(one)] for one in range(28)])
    assert festival < 0.8 * usual
    by_weekday = Counter()
    for day, count in days.items():
        by_weekday[day.weekday()] += count
    assert by_weekday[5] > by_weekday[1]


def test_the_sick_buy_after_onset_what_helps(world: dict) -> None:
    onset = defaultdict(list)
    for row in world["infection"].to_pylist():
        onset[row["person"], row["event"]].append(row["onset"])
    sold = [row for row in world["pharmacy_sale"].to_pylist() if row["event"]]
    assert {row["event"] for row in sold} >= {"outbreak", "influenza", "food_cluster"}
    for row in sold:
        assert any(one < row["sold"] for one in onset[row["person"], row["event"]])
    meal = Counter(row["item"] for row in sold if row["event"] == "food_cluster")
    assert meal.most_common(1)[0][0] in ("montmorillonite", "oral_rehydration_salts", "loperamide")


def test_tubes_hold_ten_and_what_is_in_them_is_repeated_singly(world: dict) -> None:
    tubes, alone = defaultdict(list), defaultdict(list)
    for row in world["nucleic_test"].to_pylist():
        tubes[row["sample"]].append(row)
        if row["pooled"] == 1:
            alone[row["person"]].append(row)
        assert row["collected"] < row["reported"]
        assert (row["ct"] is None) == (row["result"] == "negative")
    for rows in tubes.values():
        assert len(rows) == rows[0]["pooled"] <= 10
        assert len({(row["result"], row["ct"], row["site"], row["reported"], row["target"]) for row in rows}) == 1
    pooled = [row for rows in tubes.values() for row in rows if row["pooled"] > 1]
    again = [row for row in pooled if row["result"] == "inconclusive"]
    assert {row["result"] for row in pooled} == {"negative", "inconclusive"} and again
    followed = [
        any(
            dt.timedelta(0) < one["collected"] - row["collected"] < dt.timedelta(days=2) for one in alone[row["person"]]
        )
        for row in again
    ]
    assert np.mean(followed) > 0.99


def test_positive_tests_of_the_new_pathogen_are_of_its_cases_and_ct_follows_the_days(world: dict) -> None:
    onset = {row["person"]: row["onset"] for row in world["infection"].to_pylist() if row["event"] == "outbreak"}
    near, far = [], []
    for row in world["nucleic_test"].to_pylist():
        if row["target"] == "novel_respiratory" and row["result"] == "positive":
            days = (row["collected"] - onset[row["person"]]).total_seconds() / 86_400
            (near if -1 < days < 3 else far if days > 6 else []).append(row["ct"])
    assert len(near) > 20 and np.mean(near) + 3 < np.mean(far or [40])


def test_nobody_is_tested_for_what_is_not_known(small: tuple) -> None:
    city, _, world = small
    known = city.settings.start + dt.timedelta(days=city.courses.outbreak_known)
    novel = [row["collected"] for row in world["nucleic_test"].to_pylist() if row["target"] == "novel_respiratory"]
    assert novel and min(novel).date() >= known


def test_cards_report_a_diagnosis_made_and_most_in_time(small: tuple, encounters: dict) -> None:
    _, _, world = small
    made = {(row["encounter"], row["disease"]) for row in world["diagnosis"].to_pylist()}
    limits = {row["key"]: float(row["limit_hours"]) for row in facts.rows("notifiable")}
    cards = world["report_card"].to_pylist()
    late = []
    for row in cards:
        assert (row["encounter"], row["disease"]) in made
        assert encounters[row["encounter"]]["organisation"] == row["organisation"]
        assert row["onset"] <= row["diagnosed"].date() and row["diagnosed"] < row["reported"]
        late.append((row["reported"] - row["diagnosed"]).total_seconds() / 3600 > limits[row["disease"]])
    assert 0.01 < np.mean(late) < 0.5
    assert {row["case_class"] for row in cards} >= {"clinical", "confirmed"}
    assert {row["event"] for row in cards} >= {"outbreak", "influenza"}


def test_devices_belong_to_one_person_and_read_what_is_plausible(world: dict) -> None:
    limits = {
        "blood_pressure": (70, 230), "blood_glucose": (2, 30), "body_weight": (25, 180), "heart_rate": (35, 180),
        "oxygen_saturation": (70, 100), "step_count": (0, 60_000),
    }  # fmt: skip
    owners = defaultdict(set)
    for row in world["device_reading"].to_pylist():
        owners[row["device"]].add(row["person"])
        low, high = limits[row["kind"]]
        assert low <= row["value"] <= high
        assert (row["second_value"] is not None) == (row["kind"] == "blood_pressure")
        assert row["second_value"] is None or row["second_value"] < row["value"]
    assert all(len(found) == 1 for found in owners.values())
    assert set(world["device_reading"]["kind"].to_pylist()) <= set(facts.keys("device_kinds"))


def test_the_channels_are_quick_to_make(before_channels: tuple) -> None:
    import time

    city, part, world = before_channels
    began = time.process_time()
    events.live(city, part, world)
    events.spread_out(city, part, world)
    assert time.process_time() - began < 1.0
