"""Rows as they leave for research: ids, dates, old age and rare combinations."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from medark.govern.deidentify import BY_PURPOSE, Level, Role, deidentified, pseudonym, rules
from medark.model.access import Purpose

TODAY = dt.date(2024, 7, 1)
ROLES = {
    "person_id": Role.KEY, "seen_on": Role.DAY, "left_at": Role.DAY, "year_of_birth": Role.BIRTH, "sex": Role.QUASI,
    "hba1c": Role.OTHER, "name": Role.NAME, "age": Role.AGE,
}  # fmt: skip


def rows(people: int = 6, **columns: list[Any]) -> dict[str, list[Any]]:
    """Rows of women of one year, each seen on a day of her own; columns can be said otherwise."""
    told: dict[str, list[Any]] = {
        "person_id": list(range(1, people + 1)),
        "seen_on": [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(people)],
        "left_at": [dt.datetime(2024, 1, 3, 8) + dt.timedelta(days=n) for n in range(people)],
        "year_of_birth": [1960] * people,
        "sex": ["female"] * people,
        "hba1c": [7.0] * people,
        "name": ["赵一"] * people,
        "age": [64] * people,
    }
    return told | columns


def left(columns: dict[str, list[Any]], secret: bytes = b"one") -> dict[str, list[Any]]:
    """What leaves of them."""
    return dict(deidentified(columns, ROLES, "person_id", secret, TODAY).columns)


def test_ids_are_others_and_the_same_for_one_secret() -> None:
    once, again, other = left(rows()), left(rows()), left(rows(), b"two")
    assert once["person_id"] == again["person_id"] != other["person_id"]
    assert len(set(once["person_id"])) == 6
    assert not set(once["person_id"]) & set(range(100))
    assert all(0 <= one < 1 << 63 for one in once["person_id"])
    assert once["person_id"][0] == pseudonym(b"one", 1)


def test_dates_of_a_person_are_moved_together_by_whole_weeks() -> None:
    before = rows(200)
    after = left(before)
    moves = [(a - b).days for a, b in zip(after["seen_on"], before["seen_on"], strict=True)]
    assert all(move % 7 == 0 and move and abs(move) <= 365 for move in moves)
    assert len(set(moves)) > 50
    assert moves == [(a - b).days for a, b in zip(after["left_at"], before["left_at"], strict=True)]
    assert after["left_at"][0].hour == 8
    assert left(rows(seen_on=[None] * 6))["seen_on"] == [None] * 6


def test_what_names_somebody_is_not_there_and_what_is_measured_is() -> None:
    after = left(rows())
    assert after["name"] == [None] * 6
    assert after["hba1c"] == [7.0] * 6


# 45 CFR 164.514(b)(2)(i)(C): ages over 89 are one. In 2024 who was born in 1935 becomes 89, and in 1934 90.
@pytest.mark.parametrize(("born", "told"), [(1920, 1934), (1933, 1934), (1934, 1934), (1935, 1935)])
def test_the_very_old(born: int, told: int) -> None:
    after = left(rows(year_of_birth=[born] * 6, age=[2024 - born] * 6))
    assert after["year_of_birth"] == [told] * 6
    assert after["age"] == [min(2024 - born, 90)] * 6


def test_five_of_a_kind_are_told_and_four_are_not() -> None:
    assert left(rows(5))["sex"] == ["female"] * 5
    after = left(rows(4))
    assert (after["sex"], after["year_of_birth"], after["age"]) == ([None] * 4, [None] * 4, [None] * 4)
    assert after["hba1c"] == [7.0] * 4


def test_years_are_told_by_decade_where_that_makes_them_many() -> None:
    after = left(rows(5, year_of_birth=[1960, 1961, 1962, 1963, 1969], age=[64] * 5))
    assert after["year_of_birth"] == [1960] * 5
    assert after["sex"] == ["female"] * 5


def test_many_rows_of_one_person_are_one_person() -> None:
    told = rows(6, person_id=[1] * 6)
    found = deidentified(told, ROLES, "person_id", b"one", TODAY)
    assert found.hidden == 1
    assert found.columns["sex"] == [None] * 6


def test_which_purpose_has_which_level_and_what_the_figures_are() -> None:
    assert {one for one, level in BY_PURPOSE.items() if level is Level.DEIDENTIFIED} == {Purpose.RESEARCH}
    assert set(BY_PURPOSE) == set(Purpose)
    found = rules()
    assert (found.k, found.date_shift, found.oldest, found.names_from) == (5, 365, 89, 4)
