"""Counts judged by the method of a signal: what was to be expected, what is too much, and why"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from medark.analyse.surveillance import Cluster as Found
from medark.analyse.surveillance import Nowcast, great_circle
from medark.analyse.surveillance import method as named
from medark.flows.apps.signals.counting import Counted, Group
from medark.model.signal import Judging
from medark.sdk.signals import Detection, PublishSignal

FloatArray = npt.NDArray[np.float64]
LEAST_SHARE: Final = 0.5  # of a day's reports that must be in before it is judged


@dataclass(frozen=True, slots=True)
class Judged:
    """All (series × periods). `judged`: what was held against the threshold; NaN is "can't be told".

    `method`: the place of what judged in the signal's methods; `settled`: which periods are judged at all.
    """

    judged: FloatArray
    expected: FloatArray
    threshold: FloatArray
    alarm: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    method: npt.NDArray[np.intp]
    settled: npt.NDArray[np.bool_]


def judged(one: PublishSignal, found: Counted) -> Judged:
    """Series of counts or of shares, judged; what its method can't judge is judged by its fallback."""
    counts, settled = _completed(one, found)
    held = np.where(settled, counts, np.nan)
    result: Judged | None = None
    for place, detection in enumerate(chain(one.detection)):
        missing = None if result is None else ~result.known
        if missing is not None and not missing.any():
            break
        new = _by(detection, held, found.totals, place, settled)
        result = new if result is None or missing is None else _filled(result, new, missing)
    assert result is not None
    return result


def chain(detection: Detection) -> Iterator[Detection]:
    """A detection and those that stand in for it, in their order."""
    at: Detection | None = detection
    while at is not None:
        yield at
        at = at.fallback


def methods(one: PublishSignal) -> tuple[Judging, ...]:
    """The methods of a signal with the parameters that are set, in their order."""
    return tuple(Judging(each.method, _parameters(each)) for each in chain(one.detection))


def clusters(one: PublishSignal, groups: tuple[Group, ...], counts: FloatArray) -> dict[int, Found]:
    """By the series of its main place: each cluster that is a signal now. Series of places (one a place) × periods.

    Only places whose position is known take part.
    """
    column = one.by[-1]
    rows = [at for at, group in enumerate(groups) if group[column] in one.places]
    if not rows:
        return {}
    where = np.array([one.places[str(groups[at][column])] for at in rows])
    far, cases = great_circle(where[:, 1], where[:, 0]), np.nan_to_num(counts[rows])
    scan: Any = one.detection.made()
    if one.detection.method == "scan_poisson":
        usual = np.maximum(cases[:, : cases.shape[1] // 2].mean(axis=1, keepdims=True), 1e-3)
        found = scan.find(cases, far, usual)
    else:
        found = scan.find(cases, far)
    told = [each for each in found if each.alarm and each.cases >= one.detection.least_cases]
    return {rows[_main(each, cases)]: _renumbered(each, rows) for each in told}


def _main(cluster: Found, cases: FloatArray) -> int:
    places = list(cluster.places)
    return places[int(cases[places, cluster.start : cluster.stop].sum(axis=1).argmax())]


def _renumbered(cluster: Found, rows: list[int]) -> Found:
    return Found(
        tuple(rows[place] for place in cluster.places), cluster.start, cluster.stop, cluster.cases, cluster.expected,
        cluster.ratio, cluster.p, cluster.alarm,
    )  # fmt: skip


def _completed(one: PublishSignal, found: Counted) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Counts with the latest days completed, and which periods are settled."""
    settled = np.ones(found.counts.shape, dtype=bool)
    if one.unsettled:
        settled[:, -one.unsettled :] = False
    if found.triangle is None:
        return found.counts, settled
    whole = np.nansum(found.triangle, axis=0) + np.where(np.isnan(found.triangle[0]), np.nan, 0.0)
    share = np.nan_to_num(Nowcast().complete(whole).share, nan=1.0)  # of the channel: single series are too thin
    return np.round(found.counts / np.maximum(share, LEAST_SHARE)), settled & (share >= LEAST_SHARE)


def _by(
    detection: Detection, counts: FloatArray, totals: FloatArray | None, place: int, settled: npt.NDArray[np.bool_]
) -> Judged:
    method = detection.made()
    signals = method.detect(counts) if totals is None else method.detect(counts, totals)
    enough = signals.observed >= detection.least_cases
    threshold = np.maximum(signals.threshold, detection.least_cases - 1)
    return Judged(
        signals.observed, signals.expected, threshold, signals.alarm & enough, signals.known,
        np.full(counts.shape, place), settled,
    )  # fmt: skip


def _filled(first: Judged, second: Judged, missing: npt.NDArray[np.bool_]) -> Judged:
    """The first, with the second where the first can't tell."""
    names = ("judged", "expected", "threshold", "alarm", "known", "method")
    parts = {name: np.where(missing, getattr(second, name), getattr(first, name)) for name in names}
    return Judged(**parts, settled=first.settled)


def _parameters(detection: Detection) -> dict[str, float | int | str]:
    """All parameters of a method as they are set; those of single series are left out."""
    made = detection.made()
    found = {one.name: getattr(made, one.name) for one in named(detection.method).parameters}
    return {name: value for name, value in found.items() if isinstance(value, float | int | str)}
