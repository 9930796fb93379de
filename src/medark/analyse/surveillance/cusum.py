"""CUSUM: what is above expectation adds up until it is too much

Source: Page 1954, Biometrika 41:100-115; Rossi 1999, Stat Med 18:2111-2122 (counts that are rare).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from medark.messages import N_

from .control import BASELINE, LEAST_SD, MEAN, SD, in_control
from .parameters import check, parameter
from .signals import FloatArray, Signals, series_of, shaped

ALLOWANCE = N_("what is let pass in each period, in standard deviations")
DECISION = N_("the sum that is too much, in standard deviations")
TRANSFORM = N_("how counts become standard deviations: rossi is closer to normal where the mean is small")


@dataclass(frozen=True, slots=True, eq=False)
class Cusum:
    """S(t) = max(0, S(t-1) + (y(t) - mean) / sd - k); an alarm where S(t) > h. A missing count leaves S as it was."""

    k: float = parameter(0.5, ALLOWANCE, least=0)
    h: float = parameter(4.0, DECISION, least=0)
    baseline: int = parameter(28, BASELINE, least=2)
    mean: npt.ArrayLike | None = parameter(None, MEAN)  # noqa: RUF009
    sd: npt.ArrayLike | None = parameter(None, SD)  # noqa: RUF009
    least_sd: float = parameter(0.0, LEAST_SD, least=0)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each period after the baseline (each one, if mean and sd are given). `score` is S."""
        observed = series_of(counts)
        judged, mean, sd = in_control(observed, self.baseline, self.mean, self.sd, self.least_sd)
        before, total = _added_up((judged - mean) / sd, self.k)
        threshold = mean + sd * (self.h + self.k - before)
        return shaped(Signals(observed, mean, threshold, total, total > self.h), counts)


@dataclass(frozen=True, slots=True, eq=False)
class PoissonCusum:
    """CUSUM of counts that are rare, made nearly normal first; an alarm where S(t) ≥ h."""

    k: float = parameter(1.04, ALLOWANCE, least=0)
    h: float = parameter(2.26, DECISION, least=0)
    transform: Literal["rossi", "standard"] = parameter("rossi", TRANSFORM)
    baseline: int = parameter(28, BASELINE, least=2)
    mean: npt.ArrayLike | None = parameter(None, MEAN)  # noqa: RUF009

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each period after the baseline (each one, if the mean is given). `score` is S."""
        observed = series_of(counts)
        spread = None if self.mean is None else np.sqrt(np.asarray(self.mean, dtype=np.float64))
        judged, mean, _sd = in_control(observed, self.baseline, self.mean, spread)
        mean = np.where(mean > 0, mean, np.nan)
        normal = _rossi if self.transform == "rossi" else _standard
        before, total = _added_up(normal(judged, mean), self.k)
        counted = _rossi_count if self.transform == "rossi" else _standard_count
        threshold = counted(self.h + self.k - before, mean)
        return shaped(Signals(observed, mean, threshold, total, total >= self.h), counts)


def _standard(counts: FloatArray, mean: FloatArray) -> FloatArray:
    return (counts - mean) / np.sqrt(mean)


def _standard_count(normal: FloatArray, mean: FloatArray) -> FloatArray:
    """The count that a normal value stands for."""
    return mean + normal * np.sqrt(mean)


def _rossi(counts: FloatArray, mean: FloatArray) -> FloatArray:
    return np.asarray((counts - 3 * mean + 2 * np.sqrt(counts * mean)) / (2 * np.sqrt(mean)))


def _rossi_count(normal: FloatArray, mean: FloatArray) -> FloatArray:
    """The count that a normal value stands for; -inf for one below that of no cases."""
    squared = 4 * mean + 2 * normal * np.sqrt(mean)
    with np.errstate(invalid="ignore"):
        return np.where(squared < mean, -np.inf, (np.sqrt(squared) - np.sqrt(mean)) ** 2)


def _added_up(normal: FloatArray, k: float) -> tuple[FloatArray, FloatArray]:
    """S(t-1) and S(t) of (series × periods): NaN where the value is."""
    over = np.ascontiguousarray(normal.T) - k
    missing = np.isnan(over)
    over[missing] = 0
    before, after = np.empty_like(over), np.empty_like(over)
    total = np.zeros(over.shape[1])
    for period, now in enumerate(over):
        before[period] = total
        total = np.maximum(total + now, 0, out=after[period])
    after = np.where(missing, np.nan, after)
    return before.T, after.T
