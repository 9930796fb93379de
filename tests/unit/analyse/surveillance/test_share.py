"""Binomial limits: exact tails, the share of the weeks before, what can't be judged"""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from medark.analyse.surveillance import BinomialShare
from medark.analyse.surveillance.binomial import binomial_limit, binomial_tail
from medark.errors import DefinitionError


def test_tails_are_those_of_the_sum_of_all_chances():
    random = np.random.default_rng(0)
    for _ in range(200):
        total = int(random.integers(1, 300))
        count, share = int(random.integers(0, total + 1)), float(random.random())
        wanted = sum(comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(count, total + 1))
        found = binomial_tail(np.array([float(count)]), np.array([float(total)]), np.array([share]))
        assert found[0] == pytest.approx(wanted, abs=1e-11)


def test_a_limit_is_the_least_count_whose_excess_is_rare():
    for total, share, alpha in ((20, 0.1, 0.01), (200, 0.02, 0.001), (1000, 0.3, 0.05)):
        limit = binomial_limit(np.array([float(total)]), np.array([share]), alpha)[0]
        over, at = (
            binomial_tail(np.array([limit + k]), np.array([float(total)]), np.array([share]))[0] for k in (1, 0)
        )
        assert over <= alpha < at


def test_the_share_is_that_of_the_periods_before_and_the_lag_is_left_out():
    tests = np.full((1, 40), 50.0)
    positive = np.zeros((1, 40))
    positive[0, 30], positive[0, 38] = 14, 3
    found = BinomialShare().detect(positive, tests)
    assert found.known.sum() == 10  # from the thirty-first period on
    assert found.expected[0, 30] == pytest.approx(50 * 0.5 / 1401)
    assert found.expected[0, 32] == found.expected[0, 31]  # the 14 come into the baseline three periods later
    assert found.expected[0, 33] == pytest.approx(50 * 14.5 / 1401)
    assert found.alarm[0].tolist() == [n == 30 for n in range(40)]


def test_what_is_missing_or_too_few_is_unknown():
    few = np.full((1, 40), 0.5).round()
    assert not BinomialShare().detect(few, few).known.any()
    tests = np.full((1, 40), 50.0)
    positive = np.zeros((1, 40))
    positive[0, 39] = np.nan
    found = BinomialShare().detect(positive, tests)
    assert np.isnan(found.threshold[0, 39]) and not found.alarm[0, 39]
    with pytest.raises(DefinitionError, match="positives are not among tests"):
        BinomialShare().detect(tests + 1, tests)
