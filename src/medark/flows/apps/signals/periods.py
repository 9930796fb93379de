"""Days, weeks and months of the calendar, as places in a row of periods"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.model.signal import Every

_UNIT = {Every.DAY: "datetime64[D]", Every.MONTH: "datetime64[M]"}
_THURSDAY = 3  # numpy's weeks begin on the weekday of 1970-01-01


@dataclass(frozen=True, slots=True)
class Periods:
    """So many whole periods that lie before a day, oldest first."""

    every: Every
    count: int
    today: dt.date

    @property
    def first(self) -> int:
        """The number of the oldest, as `numbers` counts them."""
        return int(self.numbers(np.array([self.today], dtype="datetime64[D]"))[0]) - self.count

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The first day of each.

        >>> Periods(Every.MONTH, 2, dt.date(2024, 3, 31)).days
        (datetime.date(2024, 1, 1), datetime.date(2024, 2, 1))
        """
        numbers = np.arange(self.first, self.first + self.count)
        if self.every is Every.WEEK:
            found = (numbers * 7 - _THURSDAY).astype("datetime64[D]")
        else:
            found = numbers.astype(_UNIT[self.every]).astype("datetime64[D]")
        return tuple(found.tolist())

    def places(self, moments: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
        """Which of them each moment lies in, from 0; below 0 or `count` and above: none. No time at all is -1."""
        return np.where(np.isnat(moments), -1, self.numbers(moments) - self.first)

    def numbers(self, moments: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
        """The number of the day, week or month of each moment; a week begins on its Monday.

        >>> monday = Periods(Every.WEEK, 1, dt.date(2024, 7, 9)).days[0]
        >>> monday.isoformat(), monday.weekday()
        ('2024-07-01', 0)
        """
        if self.every is Every.WEEK:
            return np.asarray((moments.astype("datetime64[D]").astype(np.int64) + _THURSDAY) // 7)
        return np.asarray(moments.astype(_UNIT[self.every]).astype(np.int64))
