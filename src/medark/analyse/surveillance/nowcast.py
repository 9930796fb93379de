"""What is still to be reported of days that have passed: counts corrected for the delay of reports

Source: Mack 1993, ASTIN Bull 23:213-225 (chain ladder and its error); Lawless 1994, Can J Stat 22:15-31 (the
same factors as reversed hazards of the delay).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.errors import DefinitionError
from medark.messages import N_

from .parameters import check, parameter
from .signals import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """Of each day of each series: what was reported so far, what it will come to, and how sure that is.

    (series × days): `reported`, `total`, its `sd`, and `share`, the part that has been reported. NaN where no earlier
    day tells how reports come in. (series × delays): `factors`, the growth from each delay to the next.
    """

    reported: FloatArray
    total: FloatArray
    sd: FloatArray
    share: FloatArray
    factors: FloatArray


@dataclass(frozen=True, slots=True)
class Nowcast:
    """Reports come in as they did on earlier days: the reporting triangle is completed by its own growth."""

    window: int = parameter(28, N_("latest days that tell how reports come in; 0: all of them"), least=0)

    def __post_init__(self) -> None:
        check(self)

    def complete(self, triangle: npt.ArrayLike) -> Completed:
        """Complete new reports by day and delay, (series × days × delays) or (days × delays), oldest day first.

        NaN is a delay that has not passed yet: the last ones of the latest days. A day of which nothing was reported
        stays at 0: growth tells nothing of it, `share` does.
        """
        reports = np.asarray(triangle, dtype=np.float64)
        if reports.ndim not in (2, 3):
            raise DefinitionError(
                "reports are not a table of days by delays", fix="an array of two or three dimensions"
            )
        single = reports.ndim == 2
        reports = reports[None] if single else reports
        known = ~np.isnan(reports)
        if (known[..., 1:] & ~known[..., :-1]).any() or not known[..., 0].all():
            raise DefinitionError("a delay is missing before one that is known", fix="0 where nothing was reported")
        with np.errstate(divide="ignore", invalid="ignore"):  # where nothing tells, all that follows is unknown
            done = _completed(np.cumsum(reports, axis=2), known, self._counted(known))
        return Completed(*(part[0] for part in done)) if single else Completed(*done)

    def _counted(self, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which days tell the growth from one delay to the next: (series × days × delays - 1)."""
        both = known[..., 1:]
        if not self.window:
            return both
        newer = np.cumsum(both[:, ::-1], axis=1)[:, ::-1]
        return both & (newer <= self.window)


def reporting_triangle(event: npt.ArrayLike, report: npt.ArrayLike, days: int, delays: int) -> FloatArray:
    """New reports (days × delays) of cases by day of event and of report, both from 0; NaN after the last day.

    Reports later than `delays` days are left out: choose it so that hardly any are.

    >>> reporting_triangle([0, 0, 1], [0, 1, 1], days=2, delays=2).tolist()
    [[1.0, 1.0], [1.0, nan]]
    """
    day, late = np.asarray(event, dtype=np.intp), np.asarray(report, dtype=np.intp) - np.asarray(event, dtype=np.intp)
    inside = (day >= 0) & (day < days) & (late >= 0) & (late < delays) & (day + late < days)
    found = (
        np.bincount(day[inside] * delays + late[inside], minlength=days * delays).reshape(days, delays).astype(float)
    )
    found[np.add.outer(np.arange(days), np.arange(delays)) >= days] = np.nan
    return found


def _completed(
    cumulative: FloatArray, known: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_]
) -> tuple[FloatArray, ...]:
    series, days, delays = cumulative.shape
    before = np.where(counted, cumulative[..., :-1], 0.0)
    after = np.where(counted, cumulative[..., 1:], 0.0)
    exposure = before.sum(axis=1)
    factors = after.sum(axis=1) / exposure
    sigma = _sigma(before, after, factors, counted)
    last = known.sum(axis=2) - 1
    reported = np.take_along_axis(cumulative, last[..., None], axis=2)[..., 0]
    total, share, error = reported.copy(), np.ones((series, days)), np.zeros((series, days))
    for delay in range(delays - 1):
        grows = last <= delay
        factor = factors[:, None, delay]
        added = sigma[:, None, delay] / factor**2 * (1 / total + 1 / exposure[:, None, delay])
        share = np.where(grows, share / factor, share)
        error = np.where(grows, error + np.where(total > 0, added, 0.0), error)
        total = np.where(grows, total * factor, total)
    return reported, total, total * np.sqrt(error), share, factors


def _sigma(before: FloatArray, after: FloatArray, factors: FloatArray, counted: npt.NDArray[np.bool_]) -> FloatArray:
    """Mack's variance of the growth at each delay (series × delays): from the two before where one day tells."""
    own = np.where(before > 0, after / before, 0.0)
    squares = np.where(counted, before * (own - factors[:, None]) ** 2, 0.0).sum(axis=1)
    freedom = counted.sum(axis=1) - 1
    sigma = np.where(freedom > 0, squares / np.maximum(freedom, 1), np.nan)
    for delay in range(2, sigma.shape[1]):
        one, two = sigma[:, delay - 2], sigma[:, delay - 1]
        following = np.minimum(np.where(one > 0, two * two / one, 0.0), np.minimum(one, two))
        sigma[:, delay] = np.where(freedom[:, delay] > 0, sigma[:, delay], following)
    return sigma
