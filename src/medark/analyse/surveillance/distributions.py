"""Quantiles of the normal, Student's t and negative binomial distributions, to the last digits that a double has"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from .signals import FloatArray

_SHIFT = 10  # Stirling's series has 1e-15 from here on
_POISSON = 1e-13  # a variance over mean that is no further above one


def normal_quantile(share: float) -> float:
    """The normal deviate below which a share lies.

    >>> round(normal_quantile(0.995), 6)
    2.575829
    """
    return NormalDist().inv_cdf(share)


@lru_cache(maxsize=4096)
def student_quantile(share: float, freedom: float) -> float:
    """The value of Student's t below which a share lies, for share ≥ 0.5.

    >>> round(student_quantile(0.99, 27), 6)
    2.47266
    """
    tail, low, high = 1 - share, 0.0, 1.0
    while student_tail(high, freedom) > tail:
        low, high = high, high * 2
    while high - low > 1e-14 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if student_tail(middle, freedom) > tail else (low, middle)
    return (low + high) / 2


def student_tail(value: float, freedom: float) -> float:
    """The share of Student's t above a value ≥ 0."""
    return _beta_share(freedom / (freedom + value * value), freedom / 2, 0.5) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front / a * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Lentz's way through the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + even * d)
        c = 1 + even / c
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + odd * d)
        c = 1 + odd / c
        result *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return result


def count_quantile(mean: FloatArray, dispersion: FloatArray, alpha: float) -> FloatArray:
    """The least count that is exceeded with a probability of at most alpha ≤ 0.5; NaN where mean or dispersion is.

    The counts are negative binomial with variance dispersion × mean; Poisson where the dispersion is one or below.

    >>> count_quantile(np.array([4.0, 4.0]), np.array([1.0, 2.0]), 0.005).tolist()
    [10.0, 14.0]
    """
    dispersion = np.maximum(dispersion, 1)
    found = np.where(np.isnan(mean) | np.isnan(dispersion), np.nan, 0.0)
    where = np.flatnonzero(~np.isnan(found) & (mean > 0))
    step = 1 << 14  # few enough for the cache
    for start in range(0, len(where), step):
        part = where[start : start + step]
        found.ravel()[part] = _quantile(mean.ravel()[part], dispersion.ravel()[part], alpha)
    return found


def _quantile(mean: FloatArray, dispersion: FloatArray, alpha: float) -> FloatArray:
    """From a guess (Cornish and Fisher) one count after the other, up or down, until the tail crosses alpha."""
    count = _guess(mean, dispersion, alpha)
    share = np.exp(_log_share(count, mean, dispersion))
    tail = _tail_over(count, share, mean, dispersion)  # the probability to exceed the count
    rising = np.flatnonzero(tail > alpha)
    while len(rising):
        count[rising] += 1
        share[rising] *= _ratio(count[rising], mean[rising], dispersion[rising])
        tail[rising] -= share[rising]
        rising = rising[tail[rising] > alpha]
    falling = np.flatnonzero((count > 0) & (tail + share <= alpha))
    while len(falling):
        tail[falling] += share[falling]
        share[falling] /= _ratio(count[falling], mean[falling], dispersion[falling])
        count[falling] -= 1
        falling = falling[(count[falling] > 0) & (tail[falling] + share[falling] <= alpha)]
    return count


def _guess(mean: FloatArray, dispersion: FloatArray, alpha: float) -> FloatArray:
    deviate = normal_quantile(1 - alpha)
    sd = np.sqrt(mean * dispersion)
    skew = (2 * dispersion - 1) / sd
    return np.maximum(np.floor(mean + sd * (deviate + skew * (deviate**2 - 1) / 6)), 0)


def _ratio(count: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """The probability of a count over that of the count before it."""
    return (mean / dispersion + (count - 1) * (1 - 1 / dispersion)) / count


def _tail_over(count: FloatArray, share: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """The probability to exceed a count: terms that only fall, summed until they no longer matter."""
    total, term, at = np.zeros_like(share), share.copy(), count.copy()
    going = np.arange(len(count))
    while len(going):
        at[going] += 1
        term[going] *= _ratio(at[going], mean[going], dispersion[going])
        total[going] += term[going]
        falls = at[going] > mean[going]  # terms rise below the mode
        going = going[(term[going] > total[going] * 1e-16) | ~falls]
    return total


def _log_share(count: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Log of the probability of a count, also where the distribution is all but Poisson."""
    over = np.maximum(dispersion - 1, _POISSON)
    size = mean / over
    shifted = size + _SHIFT
    rising = (shifted + count - 0.5) * np.log1p(count / shifted) - count
    rising += _stirling(shifted + count) - _stirling(shifted)
    rising -= np.log1p(count / (size + np.arange(_SHIFT)[:, None])).sum(axis=0)
    odds = np.log((mean + _SHIFT * over) / (1 + over))  # (size + shift) × over / (1 + over)
    never = mean * np.log1p(over) / over
    return np.asarray(rising + count * odds - log_factorial(count) - never)


def log_factorial(count: FloatArray) -> FloatArray:
    """Log of the factorial of each count."""
    shifted = count + 1 + _SHIFT
    whole = (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * math.log(2 * math.pi) + _stirling(shifted)
    return np.asarray(whole - np.log(count + 1 + np.arange(_SHIFT)[:, None]).sum(axis=0))


def _stirling(value: FloatArray) -> FloatArray:
    """What Stirling's formula leaves out of log gamma, for values of ten and more."""
    square = 1 / (value * value)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / value
