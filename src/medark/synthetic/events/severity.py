"""How ill a case becomes by age, when it shows, and who dies of it and when"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.outbreak import SEVERITIES, Outbreak

FATAL = SEVERITIES.index("fatal")
# Source: onset to death 17.8 d, coefficient of variation 0.45: Verity 2020, Lancet Infect Dis 20:669.
_TO_DEATH, _TO_DEATH_SHAPE, _LONGEST_INCUBATION = 17.8, 4.9, 20.0


@dataclass(frozen=True, slots=True)
class Course:
    """Of one disease: shares of SEVERITIES by first age, and the lognormal incubation (median in days, spread)."""

    ages: Sequence[float]
    shares: Sequence[Sequence[float]]
    median: float
    spread: float

    def drawn(self, chance: np.random.Generator, ages: Floats) -> Ints:
        """A place in SEVERITIES for each age."""
        edges = np.cumsum(np.asarray(self.shares), axis=1)
        row = np.clip(np.searchsorted(np.asarray(self.ages), ages, side="right") - 1, 0, len(edges) - 1)
        return np.asarray(np.minimum((chance.random(len(ages))[:, None] >= edges[row]).sum(axis=1), FATAL))

    def incubation(self, chance: np.random.Generator, count: int) -> Floats:
        """Days from exposure to onset."""
        drawn = self.median * np.exp(np.log(self.spread) * chance.standard_normal(count))
        return np.asarray(np.minimum(drawn, _LONGEST_INCUBATION))


def of_outbreak(said: Outbreak) -> Course:
    """As the outbreak file has it."""
    mean, sd = said["incubation_days.mean"], said["incubation_days.sd"]
    log_variance = np.log1p((sd / mean) ** 2)
    return Course(said.ages, said.severity, mean * np.exp(-log_variance / 2), float(np.exp(np.sqrt(log_variance))))


def of_influenza() -> Course:
    """Shares of facts/influenza_ages: severe, critical and fatal are of those who are ill at all."""
    none = facts.numbers("influenza_ages", "none")
    worse = [facts.numbers("influenza_ages", word) * (1 - none) for word in SEVERITIES[2:]]
    shares = np.stack([none, 1 - none - sum(worse), *worse], axis=1)
    return Course(facts.numbers("influenza_ages", "from_age").tolist(), shares.tolist(), *_incubation("influenza"))


def mild(event: str, severe: float = 0.0) -> Course:
    """Everybody is ill, a share of them severely, and nobody dies."""
    return Course((0.0,), ((0.0, 1 - severe, severe, 0.0, 0.0),), *_incubation(event))


def to_death(chance: np.random.Generator, count: int) -> Floats:
    """Days from onset to death."""
    return np.maximum(chance.gamma(_TO_DEATH_SHAPE, _TO_DEATH / _TO_DEATH_SHAPE, count), 3.0)


def _incubation(event: str) -> tuple[float, float]:
    row = facts.by_key("events")[event]
    return float(row["incubation_median_days"]), float(row["incubation_spread"])
