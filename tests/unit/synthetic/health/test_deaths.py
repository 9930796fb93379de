"""Deaths: the life table's number, sooner for the ill, about half in hospital"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic.facts.read import keys, rows
from medark.synthetic.health.deaths import deaths, life_table
from medark.synthetic.health.people import YEAR

_FROM_CENSUS = {"M": 75.37, "F": 80.88}  # Source: census of 2020, National Bureau of Statistics of China


@pytest.mark.parametrize("sex", ["M", "F"])
def test_life_expectancy_is_that_of_the_census(sex: str) -> None:
    bands = [
        (float(r["from_age"]), float(r["to_age"]) + 1, float(r["rate"])) for r in rows("mortality") if r["sex"] == sex
    ]
    alive, years = 1.0, 0.0
    for low, high, rate in bands:
        width = high - low if high < 121 else np.inf
        left = alive * np.exp(-rate * width)
        years, alive = years + (alive - left) / rate, left
    assert years == pytest.approx(_FROM_CENSUS[sex], abs=0.2)


def test_as_many_die_as_the_life_table_says(crowd) -> None:
    who = crowd.who
    died = deaths(who, crowd.onset, 5, 1)
    steps = np.arange(who.entry.min(), who.leave.max(), 30.0)
    ends = who.leave.copy()
    ends[died.place] = died.time
    expected = sum(
        (life_table(who.female, (day - who.birth) / YEAR) * np.clip(ends - day, 0, 30.0)).sum() / YEAR for day in steps
    )
    assert len(died.place) == pytest.approx(expected, abs=3.5 * np.sqrt(expected))


def test_the_ill_die_sooner(crowd) -> None:
    who = crowd.who
    died = np.zeros(len(who.number), bool)
    died[deaths(who, crowd.onset, 5, 1).place] = True
    old = (who.entry_age > 60) & (who.entry_age < 80)
    for disease, times in (("heart_failure", 1.8), ("copd", 1.4), ("t2dm", 1.3), ("lung_cancer", 6)):
        had = crowd.onset[disease] < who.entry
        assert died[old & had].mean() > times * died[old & ~had].mean(), disease


def test_deaths_are_inside_the_time_that_the_city_sees(town) -> None:
    death = town.world["death"]
    times = death["time"].to_numpy()
    assert (times >= np.datetime64(town.settings.start)).all()
    assert (times < np.datetime64(town.settings.end)).all()
    assert len(set(death["person"].to_pylist())) == death.num_rows
    assert set(death["cause"].to_pylist()) <= set(keys("diseases"))
    assert np.mean(death["in_hospital"].to_pylist()) == pytest.approx(0.5, abs=0.12)


def test_nothing_begins_after_death(town) -> None:
    died = dict(zip(town.world["death"]["person"].to_pylist(), town.world["death"]["time"].to_pylist(), strict=True))
    for name, day in (("onset", "day"), ("exposure", "start"), ("exposure", "end")):
        held = town.world[name]
        for person, value in zip(held["person"].to_pylist(), held[day].to_pylist(), strict=True):
            assert value is None or person not in died or value <= died[person].date()


def test_a_cause_that_is_a_disease_is_one_that_they_had(town) -> None:
    had = set(zip(town.world["onset"]["person"].to_pylist(), town.world["onset"]["disease"].to_pylist(), strict=True))
    common = {row["disease"] for row in rows("causes")}
    for row in town.world["death"].to_pylist():
        assert row["cause"] in common or (row["person"], row["cause"]) in had
