"""Correction for late reports: the published triangles of Mack, by hand, and reports that come in as they did"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from medark.analyse.surveillance import Nowcast, reporting_triangle
from medark.errors import DefinitionError

NAN = float("nan")


def published(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """New claims by year and delay, and (ultimate, standard error) by year."""
    with (folder / "13_insurance" / "triangle_test.csv").open() as file:
        cells = [row for row in csv.DictReader(file) if row["triangle"] == name]
    size = max(int(row["origin"]) for row in cells)
    cumulative = np.full((size, size), NAN)
    for row in cells:
        cumulative[int(row["origin"]) - 1, int(row["dev"]) - 1] = float(row["cumulative"])
    with (folder / "13_insurance" / "triangle_expected.csv").open() as file:
        wanted = [row for row in csv.DictReader(file) if row["triangle"] == name and row["origin"] != "total"]
    return (
        np.diff(cumulative, axis=1, prepend=0),
        np.array([(float(row["ultimate"]), float(row["mack_se"])) for row in wanted]),
    )


@pytest.mark.parametrize("name", ["raa", "genins"])
def test_published_triangles(shared_reference: Path, name: str):
    new, wanted = published(shared_reference, name)
    found = Nowcast().complete(new)
    np.testing.assert_allclose(found.total, wanted[:, 0], atol=0.006)
    np.testing.assert_allclose(found.sd, wanted[:, 1], atol=0.006)


def test_by_hand():
    """Of days 0 and 1, 10 + 20 reports on the day became 20 + 30 a day later: 5/3; of day 0, 20 became 22: 1.1."""
    found = Nowcast().complete([[10, 10, 2], [20, 10, NAN], [12, NAN, NAN]])
    assert found.factors == pytest.approx([5 / 3, 1.1])
    assert found.reported.tolist() == [22, 30, 12]
    assert found.total == pytest.approx([22, 33, 22])
    assert found.share == pytest.approx([1, 1 / 1.1, 12 / 22])
    assert found.sd[0] == 0
    assert np.isnan(found.sd[1])  # one day has no spread


def test_the_spread_by_hand():
    """Three days grew by 2, 1 and 2: factor 5/3, σ² = 10 (1/9 + 4/9 + 1/9) / 2 = 10/3; of 12 seen, 20 in all."""
    found = Nowcast().complete([[10, 10], [10, 0], [10, 10], [12, NAN]])
    assert found.sd[3] == pytest.approx(20 * np.sqrt(10 / 3 / (25 / 9) * (1 / 12 + 1 / 30)))


def test_only_the_latest_days_tell_where_a_window_is_set():
    old = [[10, 0, 0]] * 5
    new = [[10, 10, 0]] * 2 + [[10, 10, NAN], [10, NAN, NAN]]
    assert Nowcast(window=2).complete([*old, *new]).total[-1] == pytest.approx(20)
    assert Nowcast().complete([*old, *new]).total[-1] == pytest.approx(10 * (50 + 60) / 80)
    assert Nowcast(window=4).complete([*old, *new]).total[-1] == pytest.approx(10 * (10 + 60) / 40)


def test_many_series_are_each_as_alone():
    random = np.random.default_rng(1)
    triangles = random.poisson(random.uniform(1, 30, (7, 1, 1)) * [0.4, 0.3, 0.2, 0.1], (7, 12, 4)).astype(float)
    triangles[:, np.add.outer(np.arange(12), np.arange(4)) >= 12] = NAN
    together = Nowcast(window=6).complete(triangles)
    for row in range(7):
        alone = Nowcast(window=6).complete(triangles[row])
        np.testing.assert_allclose(alone.total, together.total[row])
        np.testing.assert_allclose(alone.sd, together.sd[row])


def test_where_nothing_tells_it_is_unknown():
    found = Nowcast().complete([[0, 0], [0, 0], [3, NAN]])
    assert found.reported.tolist() == [0, 0, 3]
    assert np.isnan(found.total[2]) and np.isnan(found.share[2])
    assert found.total[:2].tolist() == [0, 0]


def test_a_day_without_reports_stays_at_none_and_says_how_little_is_in():
    found = Nowcast().complete([[5, 5], [5, 5], [0, NAN]])
    assert (found.total[2], found.sd[2], found.share[2]) == (0, 0, 0.5)


def test_what_is_no_triangle_is_refused():
    for wrong in ([1, 2], [[1, NAN, 2]], [[NAN, NAN]]):
        with pytest.raises(DefinitionError):
            Nowcast().complete(wrong)


def test_a_triangle_of_cases():
    found = reporting_triangle([0, 0, 1, 2, 1, 0], [0, 2, 1, 2, 5, 9], days=3, delays=3)
    np.testing.assert_array_equal(found, [[1, 0, 1], [1, 0, NAN], [1, NAN, NAN]])


def test_totals_are_right_on_average():
    random = np.random.default_rng(2)
    whole = random.poisson(40, (400, 30))
    delays = np.array([0.3, 0.3, 0.2, 0.1, 0.1])
    triangles = np.array([[random.multinomial(count, delays) for count in days] for days in whole], dtype=float)
    triangles[:, np.add.outer(np.arange(30), np.arange(5)) >= 30] = NAN
    found = Nowcast().complete(triangles)
    for back in range(1, 5):
        off = (found.total - whole)[:, -back]
        assert abs(off.mean()) < 3.5 * off.std() / 20
        assert np.sqrt((off**2).mean()) == pytest.approx(np.sqrt((found.sd[:, -back] ** 2).mean()), rel=0.25)
