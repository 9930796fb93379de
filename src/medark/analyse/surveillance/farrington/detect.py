"""A week of each series judged by the regression over its past

Source: Farrington 1996, J R Stat Soc A 159:547-563; Noufaily 2013, Stat Med 32:1206-1222.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.analyse.surveillance.distributions import student_quantile
from medark.analyse.surveillance.parameters import check, parameter
from medark.analyse.surveillance.signals import BoolArray, FloatArray, Signals, series_of, shaped
from medark.messages import N_

from .baseline import Baseline, baseline
from .past import Forecast, forecast
from .threshold import Threshold, threshold_of

_SERIES = 256  # fitted together: what they need fits the processor's cache

YEARS = N_("past years that a week is judged by")
HALF_WINDOW = N_("weeks before and after the same week of a past year that are its own season")
LEVELS = N_("seasons that a year is cut into; 1: only weeks of the same season are looked at")
PAST_WEEKS = N_("latest weeks that are left out, so that an outbreak is not judged by itself")
REWEIGHT = N_("Anscombe residual above which a past week counts less")
TREND_P = N_("a trend is kept if its p is below; at 1 always")
TREND_YEARS = N_("past years without which no trend is fitted")
THRESHOLD = N_("negative_binomial: its quantile; power: normal after the power 2/3")
ALPHA = N_("false alarms a week that are accepted")
CASES = N_("cases in the latest weeks without which there is no alarm")
WEEKS = N_("latest weeks in which these cases are counted, the judged one included")
YEAR = N_("periods of a year")


@dataclass(frozen=True, slots=True)
class FarringtonFlexible:
    """Quasi-Poisson regression over all past weeks, with seasons and a trend; past outbreaks count less."""

    years: int = parameter(5, YEARS, least=1)
    half_window: int = parameter(3, HALF_WINDOW, least=0)
    levels: int = parameter(10, LEVELS, least=1)
    past_weeks: int = parameter(26, PAST_WEEKS, least=0)
    reweight_above: float = parameter(2.58, REWEIGHT, least=0.1)
    trend_p: float = parameter(1.0, TREND_P, least=0, most=1)
    trend_years: int = parameter(3, TREND_YEARS, least=1)
    threshold: Threshold = parameter("negative_binomial", THRESHOLD)  # noqa: RUF009
    alpha: float = parameter(0.005, ALPHA, least=1e-9, most=0.5)
    cases: int = parameter(5, CASES, least=0)
    weeks: int = parameter(4, WEEKS, least=1)
    year: int = parameter(52, YEAR, least=4)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each week that has its past years behind it; unknown before.

        Missing past weeks are left out; unknown, too, where no week of the own season or no degree of freedom is left.
        `score` is (count - expected) / (threshold - expected): an alarm above one, if there are `cases` enough.
        """
        observed = series_of(counts)
        past = baseline(self.years, self.half_window, self.levels, self.past_weeks, self.year)
        found = np.full((3, *observed.shape), np.nan)  # expected, dispersion, variance
        for start in range(0, len(observed), _SERIES):
            self._ahead(observed[start : start + _SERIES], past, found[:, start : start + _SERIES])
        expected, dispersion, variance = found
        threshold = threshold_of(self.threshold, expected, dispersion, variance, self.alpha)
        with np.errstate(divide="ignore", invalid="ignore"):
            above = observed > threshold
            score = (observed - expected) / (threshold - expected)
            score = np.where((observed == expected) & ~np.isnan(threshold), 0.0, score)
        return shaped(Signals(observed, expected, threshold, score, above & self._enough(observed)), counts)

    def _ahead(self, observed: FloatArray, past: Baseline, found: FloatArray) -> None:
        """Write expectation, dispersion and variance of some series, week after week."""
        seen = (~np.isnan(observed)).astype(np.float64)
        counts = np.where(seen > 0, observed, 0.0)
        power = np.cbrt(counts) ** 2
        slope = np.zeros(len(observed))
        for week in range(int(past.back[0]), observed.shape[1]):
            window = [past.of_week(values, week) for values in (counts, power, seen)]
            slope = self._week(*window, past=past, slope=slope, found=found[:, :, week])

    def _week(
        self,
        counts: FloatArray,
        power: FloatArray,
        seen: FloatArray,
        *,
        past: Baseline,
        slope: FloatArray,
        found: FloatArray,
    ) -> FloatArray:
        """One week of some series: with a trend, and again without where the trend is not to be kept."""
        trended = self.years >= self.trend_years
        ahead = forecast(counts, power, seen, past, self.reweight_above, slope if trended else None)
        found[:] = ahead.expected, ahead.dispersion, ahead.variance
        if not trended:
            return slope
        flat = np.flatnonzero(~self._keeps_trend(ahead, counts))
        if len(flat):
            level = forecast(counts[flat], power[flat], seen[flat], past, self.reweight_above, None)
            found[:, flat] = level.expected, level.dispersion, level.variance
        return np.where(ahead.found, ahead.slope, 0.0)  # where the next week starts

    def _keeps_trend(self, ahead: Forecast, counts: FloatArray) -> BoolArray:
        """Where there is one, it is significant, and does not lead above all that was ever seen."""
        with np.errstate(invalid="ignore"):
            kept = ahead.found & (ahead.expected <= counts.max(axis=1))
            if self.trend_p < 1:
                kept &= np.abs(ahead.slope) > _critical(ahead.freedom, self.trend_p) * ahead.slope_sd
        return np.asarray(kept)

    def _enough(self, observed: FloatArray) -> BoolArray:
        """Where the latest weeks have cases enough; a missing count adds none."""
        total = np.cumsum(np.nan_to_num(observed), axis=1)
        total[:, self.weeks :] -= total[:, : -self.weeks].copy()
        return total >= self.cases


def _critical(freedom: FloatArray, p: float) -> FloatArray:
    """Two-sided limits of Student's t."""
    kinds, place = np.unique(np.maximum(freedom, 1), return_inverse=True)
    return np.array([student_quantile(1 - p / 2, float(kind)) for kind in kinds])[place]


@dataclass(frozen=True, slots=True)
class Farrington(FarringtonFlexible):
    """The original: only weeks of the same season, a trend if it is significant, a two-sided threshold.

    `alpha` is that of one side: half of what the paper calls so.
    """

    levels: int = parameter(1, LEVELS, least=1)
    past_weeks: int = parameter(3, PAST_WEEKS, least=0)
    reweight_above: float = parameter(1.0, REWEIGHT, least=0.1)
    trend_p: float = parameter(0.05, TREND_P, least=0, most=1)
    threshold: Threshold = parameter("power", THRESHOLD)  # noqa: RUF009
    alpha: float = parameter(0.025, ALPHA, least=1e-9, most=0.5)
