"""Scores of points, between the total of what is known to be there and that with all that can't be judged"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medark.define import Band, Item, Score, Series, any_of, greatest, sum_of, when

from ..drugs import Drugs
from . import inputs
from .facts import ItemFact, RiskFact


@dataclass(frozen=True, slots=True)
class Between:
    """The lowest and the highest that it can be; equal where all is known, missing where too much is not."""

    least: Series
    most: Series


@dataclass(frozen=True, slots=True)
class Points:
    """A score asked of data. `items`: each for itself: there, not there, or missing."""

    fact: RiskFact
    items: Mapping[str, Series]

    @property
    def score(self) -> Score:
        """As a score of the definition language: of a group of items the highest counts."""
        items = [
            Item(one.name, _alone(one, self.items, self.fact.items), one.points, one.label["zh"], one.label["en"])
            for one in self.fact.items
        ]
        bands = [Band(one.name, one.least, one.label["zh"], one.label["en"]) for one in self.fact.bands]
        return Score(self.fact.name, items, bands, self.fact.source)

    @property
    def between(self) -> Between:
        """The total by what is known, and the highest that is possible."""
        groups = _grouped(self.fact.items)
        return Between(
            sum_of(*(_highest(group, self.items, if_unknown=False) for group in groups)),
            sum_of(*(_highest(group, self.items, if_unknown=True) for group in groups)),
        )


def cha2ds2_vasc(fact: RiskFact) -> Points:
    """Source: Lip 2010, Chest 137:263."""
    age = inputs.age
    return Points(fact, {
        "heart_failure": inputs.has("heart_failure"),
        "hypertension": inputs.has("hypertension"),
        "age_75": age >= 75,
        "age_65_74": (age >= 65) & (age < 75),
        "diabetes": inputs.has("diabetes"),
        "stroke": inputs.has("stroke"),
        "vascular": inputs.has("vascular"),
        "female": ~inputs.is_male,
    })  # fmt: skip


def findrisc(fact: RiskFact, here: Drugs) -> Points:
    """Source: Lindström 2003, Diabetes Care 26:725."""
    age, waist, mass = inputs.age, inputs.last("waist"), inputs.body_mass()
    wide, large = _by_sex(94, 80), _by_sex(102, 88)
    measured_high = inputs.measured()["fasting_glucose"]
    return Points(fact, {
        "age_65": age >= 65,
        "age_55_64": (age >= 55) & (age < 65),
        "age_45_54": (age >= 45) & (age < 55),
        "bmi_over_30": mass > 30,
        "bmi_25_30": (mass >= 25) & (mass <= 30),
        "waist_large": waist > large,
        "waist_wide": (waist >= wide) & (waist <= large),
        "inactive": inputs.asked("inactive"),
        "few_vegetables": inputs.asked("few_vegetables"),
        "antihypertensives": inputs.ever_treated(here),
        "high_glucose": inputs.ever_above(measured_high, 6.1, "high_glucose"),
        "family_first": inputs.asked("family_first"),
        "family_second": inputs.asked("family_second"),
    })  # fmt: skip


def _by_sex(male: float, female: float) -> Series:
    return when(inputs.is_male).then(male).when(~inputs.is_male).then(female).otherwise_missing()


def _grouped(items: Sequence[ItemFact]) -> list[list[ItemFact]]:
    found: dict[str, list[ItemFact]] = {}
    for item in items:
        found.setdefault(f"group {item.group}" if item.group else item.name, []).append(item)
    return list(found.values())


def _highest(group: Sequence[ItemFact], told: Mapping[str, Series], *, if_unknown: bool) -> Series:
    points = [when(told[one.name].if_missing(if_unknown)).then(one.points).otherwise(0) for one in group]
    return points[0] if len(points) == 1 else greatest(*points)


def _alone(item: ItemFact, told: Mapping[str, Series], items: Sequence[ItemFact]) -> Series:
    """An item that counts only where none of its group has more points: those are named first."""
    before = [one.name for one in items[: items.index(item)] if one.group and one.group == item.group]
    condition = told[item.name]
    return condition & ~any_of(*(told[name].is_true() for name in before)) if before else condition
