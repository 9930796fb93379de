"""What is usual of a month, and what changed and stayed: series that grow, have seasons, gaps, steps, and few rows."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from random import Random

import pytest

from medark.check.further.density import DENSITY_FAMILY, months_found
from medark.check.further.months import Usual, steps, unlike_others


def series(rows: Iterable[float], first: int = 0) -> dict[int, int]:
    return {first + month: round(n) for month, n in enumerate(rows)}


def counted(level: Callable[[int], float], months: int, seed: int, around: float = 0.1) -> dict[int, int]:
    """Rows by month, spread about a level as a normal logarithm is."""
    chance = Random(seed)
    return series(level(month) * math.exp(chance.gauss(0, around)) for month in range(months))


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_worked_out_by_hand() -> None:
    """Seven months: the middle of each one's is 40, of what is left over the middle is log 41/40."""
    rows = series([40, 41, 39, 40, 100, 41, 39])
    told = Usual.of(rows)
    assert set(told.usual.values()) == {math.log(40)} and told.even == told.told
    below = 2 - 2 * math.sqrt(39 / 40)
    left = sorted([math.log(41 / 40)] * 2 + [below] * 2 + [math.log(100 / 40)])  # but for the two of 40
    assert told.spread[0] == pytest.approx(max(left[2] / 0.6745, 1 / math.sqrt(40)))
    assert unlike_others(rows) == [4], "log 2.5 = 0.92 is over log 2 = 0.69 and over 3.5 / root of 40 = 0.55"
    assert unlike_others({**rows, 4: 79}) == [], "not twice as many"
    assert unlike_others({**rows, 4: 19}) == [4] and unlike_others({**rows, 4: 21}) == []


def test_of_few_rows_more_is_chance() -> None:
    rows = series([22, 21, 20, 22, 44, 21, 20, 23])
    assert unlike_others(rows) == [], "log 44/21.5 = 0.72 is over log 2 and under 3.5 / root of 21.5 = 0.75"
    assert unlike_others({**rows, 4: 50}) == [4]
    assert unlike_others(series([3, 4, 2, 3, 18, 3, 4, 2, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60])) == []


# -- growth ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_what_grows_for_decades_is_usual_and_a_month_unlike_its_own_time_is_not(seed: int) -> None:
    rows = counted(lambda month: 20 * 1.004**month, 1100, seed)
    assert max(rows.values()) > 50 * min(rows.values())
    assert unlike_others(rows) == [] == steps(rows)
    assert unlike_others({**rows, 900: rows[300]}) == [900], "as many as six hundred months before"


def test_where_few_people_have_many_rows_each_few_rows_are_usual() -> None:
    chance = Random(7)
    rows = series(27 * sum(chance.random() < 0.1 for _ in range(20)) + 1 for _ in range(120))
    assert min(rows.values()) == 1 and unlike_others(rows) == []


def test_what_grows_fast_is_no_step() -> None:
    assert steps(counted(lambda month: 50 * 1.2**month, 24, 1)) == [], "by a fifth each month"
    assert unlike_others(counted(lambda month: 50 * 1.1**month, 30, 1)) == []


# -- seasons -----------------------------------------------------------------------------------------------------------


def winters(month: int) -> float:
    return 100 * (5.0 if month % 12 in (0, 1) else 1.0)


@pytest.mark.parametrize("years", [2, 3, 4, 7])
def test_a_season_is_usual_and_what_comes_out_of_season_is_not(years: int) -> None:
    rows = counted(winters, 12 * years, 3, 0.05)
    assert unlike_others(rows) == [] == steps(rows)
    assert unlike_others({**rows, 17: 500}) == [17], "as many as in winter, in summer"
    if years > 2:  # of two winters of which one has few, nobody knows which is usual
        assert unlike_others({**rows, 12: 100}) == [12], "a winter without its winter"


def test_seasons_that_rise_and_fall_slowly_have_no_steps() -> None:
    rows = counted(lambda month: 300 * math.exp(0.9 * math.sin(month * math.pi / 6)), 60, 4)
    assert unlike_others(rows) == [] == steps(rows)
    halved = {month: n if month < 33 else n // 2 for month, n in rows.items()}
    assert steps(halved) == [33]


# -- gaps and steps ----------------------------------------------------------------------------------------------------


def test_a_gap_is_of_months_without_rows_alone() -> None:
    rows = counted(lambda month: 0 if 20 <= month < 25 else 200, 48, 5)
    assert unlike_others(rows) == [] == steps(rows)
    after = counted(lambda month: 0 if 20 <= month < 23 else 200 if month < 20 else 60, 48, 5)
    assert steps(after) == [23], "back with less than a third"


@pytest.mark.parametrize("times", [0.5, 2.0, 3.0])
@pytest.mark.parametrize("seed", range(5))
def test_what_halves_or_doubles_and_stays_is_one_step(times: float, seed: int) -> None:
    rows = counted(lambda month: 400 * (times if month >= 14 else 1), 26, seed, 0.07)
    assert steps(rows) == [14] and unlike_others(rows) == []
    grows = counted(lambda month: 100 * 1.01**month * (times if month >= 200 else 1), 400, seed, 0.07)
    assert steps(grows) == [200] and unlike_others(grows) == []


def test_a_step_is_told_after_three_months_and_what_comes_back_is_none() -> None:
    assert steps(series([200, 210, 190, 205, 200, 195, 100, 98, 103])) == [6]
    assert steps(series([200, 210, 190, 205, 200, 195, 100, 98])) == [], "two months are no lasting change"
    back = series([200, 210, 190, 205, 200, 195, 100, 98, 203, 199, 207, 191])
    assert steps(back) == [] and unlike_others({**back, 6: 60, 7: 61}) == [6, 7]


def test_two_steps_are_two(seed: int = 6) -> None:
    rows = counted(lambda month: 40 if month < 30 or month >= 60 else 400, 90, seed)
    assert steps(rows) == [30, 60]


@pytest.mark.parametrize("seed", range(20))
def test_of_even_months_hardly_any_is_told(seed: int) -> None:
    """Of counts about as many as hospitals send, at random: none in twenty times four years."""
    chance = Random(seed)
    rows = series(sum(chance.random() < 0.05 for _ in range(1200)) for _ in range(48))
    assert unlike_others(rows) == [] == steps(rows)


def test_nothing_is_said_of_nothing() -> None:
    assert unlike_others({}) == [] == steps({})
    assert unlike_others({5: 0, 6: 0}) == [] == steps({7: 0})


def test_the_check_tells_its_month() -> None:
    counts = [200, 200, 210, 190, 205, 200, 195, 100, 98, 103, 101]  # the first and the last month are not judged
    rows = [{"source_no": 0, "month": str(dt.date(2024, n + 1, 1)), "n": n_} for n, n_ in enumerate(counts)]
    tallied = {tally.name: [] for tally in DENSITY_FAMILY.tallies} | {"months of note": rows}
    found = {check.kind.name: (check, count) for check, count in DENSITY_FAMILY.found(tallied, ["north/emr"])}
    check, count = found["levelChanged"]
    assert (count.violating, count.of, check.source) == (1, 9, "north/emr")
    assert months_found(check, tallied, ["north/emr"]) == ["2024-08"]
    assert "2024-08-01" in DENSITY_FAMILY.violating(check, tallied, ["north/emr"])
