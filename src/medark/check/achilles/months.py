"""The months of days, 16 to a year: looked up for days of four centuries, worked out for others"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.coders import Values
from medark.check.achilles.places import Bools, Numbers

_FROM, _TO = np.datetime64("1800-01-01", "D").astype(np.int64), np.datetime64("2201-01-01", "D").astype(np.int64)


def _months(days: Numbers) -> Numbers:
    """Months of days: 16 times the year, and how many months before in the year."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    found: Numbers = (months // 12 << 4 | months % 12).astype(np.int32)
    return found


_MONTH_OF = _months(np.arange(_FROM, _TO))


def months_of(days: Values, inside: Bools) -> Values | None:
    """Months of days that are inside, 16 to a year; None if one of them is of no year from 1 to 9999."""
    at = days - np.int32(_FROM) if days.dtype == np.int32 else days - _FROM
    if at.min() >= 0 and at.max() < len(_MONTH_OF):
        return _MONTH_OF.take(at, mode="clip")
    is_far = (at < 0) | (at >= len(_MONTH_OF))
    months = _MONTH_OF[np.where(is_far, 0, at)]
    far = np.flatnonzero(is_far & inside)
    if len(far):
        months[far] = _months(days[far])
        if months[far].min() < 1 << 4 or months[far].max() >= 10_000 << 4:
            return None
    return months
