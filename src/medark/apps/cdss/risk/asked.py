"""Each risk as it is asked of data: for whom it is, its ends, and its inputs"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from medark.define import Series, any_of, band, sum_of, when
from medark.sdk import Settings
from medark.sdk.renal import filtration

from ..drugs import Drugs
from . import inputs
from .facts import BandFact, RiskFact, Texts, coefficients, risk_facts
from .facts import inputs as facts_of_inputs
from .hazard import Between, Inputs, risk
from .points import Points, cha2ds2_vasc, findrisc

_UNTREATED: Final = {"untreated": "treated"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One risk. `suits`: is it made for this person? `inputs`: what it goes by, by name; items of a score too.

    One that is not `is_on` in this place suits nobody and is shown to nobody.
    """

    fact: RiskFact
    suits: Series
    between: Between
    inputs: Mapping[str, Series]
    points: Points | None = field(default=None)
    is_on: bool = True
    labels: Mapping[str, Texts] = field(default_factory=dict)  # of its inputs, with their units

    @property
    def bands(self) -> tuple[Series, Series]:
        """The bands of both ends."""
        return in_bands(self.between.least, self.fact.bands), in_bands(self.between.most, self.fact.bands)


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


def in_bands(value: Series, bands: tuple[BandFact, ...]) -> Series:
    """The name of the band that a value lies in; missing for a missing one."""
    first, *others = sorted(bands, key=lambda one: one.least)
    return band(value, *((one.least, one.name) for one in others), below=first.name)


def _pce(fact: RiskFact, here: Drugs, group: str) -> Asked:
    """Source: Goff 2013. `group`: white, which its authors advise for all but black people, or black."""
    numbers, truths = _numbers("total_cholesterol", "hdl", "systolic"), _truths(here)
    sexes = {f"{group}_male": inputs.is_male, f"{group}_female": ~inputs.is_male}
    between = risk(coefficients("pce"), sexes, Inputs(_logarithms(numbers), truths, _UNTREATED))
    return Asked(fact, _free(40, 79), between, {**numbers, **truths, **_had()})


def _china_par(fact: RiskFact, here: Drugs, settings: Settings) -> Asked:
    """Source: Yang 2016, Circulation 134:1430; to be confirmed."""
    numbers = _numbers("total_cholesterol", "hdl", "systolic", "waist")
    truths = {**_truths(here), "urban": inputs.asked("urban"), "family_history": inputs.asked("family_history")}
    sexes = {"male": inputs.is_male, "female": ~inputs.is_male}
    is_on, north = bool(settings["china_par"]), int(settings["china_par_north"])
    told = Inputs({**_logarithms(numbers), "north": sum_of(north)}, truths, _UNTREATED)
    between = risk(coefficients("china_par"), sexes, told)
    suits = _free(35, 74) if is_on else any_of()
    return Asked(fact, suits, between, {**numbers, **truths, **_had()}, is_on=is_on)


def _of_points(points: Points, disease: str, *, has_it: bool) -> Asked:
    """A score for adults who have a disease, or have not."""
    has = inputs.has(disease)
    suits = (inputs.age >= 18) & (has if has_it else ~has)
    return Asked(points.fact, suits, points.between, {**points.items, disease: has}, points)


def _kidneys(fact: RiskFact) -> Asked:
    creatinine = inputs.last("creatinine")
    value = filtration(creatinine, inputs.age).round(1)
    return Asked(fact, inputs.age >= 18, Between(value, value), {"creatinine": creatinine})


def _free(youngest: int, oldest: int) -> Series:
    """Of an age that the equation was made for, and without the disease that it foretells."""
    return (inputs.age >= youngest) & (inputs.age <= oldest) & ~inputs.has("cardiovascular")


def _labels(one: Asked) -> dict[str, Texts]:
    """What each input is called, with its unit."""
    units = {name: (label, f" ({unit})" if unit else "") for name, (label, unit) in facts_of_inputs().items()}
    told = {name: {of: text + unit for of, text in label.items()} for name, (label, unit) in units.items()}
    return {**{name: told[name] for name in one.inputs if name in told}, **{i.name: i.label for i in one.fact.items}}


def _had() -> dict[str, Series]:
    return {"cardiovascular": inputs.has("cardiovascular")}


def _numbers(*names: str) -> dict[str, Series]:
    return {name: inputs.last(name) for name in names}


def _logarithms(numbers: Mapping[str, Series]) -> dict[str, Series]:
    written = {"total_cholesterol": "ln_tc", "hdl": "ln_hdl", "systolic": "ln_sbp", "waist": "ln_waist"}
    return {"ln_age": inputs.age.ln(), **{written[name]: value.ln() for name, value in numbers.items()}}


def _truths(here: Drugs) -> dict[str, Series]:
    return {
        "treated": inputs.treated(here), "smoker": inputs.is_seen("smoker"), "diabetes": inputs.has("diabetes"),
    }  # fmt: skip


def shown(one: Asked, value: Series) -> Series:
    """A value of a risk, where it is made for the person; missing where it is not, or where that is not known."""
    return when(one.suits).then(value).otherwise_missing()
