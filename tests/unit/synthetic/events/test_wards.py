"""The cluster of a ward: stays that overlap, onset two days after admission or later, a diagnosis of the stay"""

import datetime as dt
from collections.abc import Callable

import pyarrow.compute as pc
import pytest

from medark.synthetic.settings import CitySettings


def _cluster(world: dict) -> list[dict]:
    return world["infection"].filter(pc.equal(world["infection"]["event"].cast("string"), "hai_cluster")).to_pylist()


def test_cases_lie_in_one_ward_at_the_same_time(small: tuple) -> None:
    _, _, world = small
    rows = _cluster(world)
    assert len(rows) >= 2
    diagnosed = {
        row["person"]: row
        for row in world["diagnosis"].to_pylist()
        if row["disease"] == "hospital_acquired_pneumonia" and row["on_admission"] is False
    }
    stays = {row["encounter"]: row for row in world["encounter"].to_pylist() if row["kind"] == "inpatient"}
    of = {row["person"]: stays[diagnosed[row["person"]]["encounter"]] for row in rows}
    by_case = {row["case"]: row for row in rows}
    assert len({stay["organisation"] for stay in of.values()}) == 1
    for row in rows:
        stay = of[row["person"]]
        assert stay["start"] + dt.timedelta(hours=48) < row["onset"] < stay["end"]
        assert stay["start"] < row["exposed"] < row["onset"] and row["setting"] == "ward"
        if row["infector"] is not None:
            other = of[by_case[row["infector"]]["person"]]
            assert other["start"] < stay["end"] and stay["start"] < other["end"]
            assert by_case[row["infector"]]["onset"] < row["onset"]


def test_charts_show_its_fever(small: tuple, before_channels: tuple) -> None:
    before, after = (
        {
            (row["encounter"], row["time"]): row["value"]
            for row in world["observation"].to_pylist()
            if row["kind"] == "temp"
        }
        for _, _, world in (before_channels, small)
    )
    higher = [key for key, value in before.items() if key in after and after[key] > value]
    assert higher and len(higher) < 400


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_smallest_city_has_one(live_city: Callable, seed: int) -> None:
    _, _, world = live_city(CitySettings(people=300, start=dt.date(2024, 1, 1), end=dt.date(2026, 1, 1), seed=seed))
    assert _cluster(world)
