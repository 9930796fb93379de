"""EARS C1, C2 and C3: a day against the mean and spread of the week before it

Source: Hutwagner 2003, J Urban Health 80(2 Suppl 1):i89-i96; Fricker 2008, Stat Med 27:3407-3429.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.messages import N_

from .parameters import check, parameter
from .signals import FloatArray, Signals, above, in_sds, series_of, shaped
from .windows import moments

BASELINE = N_("days before, of which the mean and the spread are taken")
LAG = N_("days between the baseline and the day that is judged")
LIMIT = N_("standard deviations above the mean that are too much")
LEAST_SD = N_("the least standard deviation that is believed, against alarms at every case of a rare disease")
MOST_MISSING = N_("days of the baseline that may be missing")


@dataclass(frozen=True, slots=True)
class EarsC1:
    """C1(t) = (y(t) - mean) / sd over the seven days before; an alarm above three."""

    baseline: int = parameter(7, BASELINE, least=2)
    lag: int = parameter(0, LAG, least=0)
    limit: float = parameter(3.0, LIMIT, least=0)
    least_sd: float = parameter(0.0, LEAST_SD, least=0)
    most_missing: int = parameter(2, MOST_MISSING, least=0)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each day; unknown until the baseline and the lag have passed. `score` is C1 (C2), in sd."""
        observed = series_of(counts)
        mean, sd = moments(observed, self.baseline, self.lag, self.most_missing)
        sd = np.maximum(sd, self.least_sd)
        return shaped(above(observed, mean, mean + self.limit * sd, in_sds(observed - mean, sd)), counts)


@dataclass(frozen=True, slots=True)
class EarsC2(EarsC1):
    """C1 with two days between the baseline and the day, so that a slow rise does not hide itself."""

    lag: int = parameter(2, LAG, least=0)


@dataclass(frozen=True, slots=True)
class EarsC3(EarsC1):
    """C3(t) = max(0, C2(i) - 1) summed over the day and the two before; an alarm above two."""

    lag: int = parameter(2, LAG, least=0)
    limit: float = parameter(2.0, N_("sum of three days' excess, in standard deviations, that is too much"), least=0)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each day; unknown until three days have a C2. `score` is C3.

        The threshold is the count above which the day alarms: -inf where the two days before suffice for that.
        """
        observed = series_of(counts)
        mean, sd = moments(observed, self.baseline, self.lag, self.most_missing)
        sd = np.maximum(sd, self.least_sd)
        excess = np.maximum(in_sds(observed - mean, sd) - 1, 0)
        before = _back(excess, 1) + _back(excess, 2)
        carried = (before > self.limit) & ~np.isnan(mean)
        with np.errstate(invalid="ignore"):  # where days before are infinitely above: carried, too
            needed = mean + sd * np.where(carried, 0, 1 + self.limit - before)
        return shaped(above(observed, mean, np.where(carried, -np.inf, needed), excess + before), counts)


def _back(values: FloatArray, periods: int) -> FloatArray:
    """The values of some periods before."""
    moved = np.full(values.shape, np.nan)
    moved[:, periods:] = values[:, :-periods] if periods else values
    return moved
