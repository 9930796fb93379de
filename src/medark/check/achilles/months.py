"""The month of a day, 16 to a year: looked up for days of four centuries, worked out for others"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.coders import Values
from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Numbers

FIRST, _LAST = (int(np.datetime64(day, "D").astype(np.int64)) for day in ("1800-01-01", "2201-01-01"))
_CENTURIES, _MARCH = 146_097, 719_468  # days of four centuries; from the 1st of March of year 0 to 1970


def months_of(days: Values) -> Numbers:
    """16 times the year, and how many months before in the year; 0 if it is none from 1 to 9999."""
    found = np.empty(len(days), np.int64)
    _work_out(days, found)
    return found


@compiled
def month_of(day: int) -> int:
    """Of one day. Counted in years from March: the leap day is the last day of a year."""
    since = np.int64(day) + _MARCH
    fourth = since // _CENTURIES
    left = since - fourth * _CENTURIES
    year = (left - left // 1460 + left // 36_524 - left // 146_096) // 365
    of_year = left - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153 + 2  # of the year that began before it: 0 is January
    year += fourth * 400 + month // 12
    return year << 4 | month % 12 if 0 < year < 10_000 else 0


@compiled
def _work_out(days: Values, found: Numbers) -> None:
    for row in range(len(days)):
        found[row] = month_of(days[row])


MONTHS = months_of(np.arange(FIRST, _LAST))  # of the days from FIRST on
