"""Tails of the binomial distribution, of many at once"""

from __future__ import annotations

import numpy as np

from .distributions import log_factorial
from .signals import FloatArray

_MOST_TERMS = 10_000


def binomial_tail(count: FloatArray, total: FloatArray, share: FloatArray) -> FloatArray:
    """The probability of `count` or more among `total`, each with the probability `share`; NaN where one of them is.

    The regularised incomplete beta function I(share; count, total - count + 1) by its continued fraction.

    >>> binomial_tail(np.array([0.0, 2.0, 3.0, 4.0]), np.full(4, 3.0), np.full(4, 0.5)).round(12).tolist()
    [1.0, 0.5, 0.125, 0.0]
    """
    count, total, share = np.broadcast_arrays(count, total, share)
    found = np.where(np.isnan(count) | np.isnan(total) | np.isnan(share), np.nan, 0.0)
    known = ~np.isnan(found)
    found[known & ((count <= 0) | ((share >= 1) & (count <= total)))] = 1.0
    inside = known & (count > 0) & (count <= total) & (share > 0) & (share < 1)
    found[inside] = _inside(count[inside], total[inside], share[inside])
    return found


def binomial_limit(total: FloatArray, share: FloatArray, alpha: float) -> FloatArray:
    """The least count that is exceeded with a probability of at most alpha; NaN where the total or the share is.

    >>> binomial_limit(np.array([3.0, 100.0]), np.array([0.5, 0.01]), 0.01).tolist()
    [3.0, 4.0]
    """
    total, share = np.broadcast_arrays(total, share)
    known = ~(np.isnan(total) | np.isnan(share))
    low, high = np.full(total.shape, -1.0), np.where(known, total, 0.0)
    while (going := high - low > 1).any():
        middle = np.where(going, np.floor((low + high) / 2), high)
        few = binomial_tail(middle + 1, np.where(known, total, 0.0), np.where(known, share, 0.0)) <= alpha
        low, high = np.where(going & ~few, middle, low), np.where(going & few, middle, high)
    return np.where(known, high, np.nan)


def _inside(count: FloatArray, total: FloatArray, share: FloatArray) -> FloatArray:
    a, b = count, total - count + 1
    log_front = log_factorial(total) - log_factorial(a - 1) - log_factorial(b - 1)
    front = np.exp(log_front + a * np.log(share) + b * np.log1p(-share))
    turned = share > (a + 1) / (a + b + 2)
    first, second = np.where(turned, b, a), np.where(turned, a, b)
    part = front / first * _fraction(np.where(turned, 1 - share, share), first, second)
    return np.where(turned, 1 - part, part)


def _fraction(x: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Lentz's way through the continued fraction, until no element moves any more."""
    c, d = np.ones_like(x), 1 / (1 - (a + b) * x / (a + 1))
    result = d.copy()
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        result *= d * c
        if not (np.abs(d * c - 1) > 1e-15).any():
            break
    return result
