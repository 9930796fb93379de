"""EARS C1, C2 and C3: the reference's vector, edges by hand, loops over random series"""

from __future__ import annotations

import csv
import statistics
from pathlib import Path

import numpy as np
import pytest

from medark.analyse.surveillance import detect
from medark.analyse.surveillance.ears import EarsC1, EarsC2, EarsC3

NAN = float("nan")
WEEK = [4.0, 6.0, 5.0, 7.0, 3.0, 5.0, 5.0]  # mean 5, sum of squares 10


def by_loops(series: list[float], baseline: int, lag: int, most_missing: int, least_sd: float) -> list[tuple]:
    """Mean and sd of each day's baseline, day after day."""
    found = []
    for day in range(len(series)):
        window = series[day - lag - baseline : day - lag] if day >= lag + baseline else []
        seen = [value for value in window if value == value]
        if not window or len(seen) < max(2, baseline - most_missing):
            found.append((NAN, NAN))
        else:
            found.append((statistics.fmean(seen), max(statistics.stdev(seen), least_sd)))
    return found


def test_the_reference_vector(shared_reference: Path):
    with (shared_reference / "07_detection" / "ears_test_vector.csv").open() as file:
        rows = list(csv.DictReader(file))
    counts = [float(row["y"]) for row in rows]
    for column in ("c1", "c2", "c3"):
        wanted = [float(row[column] or "nan") for row in rows]
        np.testing.assert_allclose(detect(counts, f"ears_{column}").score, wanted, atol=5.1e-5)


@pytest.mark.parametrize(("count", "alarm"), [(9, True), (8.875, True), (8.8729, False), (5, False), (0, False)])
def test_c1_alarms_above_three_sd(count: float, alarm: bool):
    """Mean 5, sd √(10/6) = 1.29099: the threshold is 8.87298."""
    found = EarsC1().detect([*WEEK, count])
    assert found.threshold[7] == pytest.approx(8.872983346207417, abs=1e-12)
    assert found.expected[7] == 5
    assert found.score[7] == pytest.approx((count - 5) / 1.2909944487358056, abs=1e-12)
    assert bool(found.alarm[7]) is alarm


def test_three_sd_to_the_dot_is_no_alarm():
    assert not EarsC1(baseline=3).detect([1, 2, 3, 5]).alarm[3]  # 2 + 3 × 1
    assert EarsC1(baseline=3).detect([1, 2, 3, 5.0001]).alarm[3]


def test_c2_waits_two_days_more():
    found = EarsC2().detect([*WEEK, 100, 100, 9])
    assert found.known.tolist() == [False] * 9 + [True]
    assert found.threshold[9] == pytest.approx(8.872983346207417, abs=1e-12)
    assert found.alarm[9]


def test_c3_by_hand():
    """Baseline 1 2 3 (mean 2, sd 1) without lag: C2 of three days with baselines that stay."""
    found = EarsC3(baseline=3, lag=2).detect([1, 2, 3, 2, 2, 4, 3, 3])
    # day 5: window 1 2 3: (4-2)/1 = 2; day 6: window 2 3 2: (3-7/3)/0.57735 = 1.1547; day 7: window 3 2 2: the same
    assert found.score.tolist()[:7] == pytest.approx([NAN] * 7, nan_ok=True)
    assert found.score[7] == pytest.approx(1 + 2 * 0.15470053837925168, abs=1e-12)
    assert not found.alarm[7]
    needed = 7 / 3 + 0.5773502691896257 * (3 - 1.1547005383792517)
    assert found.threshold[7] == pytest.approx(needed, abs=1e-12)
    assert not EarsC3(baseline=3).detect([1, 2, 3, 2, 2, 4, 3, needed - 1e-9]).alarm[7]
    assert EarsC3(baseline=3).detect([1, 2, 3, 2, 2, 4, 3, needed + 1e-9]).alarm[7]


def test_c3_alarms_whatever_is_counted_where_the_days_before_suffice():
    found = EarsC3(baseline=3).detect([1, 2, 3, 2, 2, 6, 2, 0])  # day 5: C2 = 4, of which 3 carry over
    assert found.score[7] == pytest.approx(3)
    assert found.threshold[7] == -np.inf
    assert found.alarm[7]


def test_a_young_series_is_unknown_and_no_alarm():
    for method, first in (("ears_c1", 7), ("ears_c2", 9), ("ears_c3", 11)):
        found = detect([0, 9] * 4 + [500] * 4, method)
        assert found.known.tolist() == [day >= first for day in range(12)]
        assert not found.alarm[:first].any()
    assert not detect([3.0], "ears_c3").known.any()
    assert detect(np.empty((4, 0)), "ears_c1").alarm.shape == (4, 0)


def test_missing_is_not_zero():
    full, gap = EarsC1().detect([*WEEK, 6]), EarsC1().detect([*WEEK[:2], NAN, *WEEK[3:], 6])
    assert full.expected[7] == 5
    assert gap.expected[7] == pytest.approx((35 - 5) / 6)
    assert not EarsC1().detect([NAN, NAN, NAN, *WEEK[3:], 6]).known[7]
    assert EarsC1(most_missing=3).detect([NAN, NAN, NAN, *WEEK[3:], 6]).known[7]
    unseen = EarsC1().detect([*WEEK, NAN])
    assert np.isfinite(unseen.threshold[7])
    assert not unseen.known[7] and not unseen.alarm[7]


def test_without_any_spread_what_is_above_is_infinitely_above():
    found = EarsC1().detect([0] * 7 + [1, 0])
    assert found.score[7] == np.inf and found.alarm[7]
    assert EarsC1().detect([2] * 8).score[7] == 0
    assert not EarsC1(least_sd=0.5).detect([0] * 7 + [1]).alarm[7]  # 1 / 0.5 = 2
    assert EarsC1(least_sd=0.5).detect([0] * 7 + [2]).alarm[7]  # 4


@pytest.mark.parametrize("missing", [0.0, 0.12])
def test_many_series_are_each_as_by_loops(missing: float):
    random = np.random.default_rng(7)
    counts = random.poisson(random.uniform(0.2, 30, size=(40, 1)), size=(40, 60)).astype(float)
    counts[random.random(counts.shape) < missing] = NAN
    c1 = EarsC1(least_sd=0.5).detect(counts)
    c3 = EarsC3(least_sd=0.5).detect(counts)
    for row, series in enumerate(counts.tolist()):
        moments = by_loops(series, 7, 0, 2, 0.5)
        np.testing.assert_allclose(c1.threshold[row], [mean + 3 * sd for mean, sd in moments], atol=1e-9)
        c2 = [(y - m) / s for y, (m, s) in zip(series, by_loops(series, 7, 2, 2, 0.5), strict=True)]
        over = [value if value != value else max(0, value - 1) for value in c2]
        wanted = [NAN, NAN, *(sum(over[day - 2 : day + 1]) for day in range(2, len(over)))]
        np.testing.assert_allclose(c3.score[row], wanted, atol=1e-9)
        assert c3.alarm[row].tolist() == [value > 2 for value in wanted]
        with np.errstate(invalid="ignore"):
            assert ((counts[row] > c3.threshold[row]) == c3.alarm[row]).all()
