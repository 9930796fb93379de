"""Clusters of cases in space and time, with the chance that there is none

Source: Kulldorff 1997, Commun Stat Theory Methods 26:1481-1496; Kulldorff 2001, J R Stat Soc A 164:61-72 (prospective);
Kulldorff 2005, PLoS Med 2(3):e59 (permutation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.analyse.surveillance.parameters import check, parameter
from medark.analyse.surveillance.signals import FloatArray
from medark.errors import DefinitionError
from medark.messages import N_

from .ratio import Ratios
from .zones import circles, in_windows, windows

_BLOCK = 1 << 21  # ratios worked out at a time

SPATIAL = N_("share of what is at risk that a circle may take in")
REPLICATIONS = N_("sets of cases drawn by chance, that the observed ones are ranked among")
ALPHA = N_("chance at which a cluster is a signal")
PROSPECTIVE = N_("1: only clusters that go on until the last day; 0: past ones too")
MOST = N_("clusters that are told at most; none shares a place with a stronger one")
SEED = N_("seed of what is drawn: the same seed gives the same p")

Draw = Callable[[np.random.Generator, int], FloatArray]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A circle of places over some days: places by their row, days from `start` up to, not including, `stop`."""

    places: tuple[int, ...]
    start: int
    stop: int
    cases: int
    expected: float
    ratio: float  # log likelihood ratio
    p: float
    alarm: bool

    @property
    def relative_risk(self) -> float:
        """Cases over what was expected."""
        return self.cases / self.expected if self.expected else float("inf")

    @property
    def recurrence(self) -> float:
        """How many analyses it takes, on average, until chance gives one like it."""
        return 1 / self.p


@dataclass(frozen=True, slots=True)
class PoissonScan:
    """Against what is expected in each place on each day."""

    spatial: float = parameter(0.5, SPATIAL, least=0, most=1)
    temporal: float = parameter(0.5, N_("share of the days that a cluster may last"), least=0, most=1)
    prospective: int = parameter(1, PROSPECTIVE, least=0, most=1)
    replications: int = parameter(999, REPLICATIONS, least=1)
    alpha: float = parameter(0.05, ALPHA, least=0, most=1)
    most: int = parameter(5, MOST, least=1)
    seed: int = parameter(0, SEED, least=0)

    def __post_init__(self) -> None:
        check(self)

    def find(self, cases: npt.ArrayLike, distance: npt.ArrayLike, expected: npt.ArrayLike) -> tuple[Cluster, ...]:
        """The strongest clusters of cases (places × days), strongest first; empty where nothing is above expectation.

        `distance` is (places × places), `expected` (places × days) or (places × 1) in any unit: populations will do.
        """
        counts = _whole(cases)
        base = np.broadcast_to(np.asarray(expected, dtype=np.float64), counts.shape)
        if not (base >= 0).all() or not base.sum() > 0:
            raise DefinitionError("what is expected is below zero, missing, or nothing at all", fix="populations")
        total, share = int(counts.sum()), base / base.sum()

        def draw(random: np.random.Generator, times: int) -> FloatArray:
            return random.multinomial(total, share.ravel(), size=times).reshape(times, *counts.shape).astype(np.float64)

        longest = max(1, int(self.temporal * counts.shape[1]))
        return _clusters(self, counts, share * total, circles(distance, share.sum(axis=1), self.spatial), longest, draw)


@dataclass(frozen=True, slots=True)
class PermutationScan:
    """Without any population: against the same cases, had place and day nothing to do with each other."""

    spatial: float = parameter(0.5, SPATIAL, least=0, most=1)
    longest: int = parameter(7, N_("days that a cluster may last"), least=1)
    prospective: int = parameter(1, PROSPECTIVE, least=0, most=1)
    replications: int = parameter(999, REPLICATIONS, least=1)
    alpha: float = parameter(0.05, ALPHA, least=0, most=1)
    most: int = parameter(5, MOST, least=1)
    seed: int = parameter(0, SEED, least=0)

    def __post_init__(self) -> None:
        check(self)

    def find(self, cases: npt.ArrayLike, distance: npt.ArrayLike) -> tuple[Cluster, ...]:
        """The strongest clusters of cases (places × days), strongest first; `distance` is (places × places)."""
        counts = _whole(cases)
        total = counts.sum()
        expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / max(total, 1)
        place, day = (np.repeat(where, counts[counts > 0].astype(np.intp)) for where in np.nonzero(counts))

        def draw(random: np.random.Generator, times: int) -> FloatArray:
            days = random.permuted(np.broadcast_to(day, (times, len(day))), axis=1)
            cell = (np.arange(times)[:, None] * len(counts) + place) * counts.shape[1] + days
            return np.bincount(cell.ravel(), minlength=times * counts.size).reshape(times, *counts.shape).astype(float)

        zones = circles(distance, counts.sum(axis=1), self.spatial)
        return _clusters(self, counts, expected, zones, min(self.longest, counts.shape[1]), draw)


def _whole(cases: npt.ArrayLike) -> FloatArray:
    counts = np.asarray(cases, dtype=np.float64)
    if counts.ndim != 2 or not (counts >= 0).all() or (counts != np.floor(counts)).any():
        raise DefinitionError("cases are not whole numbers by place and day", fix="an array of places × days")
    return counts


def _clusters(
    how: PoissonScan | PermutationScan,
    counts: FloatArray,
    expected: FloatArray,
    zones: FloatArray,
    longest: int,
    draw: Draw,
) -> tuple[Cluster, ...]:
    total = int(counts.sum())
    if not total:
        return ()
    spans = windows(counts.shape[1], longest, bool(how.prospective))
    in_cylinders = zones @ in_windows(expected, spans)
    ratios = Ratios(in_cylinders, total)
    seen = np.rint(zones @ in_windows(counts, spans))
    strength = ratios.of(seen)
    by_chance = _largest(how, zones, spans, ratios, draw)
    found = []
    for zone, span in _apart(strength, zones, how.most):
        ratio = float(strength[zone, span])
        p = (1 + int((by_chance >= ratio - 1e-9).sum())) / (how.replications + 1)
        places = tuple(int(place) for place in np.flatnonzero(zones[zone]))
        start, stop = (int(day) for day in spans[span])
        cases, usual = int(seen[zone, span]), float(in_cylinders[zone, span])
        found.append(Cluster(places, start, stop, cases, usual, ratio, p, p <= how.alpha))
    return tuple(found)


def _largest(
    how: PoissonScan | PermutationScan, zones: FloatArray, spans: npt.NDArray[np.intp], ratios: Ratios, draw: Draw
) -> FloatArray:
    """The largest ratio of each set of cases drawn by chance."""
    random = np.random.default_rng(how.seed)
    step = max(1, _BLOCK // (len(zones) * len(spans)))
    found = []
    for start in range(0, how.replications, step):
        drawn = draw(random, min(step, how.replications - start))
        cases = np.rint(zones @ in_windows(drawn, spans))
        found.append(ratios.of(cases).max(axis=(1, 2)))
    return np.concatenate(found)


def _apart(strength: FloatArray, zones: FloatArray, most: int) -> list[tuple[int, int]]:
    """Zone and window of the strongest cylinders that share no place, strongest first."""
    best = strength.max(axis=1)
    found: list[tuple[int, int]] = []
    taken = np.zeros(zones.shape[1], dtype=bool)
    for zone in np.argsort(-best, kind="stable"):
        if len(found) == most or not best[zone] > 0:
            break
        inside = zones[zone] > 0
        if not (inside & taken).any():
            taken |= inside
            found.append((int(zone), int(strength[zone].argmax())))
    return found
