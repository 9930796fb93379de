"""Outbreak files: what they may say, and what is said of those that can't be used"""

import datetime as dt

import pytest

from medark.errors import SettingsError
from medark.synthetic.events.courses import courses
from medark.synthetic.events.outbreak import read
from medark.synthetic.settings import CitySettings


def test_a_file_changes_what_it_says_and_leaves_the_rest_as_built_in() -> None:
    built_in, said = read(), read("r0 = 3.5\n[control]\nfactor = 0.5")
    assert (said["r0"], said["control.factor"]) == (3.5, 0.5)
    assert said["generation_days.mean"] == built_in["generation_days.mean"]
    assert said["control.from_day"] == built_in["control.from_day"]
    assert all(sum(row) == pytest.approx(1) for row in said.severity)


@pytest.mark.parametrize(
    ("text", "day"),
    [('start = "50%"', 183), ("start = 12", 12), ("start = 2024-02-01", 31), ("start = 2024-02-01T08:00:00", 31)],
)
def test_the_first_case_comes_on_the_day_that_the_file_says(text: str, day: int) -> None:
    assert read(text).first_day(dt.date(2024, 1, 1), 366) == day


@pytest.mark.parametrize(
    "text",
    [
        "r0 = ", "r0 = -1", "r0 = true", 'r0 = "two"', "ro = 2", "[control]\nfactors = 1", 'start = "soon"',
        "severity = 3",
        "[[severity]]\nfrom_age = 10", "[[severity]]\nfrom_age = 0\nfatal = 2", "[[severity]]\nages = 1", "start = 1.5",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(SettingsError, match="Try: "):
        read(text)


def test_an_unknown_district_or_a_start_before_the_city_is_refused() -> None:
    for text in ('district = "nowhere"', "start = 1999-01-01"):
        with pytest.raises(SettingsError):
            courses(CitySettings(people=300, outbreak=text))
    late = courses(CitySettings(people=300, outbreak="start = 2100-01-01"))
    assert late.all[-1].infections.sum() == 0
