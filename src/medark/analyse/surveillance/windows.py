"""Means and spreads of moving windows over many series at once"""

from __future__ import annotations

import numpy as np

from .signals import FloatArray

_BLOCK = 1 << 16  # values worked on at a time: they stay in the processor's cache


def moments(values: FloatArray, length: int, lag: int, most_missing: int) -> tuple[FloatArray, FloatArray]:
    """Mean and sample standard deviation of values[t-lag-length : t-lag], for each t of (series × periods).

    NaN where the series is too young, more than `most_missing` of the window are missing, or fewer than two are there.
    """
    mean, sd = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    first = length + lag
    step = max(1, _BLOCK // max(1, values.shape[1]))
    if first < values.shape[1]:
        for start in range(0, len(values), step):
            rows = slice(start, start + step)
            mean[rows, first:], sd[rows, first:] = _moments(values[rows, : values.shape[1] - lag], length, most_missing)
    return mean, sd


def _moments(values: FloatArray, length: int, most_missing: int) -> tuple[FloatArray, FloatArray]:
    missing = np.isnan(values)
    if not missing.any():
        mean = _sums(values, length) / length
        return mean, np.sqrt(_squares(values, mean, length) / (length - 1))
    seen = (~missing).astype(np.float64)
    filled = np.where(missing, 0.0, values)
    count = _sums(seen, length)
    enough = (count >= length - most_missing) & (count >= 2)
    count = np.where(enough, count, np.nan)
    mean = _sums(filled, length) / count
    return mean, np.sqrt(_squares(filled, mean, length, seen) / (count - 1))


def _sums(values: FloatArray, length: int) -> FloatArray:
    """Sums of each run of `length` values that has one after it."""
    periods = values.shape[1] - length
    total = values[:, :periods].copy()
    for place in range(1, length):
        total += values[:, place : place + periods]
    return total


def _squares(values: FloatArray, mean: FloatArray, length: int, seen: FloatArray | None = None) -> FloatArray:
    """Sums of squared distances from each run's own mean: exact where sums of squares would cancel."""
    periods = mean.shape[1]
    total, distance = np.zeros_like(mean), np.empty_like(mean)
    for place in range(length):
        np.subtract(values[:, place : place + periods], mean, out=distance)
        np.multiply(distance, distance, out=distance)
        if seen is not None:
            distance *= seen[:, place : place + periods]
        total += distance
    return total


def trailing_sums(values: FloatArray, length: int) -> FloatArray:
    """Sums of the last `length` values, this one included: NaN where one is missing or before the series began."""
    total = np.full(values.shape, np.nan)
    if length <= values.shape[1]:
        total[:, length - 1 :] = values[:, length - 1 :]
        for back in range(1, length):
            total[:, length - 1 :] += values[:, length - 1 - back : values.shape[1] - back]
    return total
