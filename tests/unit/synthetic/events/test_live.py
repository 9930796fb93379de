"""Who catches what: cases as the course has them, infectors who could have been, small clusters in every city"""

import datetime as dt
from collections import Counter

import numpy as np
import pyarrow.compute as pc
import pytest

from medark.synthetic import events, health, population
from medark.synthetic.city import found
from medark.synthetic.settings import CitySettings, parts
from medark.synthetic.tables import TABLES
from medark.synthetic.world import column


def _infected(settings: CitySettings, number: int = 1) -> tuple:
    city, part = found(settings), parts(settings)[number - 1]
    world: dict = {}
    for stage in (population.live, health.live, events.live):
        world |= stage(city, part, world)
    return city, part, world


@pytest.fixture(scope="module")
def year() -> tuple:
    text = "start = 30\n[control]\nfactor = 1.0"
    return _infected(
        CitySettings(people=6000, start=dt.date(2024, 1, 1), end=dt.date(2024, 9, 1), seed=5, outbreak=text)
    )


def _rows(world: dict, event: str) -> list[dict]:
    return world["infection"].filter(pc.equal(world["infection"]["event"].cast("string"), event)).to_pylist()


def test_there_is_a_case_for_every_infection_of_the_course(year: tuple) -> None:
    city, _, world = year
    wanted = Counter()
    for course in city.courses.all:
        for day, place in zip(*np.nonzero(course.infections), strict=True):
            wanted[course.event, int(day), city.courses.districts[place]] += int(course.infections[day, place])
    got = Counter()
    for row in world["infection"].to_pylist():
        if row["event"] in ("outbreak", "influenza"):
            got[row["event"], (row["exposed"].date() - city.settings.start).days, row["district"]] += 1
    assert got == wanted


def test_cases_of_parts_sum_to_the_course() -> None:
    settings = CitySettings(people=20_050, start=dt.date(2024, 1, 1), end=dt.date(2024, 4, 1), outbreak="start = 10")
    total = Counter()
    for part in parts(settings):
        city, _, world = _infected(settings, part.number)
        total += Counter(world["infection"]["event"].to_pylist())
    wanted = Counter()
    for course in city.courses.all:
        wanted[course.event] += int(course.infections.sum())
    assert {event: total[event] for event in wanted} == dict(wanted)


def test_cases_come_after_their_infector_who_lives_or_learns_with_them(year: tuple) -> None:
    _, _, world = year
    assert world["infection"].schema == TABLES["infection"]
    people = {row["person"]: row for row in world["person"].to_pylist()}
    cases = {row["case"]: row for row in world["infection"].to_pylist()}
    assert len(cases) == world["infection"].num_rows
    for row in cases.values():
        assert row["exposed"] < row["onset"]
        assert row["district"] == people[row["person"]]["district"]
        if row["infector"] is None:
            assert row["setting"] in ("import", "community", "meal")
            continue
        by = cases[row["infector"]]
        assert by["event"] == row["event"] and by["exposed"] < row["exposed"] and by["person"] != row["person"]
        one, other = people[row["person"]], people[by["person"]]
        if row["setting"] == "household":
            assert one["household"] == other["household"]
        if row["setting"] == "school" and row["event"] != "hfmd_cluster":
            assert (one["school"], one["school_class"]) == (other["school"], other["school_class"])


def test_nobody_falls_ill_before_birth_or_after_death_or_twice_in_a_wave(year: tuple) -> None:
    _, _, world = year
    deaths = {row["person"]: row["time"] for row in world["death"].to_pylist()}
    people = {row["person"]: row for row in world["person"].to_pylist()}
    for row in world["infection"].to_pylist():
        assert people[row["person"]]["birth"] < row["exposed"].date()
        assert row["person"] not in deaths or row["onset"] < deaths[row["person"]]
    outbreak = _rows(world, "outbreak")
    assert len({row["person"] for row in outbreak}) == len(outbreak)


def test_the_fatal_die_of_it_once_and_begin_nothing_later(year: tuple) -> None:
    _, _, world = year
    deaths = {row["person"]: row for row in world["death"].to_pylist()}
    assert len(deaths) == world["death"].num_rows
    fatal = [row for row in _rows(world, "outbreak") if row["severity"] == "fatal"]
    assert fatal
    for row in fatal:
        death = deaths.get(row["person"])
        assert death is None or (death["cause"] == row["disease"] and death["time"] > row["onset"])
    for name, first in (("onset", "day"), ("exposure", "start"), ("exposure", "end")):
        for row in world[name].to_pylist():
            if row["person"] in deaths and row[first] is not None:
                assert row[first] <= deaths[row["person"]]["time"].date()


def test_the_truth_gives_back_r0_and_the_serial_interval(year: tuple) -> None:
    """Of early cases, whose contacts were nearly all susceptible: whom they infected, and the days between onsets."""
    city, _, _ = year
    said = city.courses.outbreak
    offspring, gaps = [], []
    for seed in (5, 6, 7):
        text = "start = 5\nseeds = 40\ndispersion = 2.0\nbetween_districts = 0.5\n[control]\nfactor = 1.0"
        settings = CitySettings(
            people=9000, start=dt.date(2024, 3, 1), end=dt.date(2024, 7, 1), seed=seed, outbreak=text
        )
        rows = _rows(_infected(settings)[2], "outbreak")
        cases, secondary = {row["case"]: row for row in rows}, Counter(row["infector"] for row in rows)
        early = sorted(rows, key=lambda row: row["exposed"])[:160]
        left = 1 - 400 / 9000  # about what is still susceptible while they infect
        offspring += [secondary[row["case"]] / left for row in early]
        gaps += [
            (row["onset"] - cases[row["infector"]]["onset"]).total_seconds() / 86_400
            for row in rows
            if row["infector"] in {one["case"] for one in early}
        ]
    assert np.mean(offspring) == pytest.approx(said["r0"], rel=0.12)
    assert np.mean(gaps) == pytest.approx(said["generation_days.mean"], rel=0.08)
    spread = np.sqrt(said["generation_days.sd"] ** 2 + 2 * said["incubation_days.sd"] ** 2)
    assert np.std(gaps) == pytest.approx(spread, rel=0.15)


def test_incubation_and_severity_are_as_the_file_says(year: tuple) -> None:
    city, _, world = year
    rows, said = _rows(world, "outbreak"), city.courses.outbreak
    days = [(row["onset"] - row["exposed"]).total_seconds() / 86_400 for row in rows]
    assert np.mean(days) == pytest.approx(said["incubation_days.mean"], rel=0.05)
    born = dict(
        zip(column(world["person"], "person"), column(world["person"], "birth").astype("datetime64[D]"), strict=True)
    )
    old = [
        row for row in rows if (np.datetime64(row["exposed"].date()) - born[row["person"]]).astype(int) > 65 * 365.25
    ]
    bad = ("severe", "critical", "fatal")
    assert np.mean([row["severity"] in bad for row in old]) > 2 * np.mean([row["severity"] in bad for row in rows])
    k = Counter(Counter(row["infector"] for row in rows if row["infector"]).values())
    assert max(k) >= 8  # some infect many


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_smallest_city_has_its_meal_and_its_class(seed: int) -> None:
    settings = CitySettings(people=300, start=dt.date(2024, 1, 1), end=dt.date(2025, 1, 1), seed=seed)
    _, _, world = _infected(settings)
    meal, children = _rows(world, "food_cluster"), _rows(world, "hfmd_cluster")
    assert len(meal) >= 4 and len(children) >= 2
    assert len({row["exposed"].date() for row in meal}) == len({row["district"] for row in meal}) == 1
    assert all(11 <= row["exposed"].hour < 13 and row["setting"] == "meal" for row in meal)
    hours = [(row["onset"] - row["exposed"]).total_seconds() / 3600 for row in meal]
    assert 8 < np.median(hours) < 48
    assert sum(row["infector"] is None for row in children) == 1


def test_the_same_settings_give_the_same_cases() -> None:
    settings = CitySettings(people=800, start=dt.date(2024, 1, 1), end=dt.date(2024, 7, 1))
    assert _infected(settings)[2]["infection"].equals(_infected(settings)[2]["infection"])


def test_a_part_of_a_few_people_takes_no_more_cases_than_it_can() -> None:
    settings = CitySettings(people=10_003, start=dt.date(2024, 1, 1), end=dt.date(2024, 8, 1), outbreak="r0 = 5")
    _, part, world = _infected(settings, 2)
    assert part.count == 3
    assert len({row["person"] for row in _rows(world, "outbreak")}) <= 3
