"""A share of tests that is more than chance gives: positive ones against the share of the weeks before

Source: Clopper 1934, Biometrika 26:404-413 (exact binomial limits); Jeffreys' prior for the share of the weeks before:
Brown 2001, Stat Sci 16:101-133.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.errors import DefinitionError
from medark.messages import N_

from .binomial import binomial_limit, binomial_tail
from .ears import LAG
from .parameters import check, parameter
from .signals import FloatArray, Signals, above, series_of, shaped

_BLOCK = 1 << 16  # values worked on at a time


@dataclass(frozen=True, slots=True)
class BinomialShare:
    """Positives of a period against what its tests would give at the share of the periods before."""

    baseline: int = parameter(28, N_("periods before, of which the share is taken"), least=2)
    lag: int = parameter(2, LAG, least=0)
    alpha: float = parameter(0.001, N_("chance at which so many positives are too many"), least=0, most=0.5)
    least_tests: int = parameter(20, N_("tests of the periods before that are needed to tell a share"), least=1)

    def __post_init__(self) -> None:
        check(self)

    def detect(self, counts: npt.ArrayLike, totals: npt.ArrayLike) -> Signals:
        """Judge positives among tests, both (series × periods), oldest first; NaN where missing.

        `expected` is the number of positives at the share before, (Σ positives + ½) / (Σ tests + 1); `threshold` the
        number that is exceeded with a probability of at most alpha; `score` is -log10 of the chance of so many or more.
        """
        positive, tests = series_of(counts), series_of(totals)
        if positive.shape != tests.shape or (positive > tests).any():
            raise DefinitionError("positives are not among tests", fix="two arrays of one shape, positives ≤ tests")
        missing = np.isnan(positive) | np.isnan(tests)
        share = self._share(np.where(missing, 0.0, positive), np.where(missing, 0.0, tests))
        tests = np.where(missing, np.nan, tests)
        tail, limit = np.empty_like(share), np.empty_like(share)
        step = max(1, _BLOCK // max(1, share.shape[1]))
        for start in range(0, len(share), step):
            rows = slice(start, start + step)
            tail[rows] = binomial_tail(positive[rows], tests[rows], share[rows])
            limit[rows] = binomial_limit(tests[rows], share[rows], self.alpha)
        with np.errstate(divide="ignore"):
            score = -np.log10(tail)
        return shaped(above(positive, tests * share, limit, score), counts)

    def _share(self, positive: FloatArray, tests: FloatArray) -> FloatArray:
        before = [np.full(positive.shape, np.nan) for _ in range(2)]
        first = self.baseline + self.lag
        for held, values in zip(before, (positive, tests), strict=True):
            sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
            held[:, first:] = sums[:, self.baseline : -1 - self.lag] - sums[:, : -1 - first]
        return np.where(before[1] >= self.least_tests, (before[0] + 0.5) / (before[1] + 1), np.nan)
