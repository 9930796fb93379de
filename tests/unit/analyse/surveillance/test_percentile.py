"""Moving percentile: blocks of past years, their percentile by hand and by numpy's own"""

from __future__ import annotations

import numpy as np
import pytest

from medark.analyse.surveillance.percentile import FixedValue, MovingPercentile

NAN = float("nan")
SMALL = MovingPercentile(window=2, years=2, beside=1, year=10, percentile=80, most_missing=1)


def test_blocks_by_hand():
    """Blocks of two that end 10 and 20 periods before, and two more on either side of each."""
    series = np.arange(26.0)
    found = SMALL.detect(series)
    assert found.known.tolist() == [day >= 23 for day in range(26)]  # 20 + 2 back, of a block of two
    # day 23: ends 15 13 11 and 5 3 1 -> sums 29 25 21 9 5 1; 80 % of five steps: the fourth, 25
    assert found.threshold[23] == 25
    assert found.expected[23] == 15  # between 9 and 21
    assert found.observed[23] == 45
    assert found.score[23] == pytest.approx(45 / 25)
    assert found.alarm[23]


def test_the_percentile_to_the_dot_is_no_signal():
    past = np.arange(24.0)
    for last, alarm in ((3.0, False), (3.001, True)):  # 22 and what comes: 25
        assert SMALL.detect([*past[:22], 22.0, last]).alarm[23] == alarm


def test_a_missing_day_takes_its_blocks_away():
    series = np.arange(24.0)
    series[12] = NAN  # of the block that ends on day 13: sums 29 21 9 5 1 are left
    found = SMALL.detect(series)
    assert found.threshold[23] == pytest.approx(21 + 0.2 * 8)
    series[14] = NAN
    assert not SMALL.detect(series).known[23]
    series[[12, 14]] = 12, 14
    series[22] = NAN
    assert not SMALL.detect(series).known[23]


def test_nothing_in_the_past_and_one_case_now():
    found = SMALL.detect([0] * 23 + [1])
    assert found.score[23] == np.inf and found.alarm[23]
    assert SMALL.detect([0] * 24).score[23] == 0


def test_fifteen_blocks_of_three_years_are_numpys_percentile():
    random = np.random.default_rng(4)
    counts = random.poisson(3, size=(6, 1300)).astype(float)
    found = MovingPercentile().detect(counts)
    first = 3 * 365 + 2 * 7 + 6
    assert found.known[0].tolist() == [day >= first for day in range(1300)]
    for day in (first, 1200, 1299):
        for row in range(6):
            blocks = [
                counts[row, day - 365 * year + 7 * off - 6 : day - 365 * year + 7 * off + 1].sum()
                for year in (1, 2, 3)
                for off in (-2, -1, 0, 1, 2)
            ]
            assert len(blocks) == 15
            assert found.threshold[row, day] == pytest.approx(np.percentile(blocks, 80), abs=1e-12)
            assert found.expected[row, day] == np.median(blocks)
            assert found.observed[row, day] == counts[row, day - 6 : day + 1].sum()


def test_weeks_can_be_periods():
    counts = np.random.default_rng(5).poisson(20, size=(3, 200))
    found = MovingPercentile(window=1, year=52).detect(counts)
    assert found.known[:, 158:].all() and not found.known[:, :158].any()


def test_a_fixed_value_needs_no_past():
    found = FixedValue().detect([0, 1, NAN, 3])
    assert found.alarm.tolist() == [False, True, False, True]
    assert found.known.tolist() == [True, True, False, True]
    assert FixedValue(value=3).detect([2, 3]).alarm.tolist() == [False, True]
