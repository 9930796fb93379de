"""The count above which a week is too much, from what was forecast for it"""

from __future__ import annotations

from typing import Literal

import numpy as np

from medark.analyse.surveillance.distributions import count_quantile, normal_quantile
from medark.analyse.surveillance.signals import FloatArray

Threshold = Literal["negative_binomial", "power"]


def threshold_of(
    how: Threshold, expected: FloatArray, dispersion: FloatArray, variance: FloatArray, alpha: float
) -> FloatArray:
    """The 1 - alpha quantile of the count, in one of two ways; all arrays of one shape, NaN where unknown.

    negative_binomial: the quantile of that distribution, a whole number; power: normal after the power 2/3.
    Source: Noufaily 2013, Stat Med 32:1206-1222; Farrington 1996, J R Stat Soc A 159:547-563.
    """
    if how == "negative_binomial":
        return count_quantile(expected, dispersion, alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt(dispersion * expected + variance)
        upper = expected * np.maximum(1 + 2 / 3 * normal_quantile(1 - alpha) * sd / expected, 0) ** 1.5
    return np.where(expected == 0, 0.0, upper)
