"""Signals that an application keeps: entries counted by day, week or month, and when a count is too much"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from medark.define import Cohort, Dataset
from medark.errors import DefinitionError
from medark.model.signal import Every

_MOST_PERIODS: Final = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one count: how many were to be expected, above how many it is too much; None: can't be told."""

    expected: float | None = None
    threshold: float | None = None
    alarm: bool | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """A count against the mean and spread of some periods that ended `lag` before it: an alarm above `limit` of it.

    `least_sd`: the least spread that is believed, so that one case after none is no alarm.
    Source: EARS C1 (lag 0) and C2 (lag 2), Hutwagner 2003, J Urban Health 80(2 Suppl 1):i89-i96.
    """

    baseline: int = 7
    lag: int = 2
    limit: float = 3.0
    least_sd: float = 0.5

    def __post_init__(self) -> None:
        if self.baseline < 2 or self.lag < 0 or self.limit <= 0 or self.least_sd <= 0:
            raise DefinitionError("a detector of signals has impossible settings", fix="Detector(7, 2, 3.0, 0.5)")

    def judge(self, counts: Sequence[int]) -> Iterator[Judged]:
        """Each count, oldest first.

        >>> [one.alarm for one in Detector(3, 0).judge([2, 1, 3, 9])]
        [None, None, None, True]
        """
        for place, count in enumerate(counts):
            past = counts[max(0, place - self.lag - self.baseline) : max(0, place - self.lag)]
            if len(past) < self.baseline:
                yield Judged()
                continue
            expected = fmean(past)
            threshold = expected + self.limit * max(stdev(past), self.least_sd)
            yield Judged(expected, threshold, count > threshold)


@dataclass(frozen=True, slots=True)
class PublishSignal:
    """Entries counted over time. `by`: columns of `entries` of which each combination is a series of its own."""

    name: str
    entries: Dataset | Cohort
    title: Mapping[str, str]
    every: Every = Every.DAY
    by: tuple[str, ...] = ()
    periods: int = 90
    detector: Detector = Detector()

    def __post_init__(self) -> None:
        if not self.detector.baseline + self.detector.lag < self.periods <= _MOST_PERIODS:
            fix = f"periods={self.detector.baseline + self.detector.lag + 1} … {_MOST_PERIODS}"
            raise DefinitionError(f"the signal {self.name!r} looks back {self.periods} periods", fix=fix)
