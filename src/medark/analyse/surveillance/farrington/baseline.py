"""Which past weeks a week is judged by, and the season that each of them belongs to"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from medark.analyse.surveillance.signals import FloatArray
from medark.errors import DefinitionError


@dataclass(frozen=True, eq=False)
class Baseline:
    """Past weeks, oldest first: `back` weeks before the judged one, of season `level` (0 is the judged week's own).

    The same for every week and every series, so that all are fitted by one design.
    """

    back: npt.NDArray[np.intp]
    level: npt.NDArray[np.intp]
    year: int

    @cached_property
    def levels(self) -> int:
        """How many seasons there are."""
        return int(self.level.max()) + 1

    @cached_property
    def time(self) -> FloatArray:
        """Years from the middle of the baseline, of each week."""
        return np.asarray(self.back.mean() / self.year - self.back / self.year)

    @cached_property
    def now(self) -> float:
        """Years from the middle of the baseline to the judged week."""
        return float(self.back.mean() / self.year)

    @cached_property
    def member(self) -> FloatArray:
        """(levels × weeks): a product with it gives each week the value of its level."""
        return np.equal.outer(np.arange(self.levels), self.level).astype(np.float64)

    @cached_property
    def moments(self) -> FloatArray:
        """(weeks × 3 levels): a product with it sums what it is given by level, then that × time, then × time²."""
        member, time = self.member.T, self.time[:, None]
        return np.ascontiguousarray(np.hstack([member, member * time, member * time**2]))

    def of_week(self, counts: FloatArray, week: int) -> FloatArray:
        """The counts (series × weeks of the baseline) that a week is judged by."""
        if len(self.back) == self.back[0] - self.back[-1] + 1:  # without gaps: no copy
            return counts[:, week - self.back[0] : week - self.back[-1] + 1]
        return counts[:, week - self.back]


def baseline(years: int, half_window: int, levels: int, past_weeks: int, year: int) -> Baseline:
    """The weeks of the past years up to the last `past_weeks`, in seasons around the same week.

    One level: only the weeks within the half window of the same week of each year. More: all weeks; level 0 is that
    window, and the rest of the year is cut into the others, as equal as can be.
    """
    window = 2 * half_window + 1
    if levels > 1 and year - window < levels - 1:
        raise DefinitionError("there are more seasonal levels than weeks outside the window", fix="levels=10")
    back = np.arange(years * year + half_window, past_weeks, -1)
    after = (half_window - back) % year  # weeks since the window of its year began
    if levels == 1:
        back = back[after < window]
        level = np.zeros(len(back), dtype=np.intp)
    else:
        level = np.where(after < window, 0, 1 + (after - window) * (levels - 1) // (year - window))
    if len(back) <= levels + 1:
        raise DefinitionError("too few past weeks to fit a regression", fix="more years, or fewer past_weeks left out")
    return Baseline(back, level, year)
