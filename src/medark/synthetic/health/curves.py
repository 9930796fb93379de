"""Published prevalence and incidence as curves over age"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats
from medark.synthetic.facts.read import Row, rows

AGES: Final = np.arange(0.0, 121.0, 2.0)  # years; curves are straight in between
SEXES: Final = ("M", "F")
_FINE: Final = np.arange(0.5, 120.0)
_LIVING: Final = np.exp(-(np.clip(_FINE - 58.0, 0.0, None) ** 2) / 560.0)  # rough shares of the living by age
_MOST, _NOTHING, _ROUNDS = 0.97, 1e-9, 30
_EARLY: Final = 0.6  # of the second band: a first band that has so much has nearly all of it from its beginning


@cache
def prevalence(disease: str) -> Floats:
    """Share that has it, by sex (rows: M, F) and age (AGES); never falls: what began is not forgotten.

    The mean over each band of the published table, weighted by who lives, is the published value as far as a rising
    curve without jumps that starts at 0 can have it.
    """
    return np.stack([_curve(_bands(disease, sex)) for sex in SEXES])


@cache
def incidence(disease: str) -> Floats | None:
    """New cases per person-year free of it, by sex and age (AGES); None: as many as the prevalence grows by."""
    if not any(row["incidence"] for row in _bands(disease, "M")):
        return None
    return np.stack([_steps(_bands(disease, sex), "incidence") for sex in SEXES])


def _bands(disease: str, sex: str) -> tuple[Row, ...]:
    return tuple(row for row in rows("prevalence") if row["disease"] == disease and row["sex"] == sex)


def _curve(bands: Sequence[Row]) -> Floats:
    edges = np.array([float(row["from_age"]) for row in bands] + [float(bands[-1]["to_age"]) + 1.0])
    wanted = np.array([float(row["prevalence"]) for row in bands])
    middles = (edges[:-1] + np.minimum(edges[1:], edges[:-1] + 20.0)) / 2.0
    if wanted[0] > _EARLY * wanted[min(1, len(wanted) - 1)]:
        middles[0] = edges[0] + 2.0
    inside = [np.abs(_FINE - (low + high) / 2.0) < (high - low) / 2.0 for low, high in pairwise(edges)]
    knots = wanted.copy()
    for _ in range(_ROUNDS):
        fine = _between(_FINE, edges[0], middles, knots)
        means = np.array([np.average(fine[mask], weights=_LIVING[mask]) for mask in inside])
        knots = np.clip(knots * np.divide(wanted, means, out=np.ones_like(means), where=means > 0), 0.0, _MOST)
        knots = np.maximum.accumulate(knots)
    return _between(AGES, edges[0], middles, knots)


def _between(ages: Floats, start: float, middles: Floats, knots: Floats) -> Floats:
    """Straight from 0 at `start` to the first knot; from knot to knot by an equal share a year."""
    after: Floats = np.exp(np.interp(ages, middles, np.log(np.maximum(knots, _NOTHING))))
    before = knots[0] * np.clip((ages - start) / (middles[0] - start), 0.0, 1.0)
    return np.where(ages < middles[0], before, np.where(after > _NOTHING, after, 0.0))


def _steps(bands: Sequence[Row], name: str) -> Floats:
    edges = [float(row["from_age"]) for row in bands]
    found = np.array([0.0] + [float(row[name]) for row in bands])
    rates: Floats = found[np.searchsorted(edges, AGES + 1.0, side="right")]
    return rates
