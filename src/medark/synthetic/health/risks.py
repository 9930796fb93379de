"""What raises or lowers a hazard: facts of risk factors and of effects, and the order in which diseases can be drawn"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from math import log
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats
from medark.synthetic.facts.read import rows
from medark.synthetic.health.people import USUAL_BMI, People

HABITS: Final = ("smoker", "drinker", "bmi")  # columns of people; every other factor is a disease or a drug
DRUG: Final = "dapagliflozin"  # the one whose start is drawn among the diseases: its effect is on one of them


@dataclass(frozen=True, slots=True)
class Risk:
    """`factor` multiplies the hazard of `outcome` by exp(log_ratio), a habit by that for each `per` above the usual."""

    factor: str
    outcome: str
    log_ratio: float
    per: float = 1.0


@cache
def risks(outcome: str) -> tuple[Risk, ...]:
    """All that bears on an outcome (a disease, or the drug)."""
    of_diseases = (
        Risk(row["factor"], row["disease"], log(float(row["hazard_ratio"])), float(row["per"] or 1))
        for row in rows("risk_factors")
    )
    of_effects = (
        Risk(row["cause"], row["outcome"], log(float(row["size"])))
        for row in rows("effects")
        if row["measure"] == "hazard_ratio"
    )
    return tuple(risk for risk in (*of_diseases, *of_effects) if risk.outcome == outcome)


def parents(outcome: str) -> tuple[Risk, ...]:
    """Those that begin one day: diseases and the drug."""
    return tuple(risk for risk in risks(outcome) if risk.factor not in HABITS)


def of_habits(who: People, outcome: str) -> Floats:
    """The product of the hazard ratios of habits."""
    exponent = np.zeros(len(who.number))
    for risk in risks(outcome):
        if risk.factor in HABITS:
            usual = USUAL_BMI if risk.factor == "bmi" else 0.0
            exponent += risk.log_ratio * (getattr(who, risk.factor) - usual) / risk.per
    return np.exp(exponent)


@cache
def order() -> tuple[str, ...]:
    """Chronic diseases and the drug, each after all that bears on it."""
    nodes = (*chronic(), DRUG)
    graph = {node: sorted({risk.factor for risk in parents(node)} & set(nodes)) for node in nodes}
    graph[DRUG] = [*graph[DRUG], "t2dm"]
    return tuple(TopologicalSorter(graph).static_order())


@cache
def chronic() -> tuple[str, ...]:
    """Diseases with an onset, as diseases.csv has them."""
    return tuple(row["key"] for row in rows("diseases") if row["kind"] in ("chronic", "cancer"))
