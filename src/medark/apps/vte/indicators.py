"""The quality indicators of the guide of 2022: each a condition of stays that ended, counted by quarter"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import (
    Dataset,
    Frame,
    Measure,
    Series,
    all_of,
    any_of,
    case,
    date_of,
    days,
    death,
    every,
    hours,
    index,
    months,
    observations,
    today,
    visit_details,
    visits,
    when,
)
from medark.sdk import Publish, PublishMeasure

from .coded import Coded
from .facts import Texts, table
from .prophylaxis import ASSESSED, BLEEDING_ASSESSED, Standing
from .stays import INPATIENT, admitted, day, stay

NAME: Final = "discharges"
_END_NOT_TOLD: Final = 32882

_here = visits.of(INPATIENT)
_ended = _here.where(_here.end_date <= today).except_where(_here.visit_type_concept_id == _END_NOT_TOLD)
# One entry a stay that ended, on the day it ended: an indicator counts stays in the period of their discharge.
DISCHARGES = every(_ended, start=_here.end_date, end=_here.end_date)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: of the stays in the denominator, those in the numerator."""

    name: str
    title: Texts
    denominator: Series
    numerator: Series
    kind: str  # process or outcome
    source: str

    @property
    def measure(self) -> Measure:
        """Its counts by quarter."""
        return Measure(self.name, DISCHARGES, self.numerator, self.denominator, intervals=months(3), source=self.source)

    @property
    def state(self) -> Series:
        """Of a stay: met, not_met; missing where it does not count."""
        counts = self.denominator.is_true()
        return case((counts & self.numerator.is_true(), "met"), (counts, "not_met"))


def indicators(now: Standing, coded: Coded) -> tuple[Indicator, ...]:
    """Every indicator of facts/indicators.csv."""
    parts = {**_process(now, coded), **_outcome(coded)}
    return tuple(
        Indicator(
            row["indicator"], {"en": row["title_en"], "zh": row["title_zh"]}, *parts[row["indicator"]],
            row["kind"], row["source"],
        )
        for row in table("indicators")
    )  # fmt: skip


def measures(all_of_them: tuple[Indicator, ...]) -> tuple[PublishMeasure, ...]:
    """Each as a measure that is kept fresh."""
    return tuple(PublishMeasure(one.name, one.measure, one.title) for one in all_of_them)


def discharges(all_of_them: tuple[Indicator, ...]) -> Publish:
    """One row a stay that ended: whether it meets each indicator."""
    quarter = date_of(index.start.year, ((index.start.month - 1) / 3).floor() * 3 + 1, 1)
    columns = {"quarter": quarter, **{one.name: one.state for one in all_of_them}}
    meanings: dict[str, Mapping[str, str]] = {
        "quarter": {"en": "first day of the quarter of discharge", "zh": "出院季度首日"},
        **{one.name: one.title for one in all_of_them},
    }
    return Publish(
        NAME,
        Dataset(DISCHARGES, columns, name=NAME, source=all_of_them[0].source),
        title={"en": "Stays that ended", "zh": "出院病例"},
        description={
            "en": "met, not_met, or missing where it does not count",
            "zh": "met 符合，not_met 不符合，空为不计入",
        },
        meanings=meanings,
    )


def _process(now: Standing, coded: Coded) -> dict[str, tuple[Series, Series]]:
    everybody = stay.exists()
    at_risk = all_of(everybody, now.threatened)
    low_bleeding = all_of(at_risk, ~now.bleeds)
    drug = _anticoagulant(coded).exists()
    mechanical = coded.rows("procedure", "mechanical prophylaxis").between(admitted, day).exists()
    moved = visit_details.between(admitted + days(1), day).exists()
    return {
        "vte_risk_assessment_rate_24h": (everybody, _record(ASSESSED).before(stay.start + hours(24)).exists()),
        "bleeding_risk_assessment_rate": (at_risk, _record(BLEEDING_ASSESSED).exists()),
        "dynamic_reassessment_rate": (any_of(now.operated_on.is_known(), moved), _assessed_anew(now)),
        "appropriate_prophylaxis_rate": (at_risk, _suited(now, drug, mechanical)),
        "pharmacological_prophylaxis_rate": (low_bleeding, drug),
        "mechanical_prophylaxis_rate": (at_risk, mechanical),
    }


def _outcome(coded: Coded) -> dict[str, tuple[Series, Series]]:
    clots = coded.rows("condition", "venous thromboembolism")
    at_admission = clots.between(admitted - days(30), admitted + days(1)).exists()
    later = clots.between(admitted + days(2), day + days(90)).exists()
    has_clot = clots.between(admitted, day).exists()
    treated = _anticoagulant(coded)
    bled = coded.rows("condition", "bleeding").between(treated.first().start_date, day).exists()
    dead = death.death_date.is_known() & (death.death_date >= admitted) & (death.death_date <= day + days(1))
    return {
        "ha_vte_incidence": (stay.exists(), later & ~at_admission),
        "vte_related_mortality": (has_clot, dead),
        "anticoagulant_bleeding_rate": (treated.exists(), bled),
    }


def _record(what: str) -> Frame:
    rows = observations.where(observations.observation_source_value == what)
    return rows.between(admitted, day)


def _anticoagulant(coded: Coded) -> Frame:
    return coded.rows("drug", "anticoagulants").between(admitted, day)


def _assessed_anew(now: Standing) -> Series:
    """Assessed after the operation; without one, more than once."""
    after = now.assessed_on >= now.operated_on
    days_of = _record(ASSESSED).count_distinct(observations.start_date)
    return any_of(after.is_true(), now.operated_on.is_missing() & (days_of > 1))


def _suited(now: Standing, drug: Series, mechanical: Series) -> Series:
    """Was there in the stay what the guideline asks for of those at risk?"""
    return when(now.bleeds).then(mechanical).when(now.either_is_enough).then(drug | mechanical).otherwise(drug)
