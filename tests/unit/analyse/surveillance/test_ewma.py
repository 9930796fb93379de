"""EWMA: the chart with its exact limits, and the two weights of ESSENCE, by hand and by loops"""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from medark.analyse.surveillance.ewma import EssenceEwma, Ewma

NAN = float("nan")
T_99_27 = 2.4726599  # Student's t, 27 degrees of freedom, 99 %: any table


def test_the_chart_by_hand():
    """Mean 10, sd 2, weight 0.2: z = 10.8, 11.44; sd of z = 2 × 0.2 = 0.4, then 2 × √(0.04 + 0.0256) = 0.51225."""
    found = Ewma(mean=10, sd=2).detect([14, 14])
    assert found.score == pytest.approx([0.8 / 0.4, 1.44 / (2 * math.sqrt(0.0656))])
    assert not found.alarm.any()
    assert found.threshold[0] == pytest.approx(10 + 3 * 0.4 / 0.2)
    assert found.threshold[1] == pytest.approx((10 + 3 * 2 * math.sqrt(0.0656) - 0.8 * 10.8) / 0.2)


def test_the_chart_alarms_above_its_limit_and_not_at_it():
    assert not Ewma(mean=10, sd=2).detect([15.999999]).alarm[0]
    assert Ewma(mean=10, sd=2).detect([16.000001]).alarm[0]


def test_limits_widen_to_the_asymptote():
    found = Ewma(mean=10, sd=2).detect([10] * 60)
    assert found.threshold[-1] == pytest.approx(10 + 3 * 2 * math.sqrt(0.2 / 1.8) / 0.2)


def test_a_missing_count_moves_neither_the_mean_nor_its_limits():
    with_gap, without = Ewma(mean=10, sd=2).detect([14, NAN, 14]), Ewma(mean=10, sd=2).detect([14, 14])
    assert with_gap.score[2] == without.score[1]
    assert not with_gap.known[1]


def test_the_baseline_of_a_series_is_not_judged():
    found = Ewma(baseline=4).detect([8, 12, 8, 12, 14])
    assert found.known.tolist() == [False] * 4 + [True]
    assert found.score[4] == pytest.approx(4 / math.sqrt(16 / 3))
    assert not Ewma(baseline=4).detect([5, 5, 5, 5, 9]).known.any()


def essence_by_loops(series: list[float]) -> list[float]:
    """The larger of both test statistics, day after day."""
    found = []
    smooth: dict[float, float] = {}
    for day, count in enumerate(series):
        for weight in (0.4, 0.9):
            before = smooth.get(weight, count)
            smooth[weight] = before if count != count else weight * count + (1 - weight) * before
        window = [value for value in series[day - 30 : day - 2] if value == value] if day >= 30 else []
        if len(window) < 21 or count != count:
            found.append(NAN)
            continue
        mean, sd = statistics.fmean(window), statistics.stdev(window)
        found.append(max((smooth[w] - mean) / (sd * math.sqrt(w / (2 - w))) for w in (0.4, 0.9)))
    return found


def test_essence_is_as_by_loops():
    random = np.random.default_rng(5)
    counts = random.poisson(random.uniform(3, 30, size=(15, 1)), size=(15, 80)).astype(float)
    counts[:, 60:] *= 1.6
    counts[1:][random.random((14, 80)) < 0.08] = NAN
    counts[:, 0] = 4
    found = EssenceEwma().detect(counts)
    for row, series in enumerate(counts.tolist()):
        wanted = essence_by_loops(series)
        np.testing.assert_allclose(found.score[row], wanted, atol=1e-9)
        assert found.alarm[row].tolist() == [value > T_99_27 for value in wanted]
    assert found.alarm.any()


def test_yellow_is_easier_than_red():
    counts = np.random.default_rng(6).poisson(10, size=(50, 100))
    red, yellow = EssenceEwma().detect(counts), EssenceEwma(alpha=0.05).detect(counts)
    assert (yellow.alarm | ~red.alarm).all()
    assert yellow.alarm.sum() > red.alarm.sum()
