"""Each risk as it is asked of data: for whom it is, its ends, and its inputs"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from medark.define import Series, any_of, when
from medark.sdk import Settings
from medark.sdk.renal import filtration

from ..drugs import Drugs
from . import inputs
from .facts import BandFact, Coefficients, RiskFact, Texts, coefficients, risk_facts
from .facts import inputs as facts_of_inputs
from .hazard import Ends, risk
from .points import Between, Points, cha2ds2_vasc, findrisc

Row = Mapping[str, Any]  # of the dataset of a risk
_LOGARITHMS: Final = {
    "ln_age": "age", "ln_tc": "total_cholesterol", "ln_hdl": "hdl", "ln_sbp": "systolic", "ln_waist": "waist",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation by sex, and what of its inputs a place tells. Its ends are worked out of a row."""

    male: Coefficients
    female: Coefficients
    truths: tuple[str, ...]
    place: Mapping[str, float] = field(default_factory=dict)

    def ends(self, row: Row) -> Ends | None:
        """Between which shares the risk of a person lies; None where too much is not known."""
        is_male = row["in_male"]
        if is_male is None:
            return None
        told = {name: row.get(f"in_{of}") for name, of in _LOGARITHMS.items() if f"in_{of}" in row}
        numbers = {name: math.log(value) if value and value > 0 else None for name, value in told.items()}
        truths = {name: row[f"in_{name}"] for name in self.truths}
        return risk(self.male if is_male else self.female, {**numbers, **self.place}, truths)


@dataclass(frozen=True, slots=True)
class Asked:
    """One risk. `suits`: is it made for this person? `inputs`: what it goes by, by name; items of a score too.

    `between`: its ends as a definition; those of an `equation` are worked out of a row of its inputs instead. One that
    is not `is_on` in this place suits nobody and is shown to nobody.
    """

    fact: RiskFact
    suits: Series
    inputs: Mapping[str, Series]
    between: Between | None = None
    equation: Equation | None = None
    points: Points | None = field(default=None)
    is_on: bool = True
    labels: Mapping[str, Texts] = field(default_factory=dict)  # of its inputs, with their units

    def ends(self, row: Row) -> Ends | None:
        """Between which values the risk of a person lies, from the row of its dataset; None where it can't be told."""
        if row["suits"] is not True:
            return None
        if self.equation is not None:
            return self.equation.ends(row)
        return None if row["least"] is None else (row["least"], row["most"])

    def band(self, value: float) -> BandFact:
        """The band that a value lies in."""
        reached = [one for one in self.fact.bands if value >= one.least]
        return max(reached, key=lambda one: one.least)


def risks(here: Drugs, settings: Settings) -> dict[str, Asked]:
    """Every risk by its name. China-PAR is on only where the place asks for it: its coefficients are unconfirmed."""
    facts = risk_facts()
    found = {
        "pce": _pce(facts["pce"], here, str(settings["pce_equations"])),
        "cha2ds2_vasc": _of_points(cha2ds2_vasc(facts["cha2ds2_vasc"]), "atrial_fibrillation", has_it=True),
        "findrisc": _of_points(findrisc(facts["findrisc"], here), "diabetes", has_it=False),
        "egfr": _kidneys(facts["egfr"]),
        "china_par": _china_par(facts["china_par"], here, settings),
    }
    return {name: replace(one, labels=_labels(one)) for name, one in found.items()}


def _pce(fact: RiskFact, here: Drugs, group: str) -> Asked:
    """Source: Goff 2013. `group`: white, which its authors advise for all but black people, or black."""
    told, truths = coefficients("pce"), _truths(here)
    equation = Equation(told[f"{group}_male"], told[f"{group}_female"], tuple(truths))
    return Asked(fact, _free(40, 79), {**_person(), **_numbers("total_cholesterol", "hdl", "systolic"), **truths},
                 equation=equation)  # fmt: skip


def _china_par(fact: RiskFact, here: Drugs, settings: Settings) -> Asked:
    """Source: Yang 2016, Circulation 134:1430; to be confirmed."""
    told = coefficients("china_par")
    truths = {**_truths(here), "urban": inputs.asked("urban"), "family_history": inputs.asked("family_history")}
    numbers = _numbers("total_cholesterol", "hdl", "systolic", "waist")
    place = {"north": float(bool(settings["china_par_north"]))}
    equation = Equation(told["male"], told["female"], tuple(truths), place)
    is_on = bool(settings["china_par"])
    suits = _free(35, 74) if is_on else any_of()
    return Asked(fact, suits, {**_person(), **numbers, **truths}, equation=equation, is_on=is_on)


def _of_points(points: Points, disease: str, *, has_it: bool) -> Asked:
    """A score for adults who have a disease, or have not."""
    has = inputs.has(disease)
    suits = (inputs.age >= 18) & (has if has_it else ~has)
    return Asked(points.fact, suits, {**points.items, disease: has}, points.between, points=points)


def _kidneys(fact: RiskFact) -> Asked:
    creatinine = inputs.last("creatinine")
    value = filtration(creatinine, inputs.age).round(1)
    return Asked(fact, inputs.age >= 18, {"creatinine": creatinine}, Between(value, value))


def _free(youngest: int, oldest: int) -> Series:
    """Of an age that the equation was made for, and without the disease that it foretells."""
    return (inputs.age >= youngest) & (inputs.age <= oldest) & ~inputs.has("cardiovascular")


def _person() -> dict[str, Series]:
    return {"age": inputs.age, "male": inputs.is_male, "cardiovascular": inputs.has("cardiovascular")}


def _labels(one: Asked) -> dict[str, Texts]:
    """What each input is called, with its unit."""
    units = {name: (label, f" ({unit})" if unit else "") for name, (label, unit) in facts_of_inputs().items()}
    told = {name: {of: text + unit for of, text in label.items()} for name, (label, unit) in units.items()}
    return {**{name: told[name] for name in one.inputs if name in told}, **{i.name: i.label for i in one.fact.items}}


def _numbers(*names: str) -> dict[str, Series]:
    return {name: inputs.last(name) for name in names}


def _truths(here: Drugs) -> dict[str, Series]:
    return {
        "treated": inputs.treated(here), "smoker": inputs.is_seen("smoker"), "diabetes": inputs.has("diabetes"),
    }  # fmt: skip


def shown(one: Asked, value: Series) -> Series:
    """A value of a risk, where it is made for the person; missing where it is not, or where that is not known."""
    return when(one.suits).then(value).otherwise_missing()
