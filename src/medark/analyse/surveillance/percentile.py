"""Moving percentile: the last seven days against the same days of the years before

Source: Yang 2011, Western Pac Surveill Response J 2(1):10-15 (the national system of China, CIDARS).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.messages import N_

from .parameters import check, parameter
from .signals import FloatArray, Signals, above, series_of, shaped
from .windows import trailing_sums

_BLOCK = 1 << 16  # values worked on at a time


@dataclass(frozen=True, slots=True)
class MovingPercentile:
    """Cases of a block of days against that block, two before and two after it, in each of the past three years."""

    percentile: float = parameter(
        80.0, N_("percentile of the past blocks above which there is a signal"), least=0, most=100
    )
    window: int = parameter(7, N_("periods of a block"), least=1)
    years: int = parameter(3, N_("years before that are looked at"), least=1)
    beside: int = parameter(2, N_("blocks before and after the same block that are looked at, each year"), least=0)
    year: int = parameter(365, N_("periods of a year: 365 for days, 52 for weeks"), least=1)
    most_missing: int = parameter(3, N_("past blocks that may be missing"), least=0)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge the block that ends with each period; unknown until all past blocks can have been.

        `observed` and `threshold` are sums of a block, `expected` the median of the past blocks, `score` the block
        over its threshold. The percentile is interpolated between the two blocks that it falls between.
        """
        observed = trailing_sums(series_of(counts), self.window)
        expected, threshold = np.full(observed.shape, np.nan), np.full(observed.shape, np.nan)
        first = self.years * self.year + self.beside * self.window + self.window - 1
        step = max(1, _BLOCK // max(1, observed.shape[1]))
        for start in range(0, len(observed) if first < observed.shape[1] else 0, step):
            rows = slice(start, start + step)
            past = np.sort(self._past(observed[rows], first), axis=-1)
            expected[rows, first:] = self._at(past, 50)
            threshold[rows, first:] = self._at(past, self.percentile)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.where((observed == 0) & (threshold == 0), 0.0, observed / threshold)
        return shaped(above(observed, expected, threshold, score), counts)

    def _past(self, observed: FloatArray, first: int) -> FloatArray:
        """The past blocks of each period from `first` on: (series × periods × blocks)."""
        beside = range(-self.beside, self.beside + 1)
        backs = [year * self.year - block * self.window for year in range(1, self.years + 1) for block in beside]
        periods = observed.shape[1]
        past = np.empty((len(observed), periods - first, len(backs)))
        for place, back in enumerate(backs):
            past[:, :, place] = observed[:, first - back : periods - back] if back > 0 else np.nan
        return past

    def _at(self, past: FloatArray, percentile: float) -> FloatArray:
        """A percentile of sorted blocks, of which missing ones are last."""
        most = past.shape[-1]
        count = most - np.isnan(past).sum(axis=-1)
        place = np.maximum(count - 1, 0) * (percentile / 100)
        low = np.floor(place).astype(np.intp)
        high = np.minimum(low + 1, np.maximum(count - 1, 0))
        below = np.take_along_axis(past, low[..., None], axis=-1)[..., 0]
        over = np.take_along_axis(past, high[..., None], axis=-1)[..., 0]
        return np.where(count >= max(1, most - self.most_missing), below + (place - low) * (over - below), np.nan)


@dataclass(frozen=True, slots=True)
class FixedValue:
    """For what must never be: a count that reaches a fixed value is a signal by itself."""

    value: float = parameter(1.0, N_("the count that is a signal"), least=0)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge each period on its own; nothing is expected, and `score` is the count over the value."""
        observed = series_of(counts)
        threshold = np.full(observed.shape, self.value)
        score = observed / self.value if self.value else np.where(np.isnan(observed), np.nan, np.inf)
        return shaped(Signals(observed, np.zeros_like(observed), threshold, score, observed >= self.value), counts)
