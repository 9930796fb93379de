"""What protects an inpatient, and what the guideline advises by risk and bleeding"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import Series, all_of, any_of, case, days, greatest, observations, when

from .coded import Coded
from .facts import BandFact, table
from .judging import answered
from .scores import Assessment
from .stays import admitted, day, in_hospital, within

SOURCE: Final = "Guideline for pulmonary thromboembolism, China 2018, Natl Med J China 98:1060"
ASSESSED: Final = "vte:assessed"  # an observation: somebody has assessed the risk of thrombosis
BLEEDING_ASSESSED: Final = "vte:bleeding_assessed"
_SURGERY: Final = (
    "major_surgery_gt_45min", "laparoscopic_surgery_gt_45min", "arthroscopic_surgery",
    "elective_major_lower_extremity_arthroplasty",
)  # fmt: skip
_OPERATIONS: Final = (
    "major operation", "laparoscopic operation", "arthroscopic operation", "hip or knee replacement",
)  # fmt: skip
_LATELY: Final = days(1)  # a daily dose or a day's order of yesterday still protects today; ours


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody in hospital stands: series of risk, bleeding, protection and advice.

    `risk` goes by what is known, `risk_most` by the worst that is possible; likewise bleeding.
    """

    surgical: Series
    threatened: Series  # at moderate or high risk by what is known
    bleeds: Series  # at high risk of bleeding by what is known
    either_is_enough: Series  # after an operation, at moderate risk: drug or mechanical
    operated_on: Series  # the last operation of the stay, a day
    risk: Series
    risk_most: Series
    bleeding: Series
    bleeding_most: Series
    drug: Series  # an anticoagulant since yesterday
    mechanical: Series
    advice: Series
    words: Mapping[str, Series]  # the advice by language
    assessed_on: Series
    bleeding_assessed_on: Series

    @property
    def at_risk(self) -> Series:
        """In hospital, at moderate or high risk by what is known."""
        return all_of(in_hospital, self.threatened.is_true())

    @property
    def protection(self) -> Series:
        """none, drug, mechanical or both."""
        return case(
            (self.drug & self.mechanical, "both"), (self.drug, "drug"), (self.mechanical, "mechanical"),
            otherwise="none",
        )  # fmt: skip

    @property
    def suited(self) -> Series:
        """Is what is given what is advised?"""
        return any_of(
            self.advice == "move",
            (self.advice == "drug") & self.drug,
            (self.advice == "mechanical") & self.mechanical & ~self.drug,
            (self.advice == "drug_or_mechanical") & (self.drug | self.mechanical),
        ).is_true()

    @property
    def state(self) -> Series:
        """suited, missing (nothing is given) or not_suited."""
        return case((self.suited, "suited"), (~(self.drug | self.mechanical), "missing"), otherwise="not_suited")


def standing(scores: Mapping[str, Assessment], coded: Coded) -> Standing:
    """How an inpatient stands on the day asked for."""
    operations = [within(coded.rows("procedure", name), "stay") for name in _OPERATIONS]
    surgical = any_of(*(rows.exists() for rows in operations), *(_planned(item) for item in _SURGERY))
    risk, risk_most = (_risk(surgical, scores, most) for most in (False, True))
    bleeding, bleeding_most = (_bleeding(surgical, scores, most) for most in (False, True))
    ward = when(surgical).then("surgical").otherwise("medical")
    return Standing(
        surgical=surgical,
        threatened=_reaches(surgical, scores["caprini"], scores["padua"], "risk"),
        bleeds=_reaches(surgical, scores["bleeding_surgical"], scores["bleeding_medical"], "name"),
        either_is_enough=surgical & (scores["caprini"].least < _high(scores["caprini"])),
        operated_on=greatest(*(rows.last().start_date for rows in operations)),
        risk=risk,
        risk_most=risk_most,
        bleeding=bleeding,
        bleeding_most=bleeding_most,
        drug=coded.rows("drug", "anticoagulants").overlapping(day - _LATELY, day).exists(),
        mechanical=_mechanical(coded),
        advice=_advised(ward, risk, bleeding, "advice"),
        words={language: _advised(ward, risk, bleeding, f"words_{language}") for language in ("en", "zh")},
        assessed_on=recorded(ASSESSED),
        bleeding_assessed_on=recorded(BLEEDING_ASSESSED),
    )


def recorded(what: str) -> Series:
    """The day of the last record of an assessment in the stay."""
    rows = observations.where(observations.observation_source_value == what).between(admitted, day)
    return rows.last().start_date


def _planned(item: str) -> Series:
    return (answered(item) > 0).is_true()


def _mechanical(coded: Coded) -> Series:
    return coded.rows("procedure", "mechanical prophylaxis").between(day - _LATELY, day).exists()


def _risk(surgical: Series, scores: Mapping[str, Assessment], most: bool) -> Series:
    """low, moderate or high: by Caprini after or before an operation, by Padua otherwise."""
    total = {name: scores[name].most if most else scores[name].least for name in ("caprini", "padua")}
    by_caprini = _class(total["caprini"], scores["caprini"].fact.bands)
    return when(surgical).then(by_caprini).otherwise(_class(total["padua"], scores["padua"].fact.bands))


def _reaches(surgical: Series, one: Assessment, other: Assessment, by: str) -> Series:
    """Does the total of the ward's score reach the lowest band that asks for something?

    Totals are compared with a number, for names of bands grow too long to ask over everyone.
    """
    limits = [
        min(band.least for band in score.fact.bands if getattr(band, by) not in ("low", "not_high"))
        for score in (one, other)
    ]
    return when(surgical).then(one.least >= limits[0]).otherwise(other.least >= limits[1])


def _high(score: Assessment) -> float:
    """The points from which a score says high."""
    return min(band.least for band in score.fact.bands if band.risk == "high")


def _class(total: Series, bands: tuple[BandFact, ...]) -> Series:
    falling = sorted(bands, key=lambda one: -one.least)
    return case(*((total >= one.least, one.risk) for one in falling[:-1]), otherwise=falling[-1].risk)


def _bleeding(surgical: Series, scores: Mapping[str, Assessment], most: bool) -> Series:
    one, other = scores["bleeding_surgical"], scores["bleeding_medical"]
    if most:
        return when(surgical).then(one.most_band).otherwise(other.most_band)
    return when(surgical).then(one.least_band).otherwise(other.least_band)


def _advised(ward: Series, risk: Series, bleeding: Series, column: str) -> Series:
    rows = table("prophylaxis")
    return case(*((_is(ward, row["ward"], risk, row["risk"], bleeding, row["bleeding"]), row[column]) for row in rows))


def _is(ward: Series, of: str, risk: Series, at: str, bleeding: Series, bleeds: str) -> Series:
    return all_of(ward == of, risk == at, bleeding == bleeds)
