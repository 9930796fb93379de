"""Quantiles: against sums over every count, and against printed tables"""

from __future__ import annotations

import math

import numpy as np
import pytest

from medark.analyse.surveillance.distributions import count_quantile, normal_quantile, student_quantile, student_tail


def by_sum(mean: float, dispersion: float, alpha: float) -> int:
    """The least count whose upper tail is at most alpha, one probability after another."""
    below, count = 0.0, -1
    while 1 - below > alpha:
        count += 1
        if dispersion == 1:
            log = count * math.log(mean) - mean - math.lgamma(count + 1)
        else:
            size = mean / (dispersion - 1)
            log = math.lgamma(size + count) - math.lgamma(size) - math.lgamma(count + 1)
            log += count * math.log(1 - 1 / dispersion) - size * math.log(dispersion)
        below += math.exp(log)
    return count


@pytest.mark.parametrize("alpha", [0.5, 0.05, 0.005, 0.0001])
@pytest.mark.parametrize("dispersion", [1.0, 1.0001, 1.3, 4.0, 60.0])
def test_counts_as_by_sums(alpha: float, dispersion: float):
    means = [1e-6, 0.01, 0.3, 1.0, 2.5, 7.7, 31.0, 150.3, 620.0]
    found = count_quantile(np.array(means), np.full(len(means), dispersion), alpha)
    assert found.tolist() == [by_sum(mean, dispersion, alpha) for mean in means]


def test_large_counts_lie_where_the_normal_approximation_has_them():
    means = np.array([1e4, 1e5, 1e6])
    found = count_quantile(means, np.full(3, 3.0), 0.005)
    assert found == pytest.approx(means + 2.5758293 * np.sqrt(3 * means), rel=2e-3)


def test_almost_poisson_is_poisson():
    means = np.linspace(0.01, 90, 400)
    poisson = count_quantile(means, np.ones(400), 0.005)
    for almost in (1 + 1e-12, 1 - 1e-12, 0.4):
        assert count_quantile(means, np.full(400, almost), 0.005).tolist() == poisson.tolist()


def test_unknown_and_nothing():
    found = count_quantile(np.array([[np.nan, 0.0], [3.0, 3.0]]), np.array([[1.0, 1.0], [np.nan, 1.0]]), 0.005)
    assert found[0, 1] == 0 and found[1, 1] == 8
    assert np.isnan(found[[0, 1], [0, 0]]).all()


@pytest.mark.parametrize(
    ("share", "freedom", "printed"),
    [
        (0.995, 1, 63.657),
        (0.975, 2, 4.303),
        (0.975, 10, 2.228),
        (0.99, 27, 2.473),
        (0.95, 30, 1.697),
        (0.975, 1e7, 1.96),
    ],
)
def test_students_t_as_printed(share: float, freedom: float, printed: float):
    assert student_quantile(share, freedom) == pytest.approx(printed, abs=5e-4)
    assert student_tail(student_quantile(share, freedom), freedom) == pytest.approx(1 - share, rel=1e-9)


def test_the_normal_as_printed():
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-12)
