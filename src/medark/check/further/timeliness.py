"""How soon: reports long after what they report, or before it; and feeds that fall silent

A delay is late where it lies beyond the far fence of the logarithms of all delays of the same order at the same source
(Tukey 1977, Exploratory Data Analysis, chapter 2: three quartile distances beyond the upper quartile) and is at least
twice the middle one. A feed is silent for longer than usual where that takes twice as long as all but one in a hundred
of its pauses so far.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import Found, check_of
from medark.check.further.histogram import BINS, Histogram, quantile

LEAST: Final = 20  # delays of an order
_FENCE, _NARROWEST, _TIMES = 3.0, 0.15, 2.0
_LEAST_PAUSES, _PAUSE_TIMES = 10, 2.0
_STYLE, _MANY = 0.1, 10  # the share of so many files without an ending from which that is how the sender writes
_LATE, _EMPTY = 0.1, 0.05  # per cent


@dataclass(slots=True)
class Told:
    """What was told of reports and files of one source. `delays`: minutes by code, in bins of their logarithm."""

    last_record: int = 0
    delays: dict[str, dict[int, int]] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)  # reports before what they report, by code
    results: int = 0
    empty: int = 0
    files: int = 0
    cut: int = 0
    utf8: int = 0  # messages with letters beyond ASCII that are UTF-8, and those that are not
    other: int = 0
    asked: int = 0  # results whose order's time is known, and those that are before it
    early: int = 0

    def take(self, code: str, minutes: float | None, results: int, empty: int) -> None:
        """One more report."""
        self.results += results
        self.empty += empty
        if minutes is None:
            return
        self.delayed(code, bin_of(minutes) if minutes >= 0 else None, 1)

    def delayed(self, code: str, place: int | None, count: int) -> None:
        """So many reports more, of the bin of their delay; None: before what they report."""
        if place is None:
            self.before[code] = self.before.get(code, 0) + count
        else:
            mine = self.delays.setdefault(code, {})
            mine[place] = mine.get(place, 0) + count


def bin_of(minutes: float) -> int:
    """The bin of a delay; a minute is added, so that none at all has one."""
    return math.floor(BINS * math.log(minutes + 1))


def latest(told: Mapping[str, Told]) -> dict[str, dict[str, int]]:
    """By source and code, the first bin that is late; of codes with enough delays there, or at all sources together."""
    pooled: dict[str, Counter[int]] = {}
    for one in told.values():
        for code, bins in one.delays.items():
            pooled.setdefault(code, Counter()).update(bins)
    found: dict[str, dict[str, int]] = {source: {} for source in told}
    for source, one in told.items():
        for code, bins in one.delays.items():
            usual = bins if sum(bins.values()) >= LEAST else pooled[code]
            if sum(usual.values()) >= LEAST:
                found[source][code] = first_late(usual)
    return found


def first_late(usual: Histogram) -> int:
    """The first bin that is late, of what is usual."""
    low, middle, high = (quantile(usual, share) for share in (0.25, 0.5, 0.75))
    return math.ceil(BINS * max(high + _FENCE * max(high - low, _NARROWEST), middle + math.log(_TIMES)))


def found(told: Mapping[str, Told]) -> Iterator[Found]:
    """Checks of the reports of each source, and of its files: those for which there is anything."""
    yield from ((check, count) for check, count in _every(told) if count.of)


def _every(told: Mapping[str, Told]) -> Iterator[Found]:
    limits = latest(told)
    for source, one in sorted(told.items()):
        known = sum(sum(bins.values()) for bins in one.delays.values())
        late = sum(
            n for code, bins in one.delays.items() for place, n in bins.items()
            if place >= limits[source].get(code, place + 1)
        )  # fmt: skip
        before = sum(one.before.values())
        judged = sum(sum(one.delays[code].values()) for code in limits[source])
        place = ("measurement", "measurement_datetime", source)
        yield check_of("reportedBefore", *place), Count(before, known + before)
        yield check_of("reportedLate", *place, threshold=_LATE), Count(late, judged)
        yield check_of("resultBeforeOrder", *place), Count(one.early, one.asked)
        yield (
            check_of("resultEmpty", "measurement", "value_source_value", source, threshold=_EMPTY),
            Count(one.empty, one.results),
        )
        few, many = sorted((one.utf8, one.other))
        mixed = few if few <= _STYLE * many else 0
        yield check_of("encodingMixed", "raw_record", source=source), Count(mixed, few + many)
        cut = 0 if one.files >= _MANY and one.cut > _STYLE * one.files else one.cut
        yield check_of("cutShort", "raw_record", source=source), Count(cut, one.files)


def silent(source: str, arrivals: Sequence[float], now: float) -> Iterator[Found]:
    """Is a feed silent? `arrivals`: seconds since 1970, in order. Violating: whole days beyond what is usual."""
    pauses = sorted(after - before for before, after in pairwise(arrivals) if after > before)
    if len(pauses) >= _LEAST_PAUSES:
        usual = _PAUSE_TIMES * pauses[math.ceil(0.99 * len(pauses)) - 1]
        days = math.ceil((now - arrivals[-1]) / 86400)
        beyond = math.ceil(max(0.0, now - arrivals[-1] - usual) / 86400)
        yield check_of("feedSilent", "raw_record", source=source), Count(beyond, max(days, 1))


def is_late(check: Check, told: Mapping[str, Told], code: str, minutes: float) -> bool:
    """Does a report of the check's source violate it?"""
    if check.kind.name == "reportedBefore":
        return minutes < 0
    limit = latest(told)[check.source].get(code)
    return limit is not None and minutes >= 0 and bin_of(minutes) >= limit
