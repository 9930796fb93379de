"""EWMA: a mean in which what is newer weighs more, against its own limits

Source: Roberts 1959, Technometrics 1:239-250 (the chart); Burkom 2007, Johns Hopkins APL Tech Dig 27(4), and the
documentation of R's `Rnssp` (ESSENCE).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.messages import N_

from .control import BASELINE, LEAST_SD, MEAN, SD, in_control
from .distributions import student_quantile
from .parameters import check, parameter
from .signals import FloatArray, Signals, above, in_sds, series_of, shaped
from .windows import moments


@dataclass(frozen=True, slots=True, eq=False)
class Ewma:
    """z(t) = w y(t) + (1 - w) z(t-1), z(0) the mean in control; an alarm above the exact upper limit of the chart."""

    weight: float = parameter(0.2, N_("weight of the newest count"), least=0.001, most=1)
    limit: float = parameter(3.0, N_("standard deviations of z above the mean that are too much"), least=0)
    baseline: int = parameter(28, BASELINE, least=2)
    mean: npt.ArrayLike | None = parameter(None, MEAN)  # noqa: RUF009
    sd: npt.ArrayLike | None = parameter(None, SD)  # noqa: RUF009
    least_sd: float = parameter(0.0, LEAST_SD, least=0)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each period after the baseline (each one, if mean and sd are given). `score`: z in its own sd."""
        observed = series_of(counts)
        judged, mean, sd = in_control(observed, self.baseline, self.mean, self.sd, self.least_sd)
        before, smooth = _smoothed(judged - mean, self.weight, np.zeros(len(observed)))
        seen = np.cumsum(~np.isnan(judged), axis=1)  # what is missing adds no variance
        spread = sd * np.sqrt(self.weight / (2 - self.weight) * (1 - (1 - self.weight) ** (2 * seen)))
        threshold = mean + (self.limit * spread - (1 - self.weight) * before) / self.weight
        unknown = np.isnan(judged) | np.isnan(sd)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.where(unknown, np.nan, smooth / spread)
        threshold = np.where(seen > 0, threshold, np.nan)
        return shaped(Signals(observed, mean, threshold, score, score > self.limit), counts)


@dataclass(frozen=True, slots=True)
class EssenceEwma:
    """The worse of a slow and a fast moving mean, against Student's t from four weeks that ended two days before."""

    baseline: int = parameter(28, N_("days before, of which the mean and the spread are taken"), least=2)
    lag: int = parameter(2, N_("days between the baseline and the day that is judged"), least=0)
    slow: float = parameter(0.4, N_("weight of the newest count, for what rises slowly"), least=0.001, most=1)
    fast: float = parameter(0.9, N_("weight of the newest count, for what rises at once"), least=0.001, most=1)
    alpha: float = parameter(
        0.01, N_("false alarms a day that are accepted: red 0.01, yellow 0.05"), least=1e-9, most=0.5
    )
    least_sd: float = parameter(0.0, LEAST_SD, least=0)
    most_missing: int = parameter(7, N_("days of the baseline that may be missing"), least=0)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each day; unknown until the baseline and the lag have passed. `score`: the larger test statistic."""
        observed = series_of(counts)
        mean, sd = moments(observed, self.baseline, self.lag, self.most_missing)
        sd = np.maximum(sd, self.least_sd)
        critical = student_quantile(1 - self.alpha, self.baseline - 1)
        slow, slow_limit = self._of_weight(observed, mean, sd, self.slow, critical)
        fast, fast_limit = self._of_weight(observed, mean, sd, self.fast, critical)
        return shaped(above(observed, mean, np.minimum(slow_limit, fast_limit), np.maximum(slow, fast)), counts)

    def _of_weight(
        self, observed: FloatArray, mean: FloatArray, sd: FloatArray, weight: float, critical: float
    ) -> tuple[FloatArray, FloatArray]:
        """Test statistic of one weight, and the count that brings it to the critical value."""
        before, smooth = _smoothed(observed, weight, np.full(len(observed), np.nan))
        spread = sd * np.sqrt(weight / (2 - weight))
        limit = (mean + critical * spread - (1 - weight) * before) / weight
        return in_sds(smooth - mean, spread), limit


def _smoothed(values: FloatArray, weight: float, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """z(t-1) and z(t) of (series × periods); where z has no start it starts at the first value there is."""
    newest = np.ascontiguousarray(values.T)
    before, after = np.empty_like(newest), np.empty_like(newest)
    smooth = start
    for period, now in enumerate(newest):
        before[period] = smooth
        smooth = np.where(np.isnan(smooth), now, smooth)
        smooth = np.where(np.isnan(now), smooth, weight * now + (1 - weight) * smooth)
        after[period] = smooth
    return before.T, after.T
