"""CUSUM: sums by hand, run lengths as published, thresholds that alarm exactly where they say"""

from __future__ import annotations

import math

import numpy as np
import pytest

from medark.analyse.surveillance.cusum import Cusum, PoissonCusum
from medark.errors import DefinitionError

NAN = float("nan")


def test_sums_by_hand():
    """Mean 10, sd 2, k 0.5: z = 1, 2, 3, -3, 0."""
    found = Cusum(mean=10, sd=2).detect([12, 14, 16, 4, 10])
    assert found.score.tolist() == [0.5, 2.0, 4.5, 1.0, 0.5]
    assert found.alarm.tolist() == [False, False, True, False, False]
    # before each: 0, 0.5, 2, 4.5, 1; what is needed: 10 + 2 × (4.5 - before)
    assert found.threshold.tolist() == [19.0, 18.0, 15.0, 10.0, 17.0]


def test_h_to_the_dot_is_an_alarm_for_rossi_and_not_for_page():
    assert not Cusum(mean=10, sd=2).detect([19]).alarm[0]
    assert Cusum(mean=10, sd=2).detect([19.001]).alarm[0]
    at = PoissonCusum(transform="standard", mean=4, k=1, h=2)
    assert at.detect([10]).alarm[0]  # (10 - 4) / 2 - 1 = 2
    assert not at.detect([9.99]).alarm[0]


def test_rossi_by_hand():
    """x 9, m 4: (9 - 12 + 2 √36) / 4 = 2.25; x 0: -3 × 4 / 4 = -3."""
    found = PoissonCusum(mean=4).detect([9, 0, 9, 9])
    assert found.score == pytest.approx([1.21, 0.0, 1.21, 2.42])
    assert found.alarm.tolist() == [False, False, False, True]


@pytest.mark.parametrize("transform", ["rossi", "standard"])
def test_a_count_at_the_threshold_brings_the_sum_to_h(transform: str):
    random = np.random.default_rng(1)
    counts = random.poisson(6.0, size=(30, 40)).astype(float)
    method = PoissonCusum(transform=transform, mean=5.0)
    found = method.detect(counts)
    for row in range(30):
        day = int(random.integers(1, 40))
        for off, alarm in ((-1e-6, False), (1e-6, True)):
            changed = counts[row].copy()
            changed[day] = max(found.threshold[row, day] + off, 0)
            if found.threshold[row, day] > 0:
                assert method.detect(changed).alarm[day] == alarm


def test_what_is_in_control_is_how_a_series_begins():
    found = Cusum(baseline=4).detect([8, 12, 8, 12, 11, 17])  # mean 10, sd √(16/3)
    assert found.known.tolist() == [False] * 4 + [True] * 2
    assert found.expected[4] == 10
    assert found.score[4:] == pytest.approx([0, 7 / math.sqrt(16 / 3) - 0.5])


def test_missing_leaves_the_sum_and_is_unknown():
    found = Cusum(mean=10, sd=2).detect([14, NAN, 14])
    assert found.score.tolist() == pytest.approx([1.5, NAN, 3.0], nan_ok=True)
    assert found.known.tolist() == [True, False, True]


def test_no_spread_tells_nothing():
    assert not Cusum(baseline=3).detect([5, 5, 5, 9]).known.any()
    assert Cusum(baseline=3, least_sd=1).detect([5, 5, 5, 9]).score[3] == 3.5
    assert not PoissonCusum(baseline=3).detect([0, 0, 0, 9]).known.any()


def test_mean_and_sd_of_each_series_or_refused():
    found = Cusum(mean=[[10], [20]], sd=[[2], [4]]).detect([[14], [28]])
    assert found.score.tolist() == [[1.5], [1.5]]
    with pytest.raises(DefinitionError):
        Cusum(mean=[[1], [2], [3]], sd=1).detect([[1, 2], [3, 4]])


@pytest.mark.parametrize(("h", "published"), [(4, 168), (5, 465)])
def test_run_lengths_are_those_published(h: float, published: int):
    """The reference's, for k = 0.5 and normal values, are those of a chart that looks both ways: two of ours."""
    up = np.random.default_rng(2).standard_normal((1500, 6 * published))
    method = Cusum(h=h, mean=100, sd=1)
    alarm = method.detect(100 + up).alarm | method.detect(100 - up).alarm
    lengths = np.where(alarm.any(axis=1), alarm.argmax(axis=1) + 1, 7 * published)  # cut: one more run, on average
    assert lengths.mean() == pytest.approx(published, rel=0.06)


@pytest.mark.parametrize("transform", ["rossi", "standard"])
def test_many_series_are_each_as_by_loops(transform: str):
    random = np.random.default_rng(3)
    counts = random.poisson(random.uniform(0.5, 9, size=(20, 1)), size=(20, 50)).astype(float)
    counts[random.random(counts.shape) < 0.1] = NAN
    means = random.uniform(0.5, 9, size=(20, 1))
    found = PoissonCusum(transform=transform, mean=means).detect(counts)
    for row, series in enumerate(counts.tolist()):
        total, mean = 0.0, float(means[row, 0])
        for day, count in enumerate(series):
            if count == count:
                root = math.sqrt(mean)
                normal = (count - mean) / root
                if transform == "rossi":
                    normal = (count - 3 * mean + 2 * math.sqrt(count * mean)) / (2 * root)
                total = max(0.0, total + normal - 1.04)
                assert found.score[row, day] == pytest.approx(total, abs=1e-9)
                assert found.alarm[row, day] == (total >= 2.26)
            else:
                assert not found.known[row, day]
