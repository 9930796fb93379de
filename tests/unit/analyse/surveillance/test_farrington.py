"""Farrington: against iteratively reweighted least squares, one week of one series after another, and edges by hand"""

from __future__ import annotations

import math

import numpy as np
import pytest

from medark.analyse.surveillance import Signals, detect
from medark.analyse.surveillance.distributions import normal_quantile, student_tail
from medark.analyse.surveillance.farrington import Farrington, FarringtonFlexible
from medark.analyse.surveillance.farrington.baseline import baseline
from medark.errors import DefinitionError

NAN = float("nan")


# -- the oracle: shares nothing with the product's way but the formulas of the papers --------------------------------


def glm(design: np.ndarray, counts: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Poisson regression with a log link by IRLS: coefficients, means, unscaled covariance, Pearson's dispersion."""
    mean = counts + 0.1
    for _step in range(200):
        root = np.sqrt(weight * mean)
        response = np.log(mean) + (counts - mean) / mean
        coefficients = np.linalg.lstsq(design * root[:, None], response * root, rcond=None)[0]
        after = np.exp(np.clip(design @ coefficients, -40, 40))
        if np.abs(after - mean).max() < 1e-13 * max(1, after.max()):
            break
        mean = after
    covariance = np.linalg.pinv(design.T @ (design * (weight * mean)[:, None]), hermitian=True)
    freedom = len(counts) - design.shape[1]
    return coefficients, mean, covariance, float((weight * (counts - mean) ** 2 / mean).sum() / freedom)


def ahead(counts, weeks_back, level, *, trend, above):
    """Expected count, dispersion, its variance, and p of the trend, for one week."""
    present = sorted(set(level))
    design = np.array(
        [
            [float(mine == kind) for kind in present] + [-back / 52] * trend
            for mine, back in zip(level, weeks_back, strict=True)
        ]
    )
    weight = np.ones(len(counts))
    _c, mean, covariance, dispersion = glm(design, counts, weight)
    hat = np.einsum("ij,jk,ik->i", design, covariance, design) * weight * mean
    anscombe = 1.5 * (counts ** (2 / 3) * mean ** (-1 / 6) - mean**0.5)
    anscombe /= np.sqrt(max(dispersion, 1) * np.maximum(1 - hat, 1e-12))
    weight = np.where(anscombe > above, 1 / np.maximum(anscombe, above) ** 2, 1.0)
    weight *= len(counts) / weight.sum()
    coefficients, mean, covariance, dispersion = glm(design, counts, weight)
    now = np.array([float(kind == 0) for kind in present] + [0.0] * trend)
    expected, over = math.exp(now @ coefficients), max(dispersion, 1)
    p = 1.0
    if trend:
        t = abs(coefficients[-1]) / math.sqrt(dispersion * covariance[-1, -1])
        p = 2 * student_tail(t, len(counts) - design.shape[1])
    return expected, over, expected**2 * over * (now @ covariance @ now), p


def one_week(series: np.ndarray, week: int, method: FarringtonFlexible) -> tuple[float, float, float]:
    """Expected count, dispersion and its variance, from one week's own list of past weeks."""
    window = range(-method.half_window, method.half_window + 1)
    centres = {year * 52 + off: 0 for year in range(1, method.years + 1) for off in window}
    past = []
    for back in range(method.years * 52 + method.half_window, method.past_weeks, -1):
        if back in centres:
            past.append((back, 0))
        elif method.levels > 1:
            since = next(weeks for weeks in range(60) if (back + weeks) % 52 in {off % 52 for off in window})
            past.append((back, 1 + (since - 1) // 5))
    past = [(back, level) for back, level in past if not math.isnan(series[week - back])]
    backs, levels = [back for back, _ in past], [level for _, level in past]
    counts = np.array([series[week - back] for back in backs])
    told = {"above": method.reweight_above}
    if method.years >= method.trend_years:
        expected, over, variance, p = ahead(counts, backs, levels, trend=True, **told)
        if expected <= counts.max() and (method.trend_p == 1 or p < method.trend_p):
            return expected, over, variance
    return ahead(counts, backs, levels, trend=False, **told)[:3]


def seasonal(series: int, weeks: int, seed: int, low: float = 1.0, high: float = 60.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    time = np.arange(weeks)
    mean = random.uniform(low, high, (series, 1)) * np.exp(
        0.6 * np.sin(2 * np.pi * (time / 52 + random.random((series, 1)))) + random.normal(0, 0.002, (series, 1)) * time
    )
    counts = random.negative_binomial(mean / random.uniform(0.2, 2.5, (series, 1)), 0.4).astype(float)
    counts[:, 100:104] *= 4  # a past outbreak
    return counts


@pytest.mark.parametrize(
    "method",
    [
        FarringtonFlexible(cases=0),
        FarringtonFlexible(threshold="power", alpha=0.01),
        FarringtonFlexible(years=3, past_weeks=10),
        FarringtonFlexible(years=2),
        FarringtonFlexible(years=3, trend_p=0.05),
        Farrington(),
        Farrington(years=3),
        Farrington(years=4, half_window=2, trend_p=0.2),
    ],
    ids=repr,
)
def test_thresholds_are_those_of_reweighted_least_squares(method: FarringtonFlexible):
    counts = seasonal(5, 300, seed=11)
    counts[3, 40:48] = NAN
    found = method.detect(counts)
    for row in range(5):
        for week in (265, 281, 299):
            expected, over, variance = one_week(counts[row], week, method)
            assert found.expected[row, week] == pytest.approx(expected, rel=1e-8)
            if method.threshold == "power":
                root = 2 / 3 * normal_quantile(1 - method.alpha) * math.sqrt(over * expected + variance) / expected
                assert found.threshold[row, week] == pytest.approx(expected * (1 + root) ** 1.5, abs=1e-6)
            else:
                tail = upper_tail(found.threshold[row, week], expected, over)
                assert tail <= method.alpha < upper_tail(found.threshold[row, week] - 1, expected, over)


def upper_tail(count: float, mean: float, dispersion: float) -> float:
    """The chance of more than a count, negative binomial (Poisson if the dispersion is 1)."""
    below = 0.0
    for k in range(int(count) + 1):
        log = -mean + k * math.log(mean) - math.lgamma(k + 1)
        if dispersion > 1:
            size = mean / (dispersion - 1)
            log = math.lgamma(size + k) - math.lgamma(size) - math.lgamma(k + 1)
            log += k * math.log(1 - 1 / dispersion) - size * math.log(dispersion)
        below += math.exp(log)
    return 1 - below


# -- which weeks, by hand --------------------------------------------------------------------------------------------


def test_the_weeks_of_five_years_in_ten_seasons():
    past = baseline(years=5, half_window=3, levels=10, past_weeks=26, year=52)
    assert (past.back[0], past.back[-1]) == (263, 27)  # 5 × 52 + 3; the last 26 are left out
    level = dict(zip(past.back.tolist(), past.level.tolist(), strict=True))
    assert [level[back] for back in (263, 260, 257, 256, 252, 251, 212, 211, 208, 205, 204)] == [
        *(0, 0, 0, 1, 1, 2, 9, 0, 0, 0, 1)
    ]
    assert [list(level.values()).count(kind) for kind in range(10)] == [35, 25, 25, 25, 25, 22, *[20] * 4]


def test_the_weeks_of_the_original():
    past = baseline(years=3, half_window=1, levels=1, past_weeks=3, year=52)
    assert past.back.tolist() == [157, 156, 155, 105, 104, 103, 53, 52, 51]
    assert set(past.level.tolist()) == {0}


def test_impossible_baselines_are_refused():
    with pytest.raises(DefinitionError):
        FarringtonFlexible(levels=50).detect(np.ones(300))
    with pytest.raises(DefinitionError):
        FarringtonFlexible(years=1, past_weeks=50).detect(np.ones(300))


# -- edges -----------------------------------------------------------------------------------------------------------


def judged(series: np.ndarray, **given: object) -> Signals:
    return detect(series, "farrington_flexible", **given)


def test_a_short_history_is_unknown_and_no_alarm():
    series = np.r_[np.full(263, 3.0), 900.0, 3.0]
    assert judged(series).known.tolist() == [False] * 263 + [True] * 2
    assert judged(series).alarm.tolist() == [False] * 263 + [True, False]
    assert not judged(series[:263]).known.any()


def test_a_constant_past_is_poisson_around_its_mean():
    found = judged(np.full(264, 4.0))
    assert found.expected[263] == pytest.approx(4)
    assert found.threshold[263] == 10  # P(X > 10) = 0.0028, P(X > 9) = 0.0081
    assert not judged(np.r_[np.full(263, 4.0), 10.0]).alarm[263]
    assert judged(np.r_[np.full(263, 4.0), 11.0]).alarm[263]
    assert judged(np.r_[np.full(263, 4.0), 7.0]).score[263] == pytest.approx(0.5)


def test_the_power_threshold_by_hand():
    """Mean 4 of 237 weeks, 35 in the own season: variance of the log = 1/140 + t² / Σ, without trend 1/140."""
    found = judged(np.full(264, 4.0), threshold="power", years=5, trend_years=9)
    wanted = 4 * (1 + 2 / 3 * 2.5758293035489 * math.sqrt(4 + 16 / 140) / 4) ** 1.5
    assert found.threshold[263] == pytest.approx(wanted, abs=1e-9)


def test_nothing_ever_and_then_something():
    empty = np.zeros(264)
    assert judged(empty).threshold[263] == judged(empty).expected[263] == judged(empty).score[263] == 0
    for last, alarm in ((4.0, False), (5.0, True)):  # fewer than five cases in four weeks are none
        found = judged(np.r_[empty[:263], last])
        assert bool(found.alarm[263]) is alarm
        assert found.score[263] == np.inf
    assert judged(np.r_[empty[:263], 1.0], cases=1).alarm[263]
    assert judged(np.r_[np.zeros(260), 2.0, 0.0, 1.0, 2.0]).alarm[263]  # five in four weeks
    assert not judged(np.r_[np.zeros(259), 2.0, 0.0, 0.0, 1.0, 2.0]).alarm[263]  # the fifth is a week older
    assert judged(empty, threshold="power").threshold[263] == 0


def test_cases_in_other_seasons_only():
    series = np.zeros(264)
    series[[20, 30, 75, 130]] = 6  # never within three weeks of the judged one's season
    found = judged(series)
    assert found.known[263] and found.expected[263] == 0 and found.threshold[263] == 0


def test_missing_weeks_are_left_out():
    series = seasonal(1, 264, seed=3)[0]
    gone = series.copy()
    gone[150:160] = NAN
    assert judged(gone).expected[263] == pytest.approx(one_week(gone, 263, FarringtonFlexible())[0], rel=1e-8)
    assert judged(gone).expected[263] != judged(np.nan_to_num(gone)).expected[263]
    unseen = series.copy()
    unseen[263] = NAN
    assert np.isfinite(judged(unseen).threshold[263]) and not judged(unseen).known[263]
    own_season = series.copy()
    for year in range(1, 6):
        own_season[263 - 52 * year - 3 : 263 - 52 * year + 4] = NAN
    assert not judged(own_season).known[263]
    assert not judged(np.r_[np.full(250, NAN), series[250:]]).known[263]


def test_a_trend_that_leads_above_all_that_was_seen_is_dropped():
    series = np.round(2 * np.exp(np.arange(264) / 80))
    series[-1] = 0
    assert judged(series).expected[263] < series[:-26].max()
    steady = judged(series, trend_years=9).expected[263]
    assert judged(series).expected[263] == pytest.approx(steady, rel=1e-12)
    falling = np.round(200 * np.exp(-np.arange(264) / 80))
    assert judged(falling).expected[263] < judged(falling, trend_years=9).expected[263] / 3  # this one is kept


def test_cases_at_one_end_only_have_no_slope_and_no_trend():
    series = np.zeros(264)
    series[[233, 234, 235]] = 9
    found = judged(series)
    assert found.known[263] and np.isfinite(found.threshold[263])


def test_past_outbreaks_count_less():
    series = np.full(264, 5.0)
    series[[55, 107, 159]] = 120
    with_weights = judged(series)
    without = judged(series, reweight_above=1e9)
    assert with_weights.threshold[263] < without.threshold[263] / 2
    assert with_weights.expected[263] < 7 < without.expected[263]


def test_what_chance_would_give_is_no_outbreak_even_where_all_else_varies_less():
    series = np.full(264, 5.0)
    series[100] = 10  # 2 of Anscombe's residual, if the dispersion is taken as one
    assert judged(series).expected[263] == judged(series, reweight_above=1e9).expected[263]


def test_series_do_not_touch_one_another():
    counts = seasonal(9, 290, seed=5, low=0.05, high=9)
    together = judged(counts)
    for row in range(9):
        alone = judged(counts[row])
        np.testing.assert_allclose(alone.expected, together.expected[row], rtol=1e-9)
        np.testing.assert_array_equal(alone.threshold, together.threshold[row])


def test_false_alarms_are_about_as_many_as_accepted():
    random = np.random.default_rng(12)
    counts = random.poisson(20, size=(200, 290))
    found = judged(counts, alpha=0.005)
    rate = found.alarm.sum() / found.known.sum()
    assert 0.002 < rate < 0.012  # the quantile is plugged in: what is estimated adds a little
