"""What the past weeks say of each series: fitted twice, past outbreaks counting less the second time

Source: Farrington 1996, J R Stat Soc A 159:547-563; Noufaily 2013, Stat Med 32:1206-1222.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medark.analyse.surveillance.signals import BoolArray, FloatArray

from .baseline import Baseline
from .fit import Regression, fit, without_slope


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Of the judged week, for each series; NaN where too few past weeks are there."""

    expected: FloatArray
    dispersion: FloatArray  # variance over mean, at least 1
    variance: FloatArray  # of `expected`
    slope: FloatArray  # per year; 0 without a trend
    slope_sd: FloatArray
    freedom: FloatArray  # past weeks less fitted parameters
    found: BoolArray


def forecast(
    counts: FloatArray, power: FloatArray, seen: FloatArray, past: Baseline, above: float, slope: FloatArray | None
) -> Forecast:
    """Fit, weigh down residuals above `above`, fit again, and look ahead to the judged week.

    All (n × w): counts, their power 2/3, and 1 where a count was seen (where not, the others are 0). `slope`: where the
    search starts; None for a model without a trend.
    """
    weeks = seen.sum(axis=1)
    levels = (seen @ past.moments[:, : past.levels] > 0).sum(axis=1)
    freedom = weeks - levels - (slope is not None)
    first = _fitted(counts, seen, past, slope)
    over = np.maximum(dispersion(first, counts, seen, freedom), 1)
    weight = weights(first, over, power, seen, past, above)
    second = _fitted(counts, weight, past, None if slope is None else np.where(first.found, first.slope, slope))
    scale = dispersion(second, counts, weight, freedom)
    over = np.maximum(scale, 1)
    expected = second.expected(past.now)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(expected > 0, expected**2 * over * second.log_variance(past.now), 0.0)
        slope_sd = np.sqrt(scale / second.spread)
    unknown = (freedom < 1) | (seen @ past.moments[:, 0] == 0)
    expected = np.where(unknown, np.nan, expected)
    return Forecast(expected, over, variance, second.slope, slope_sd, freedom, first.found & second.found)


def _fitted(counts: FloatArray, weight: FloatArray, past: Baseline, slope: FloatArray | None) -> Regression:
    fitted = fit(counts, weight, past, slope)
    return without_slope(fitted) if slope is None else fitted


def dispersion(fitted: Regression, counts: FloatArray, weight: FloatArray, freedom: FloatArray) -> FloatArray:
    """Pearson's statistic over the degrees of freedom: (n,)."""
    off = counts - fitted.mean
    off *= off
    off *= weight
    off /= np.where(fitted.mean > 0, fitted.mean, 1)
    return np.asarray(off.sum(axis=1) / np.maximum(freedom, 1))


def weights(
    fitted: Regression, over: FloatArray, power: FloatArray, seen: FloatArray, past: Baseline, above: float
) -> FloatArray:
    """One over the squared Anscombe residual where that is above a limit, 1 elsewhere; they sum to the weeks seen."""
    mean = np.where(fitted.mean > 0, fitted.mean, 1)
    root = np.sqrt(mean)
    residual = 1.5 * (power / np.cbrt(root) - root)
    left = (1 - fitted.leverage(seen, past)) * over[:, None]
    outlying = (residual > 0) & (left > 1e-10) & (residual * residual > above * above * left) & (fitted.mean > 0)
    weight = seen.copy()
    np.divide(left, residual * residual, out=weight, where=outlying)
    weight *= (seen.sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-300))[:, None]
    return weight
