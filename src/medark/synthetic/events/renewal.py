"""How an epidemic runs by day and district: infections beget infections until the susceptible are used up

Each day's cases have together a gamma-distributed infectiousness (shape: cases × k), which they spend by the generation
interval; what it meets is Poisson. So one case infects a negative binomial number of others. Source: Lloyd-Smith 2005,
Nature 438:355 (offspring); Cori 2013, Am J Epidemiol 178:1505 (renewal).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from medark.synthetic.chance import Floats, Ints


def interval(mean: float, sd: float) -> Floats:
    """Weights of the days 0, 1, 2 … between two infections: a gamma distribution cut in days, none on day 0.

    >>> round(float(interval(5.5, 2.3) @ range(len(interval(5.5, 2.3)))), 1)
    5.5
    """
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    days = np.arange(1, max(3, math.ceil(mean + 5 * sd)))
    fine = days[:, None] + (np.arange(-8, 8) + 0.5) / 16  # each day is the mean density of the day around it
    density = ((fine / mean) ** (shape - 1) * np.exp(-(fine - mean) / scale)).sum(axis=1)
    return np.concatenate([[0.0], density / density.sum()])


def mixing(districts: int, between: float) -> Floats:
    """Share of the contacts of each district (rows) with each (columns)."""
    if districts == 1:
        return np.ones((1, 1))
    return np.eye(districts) * (1 - between) + (1 - np.eye(districts)) * between / (districts - 1)


@dataclass(frozen=True, slots=True)
class Epidemic:
    """What a run needs: susceptible people and cases brought in (days × districts), and how it spreads."""

    susceptible: Ints
    imports: Ints
    r: Floats  # by day: mean infections by one case if all contacts were susceptible
    weights: Floats  # of interval()
    contacts: Floats  # of mixing()
    dispersion: float


def run(chance: np.random.Generator, epidemic: Epidemic) -> Ints:
    """Infections by day and district, those brought in among them; never more than were susceptible."""
    imports, weights = epidemic.imports, epidemic.weights
    days, places = imports.shape
    pressure, infections = np.zeros((days + len(weights), places)), np.zeros((days, places), dtype=np.int64)
    left = epidemic.susceptible.copy()
    started = np.maximum(epidemic.susceptible, 1)
    for day in range(days):
        meeting = pressure[day] * (left / started) * epidemic.r[day]
        new = np.minimum(left, chance.poisson(meeting) + imports[day])
        if not new.any():
            continue
        infections[day], left = new, left - new
        infectious = chance.gamma(np.maximum(new * epidemic.dispersion, 1e-9), 1 / epidemic.dispersion) * (new > 0)
        pressure[day : day + len(weights)] += np.outer(weights, infectious @ epidemic.contacts)
    return infections
