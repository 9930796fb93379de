"""Many small quasi-Poisson regressions at once: log mean = season's level + slope × time

A season's level has a closed form once the slope is known, exp(level) = Σ w y / Σ w exp(slope × t), so that one number
a series is left to find. Its profile likelihood is concave: a few steps of Newton end at the maximum of iteratively
reweighted least squares, seasons without any case (level = -infinity) included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medark.analyse.surveillance.signals import BoolArray, FloatArray

from .baseline import Baseline

_STEPS = 50
_STEEPEST = 30.0  # log of the growth over the whole baseline: a slope beyond it has no maximum
_PRECISE = 1e-11  # of the slope, per year


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """What was fitted to each series: n series, l levels, w weeks of the baseline."""

    slope: FloatArray  # (n,) per year; 0 where there is none
    base: FloatArray  # (n × l) the mean of each level at time 0
    mean: FloatArray  # (n × w)
    centre: FloatArray  # (n × l) mean time of each level, weighted by its expected counts
    cases: FloatArray  # (n × l) weighted counts of each level: its information
    spread: FloatArray  # (n,) information on the slope; 0 where there is none
    found: BoolArray  # (n,) whether the slope has a maximum

    def expected(self, time: float) -> FloatArray:
        """Of level 0 at a time: (n,)."""
        return self.base[:, 0] * np.exp(self.slope * time)

    def log_variance(self, time: float) -> FloatArray:
        """Variance of the log of `expected`, before dispersion; infinite where level 0 has no case."""
        with np.errstate(divide="ignore"):
            return 1 / self.cases[:, 0] + (time - self.centre[:, 0]) ** 2 * _inverse(self.spread)

    def leverage(self, weight: FloatArray, past: Baseline) -> FloatArray:
        """The diagonal of the hat matrix: (n × w)."""
        hat = past.time - self.centre @ past.member
        hat *= hat
        hat *= _inverse(self.spread)[:, None]
        hat += _inverse(self.cases) @ past.member
        hat *= weight
        hat *= self.mean
        return hat


def fit(counts: FloatArray, weight: FloatArray, past: Baseline, slope: FloatArray | None) -> Regression:
    """Fit each series; `weight` is 0 where a count is missing, and the count 0 there.

    `slope` is where the search starts; None for a model without a trend.
    """
    levels = past.levels
    weighted = weight * counts
    sums = weighted @ past.moments[:, : 2 * levels]
    cases, moment = sums[:, :levels], sums[:, levels:].sum(axis=1)
    if slope is None:
        slope, found = np.zeros(len(counts)), np.ones(len(counts), dtype=bool)
    else:
        slope, found = _steepness(weight, cases, moment, past, slope)
    growth = np.exp(slope[:, None] * past.time)
    exposure, centre, variance = _moments(growth * weight, past)
    base = cases / np.where(exposure > 0, exposure, 1)
    growth *= base @ past.member
    return Regression(slope, base, growth, centre, cases, (cases * variance).sum(axis=1), found)


def without_slope(fitted: Regression) -> Regression:
    """The same, of a fit without a trend: the slope carries no information."""
    return Regression(
        fitted.slope, fitted.base, fitted.mean, fitted.centre, fitted.cases, np.zeros_like(fitted.spread), fitted.found
    )


def _steepness(
    weight: FloatArray, cases: FloatArray, moment: FloatArray, past: Baseline, start: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """The slope of each series, and whether the search ended inside."""
    most = _STEEPEST / (past.time[-1] - past.time[0])
    slope, found = np.clip(start, -most, most), np.zeros(len(start), dtype=bool)
    going = np.arange(len(start))
    for _step in range(_STEPS):
        every = len(going) == len(start)
        some = slice(None) if every else going
        growth = np.exp(slope[some, None] * past.time)
        growth *= weight[some]
        _exposure, centre, variance = _moments(growth, past)
        excess = moment[some] - (cases[some] * centre).sum(axis=1)
        step = np.clip(excess * _inverse((cases[some] * variance).sum(axis=1)), -most / 4, most / 4)
        slope[some] = np.clip(slope[some] + step, -most, most)
        done = np.abs(step) < _PRECISE
        found[some] = done
        going = going[~done]
        if not len(going):
            break
    return slope, found & (np.abs(slope) < most)


def _moments(mass: FloatArray, past: Baseline) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Total, mean time and variance of time of a mass over the weeks, by level: each (n × l)."""
    sums = mass @ past.moments
    levels = past.levels
    inverse = _inverse(sums[:, :levels])
    centre = sums[:, levels : 2 * levels] * inverse
    variance = sums[:, 2 * levels :] * inverse - centre * centre
    return sums[:, :levels], centre, np.maximum(variance, 0)


def _inverse(values: FloatArray) -> FloatArray:
    """One over each value; 0 where it is 0."""
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
