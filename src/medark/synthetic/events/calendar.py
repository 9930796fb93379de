"""The city's days: weekdays, months and public holidays, and how busy a channel is on each"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints

# Month and day, both ends: what every year has. Source: 全国年节及纪念日放假办法; lengths as usually announced.
_FIXED = ((1, 1, 1, 1), (4, 4, 4, 6), (5, 1, 5, 5), (10, 1, 10, 7))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Columns by day of the city."""

    weekday: Ints  # 0 is Monday
    of_year: Floats  # 0 to 1
    holiday: np.ndarray
    festival: np.ndarray  # the Spring Festival's week

    def season(self, peak_month: float, amplitude: float) -> Floats:
        """A yearly wave around 1, highest in the middle of a month (1 is January)."""
        return 1 + amplitude * np.cos(2 * np.pi * (self.of_year - (peak_month - 0.5) / 12))

    def week(self, factors: tuple[float, ...], holiday: float = 1.0, festival: float = 1.0) -> Floats:
        """Factors by weekday from Monday on, times those of public holidays and of the Spring Festival."""
        by_day = np.asarray(factors)[self.weekday] * np.where(self.holiday & ~self.festival, holiday, 1.0)
        return by_day * np.where(self.festival, festival, 1.0)


@cache
def calendar(first: dt.date, days: int) -> Calendar:
    """The days from `first` on.

    >>> calendar(dt.date(2024, 2, 9), 1).festival.tolist()
    [True]
    """
    dates = [first + dt.timedelta(days=day) for day in range(days)]
    begins = [dt.date.fromisoformat(row["date"]) for row in facts.rows("spring_festivals")]
    festivals = {day + dt.timedelta(days=more) for day in begins for more in range(-1, 6)}
    festival = np.array([date in festivals for date in dates], dtype=bool)
    fixed = [any((a, b) <= (date.month, date.day) <= (c, d) for a, b, c, d in _FIXED) for date in dates]
    of_year = np.array([(date.timetuple().tm_yday - 1) / 365.25 for date in dates])
    weekday = np.array([date.weekday() for date in dates], dtype=np.int64)
    return Calendar(weekday, of_year, np.array(fixed, dtype=bool) | festival, festival)
