"""What every method of surveillance is given and gives back: counts in, thresholds and alarms out"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from medark.errors import DefinitionError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Of each period of each series: what was seen, what was to be expected, and whether it is too much.

    All arrays have the shape of the counts that were given. NaN is "unknown" (a missing count, too short a history),
    and what is unknown is no alarm. `observed` and `threshold` are in the same unit: counts, or sums of several days
    where the method says so. `score` is the method's own statistic.
    """

    observed: FloatArray
    expected: FloatArray
    threshold: FloatArray
    score: FloatArray
    alarm: BoolArray

    @property
    def known(self) -> BoolArray:
        """Where the method could judge."""
        return ~np.isnan(self.score)


class Detector(Protocol):
    """A method with its parameters set."""

    def detect(self, counts: npt.ArrayLike) -> Signals:
        """Judge counts of shape (series × periods) or (periods,), oldest first; NaN is a missing count."""


def series_of(counts: npt.ArrayLike) -> FloatArray:
    """Counts as (series × periods) of float64; DefinitionError if they are no counts."""
    found = np.asarray(counts, dtype=np.float64)
    if found.ndim not in (1, 2):
        raise DefinitionError("counts are not a table of series by periods", fix="an array of one or two dimensions")
    if (found < 0).any() or np.isinf(found).any():
        raise DefinitionError("a count is below zero or infinite", fix="write NaN where a count is missing")
    return np.atleast_2d(found)


def shaped(signals: Signals, counts: npt.ArrayLike) -> Signals:
    """The same signals in the shape of the counts that were given."""
    shape = np.shape(counts)
    if len(shape) == 2:
        return signals
    return replace(signals, **{part.name: getattr(signals, part.name).reshape(shape) for part in fields(signals)})


def above(observed: FloatArray, expected: FloatArray, threshold: FloatArray, score: FloatArray) -> Signals:
    """Signals of a method that alarms where what was seen is above its threshold; unknown where any part is."""
    known = ~(np.isnan(observed) | np.isnan(threshold) | np.isnan(score))
    return Signals(observed, expected, threshold, np.where(known, score, np.nan), known & (observed > threshold))


def in_sds(excess: FloatArray, sd: FloatArray) -> FloatArray:
    """An excess in standard deviations; without any spread, what is above is infinitely above.

    >>> in_sds(np.array([4.0, 1.0, 0.0]), np.array([2.0, 0.0, 0.0])).tolist()
    [2.0, inf, 0.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((sd == 0) & (excess == 0), 0.0, excess / sd)
