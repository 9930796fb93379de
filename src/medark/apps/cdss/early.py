"""Early warning by vital signs: NEWS2, and qSOFA where an infection is suspected"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from medark.define import (
    Card,
    Rule,
    Series,
    any_of,
    case,
    conditions,
    days,
    greatest,
    hours,
    index,
    person,
    sum_of,
    when,
)  # fmt: skip

from .drugs import Drugs, active
from .labs import DAY, labs, recent

day = index.start_date
NEWS2: Final = "Royal College of Physicians 2017, National Early Warning Score (NEWS) 2, chart 1"
QSOFA: Final = "Singer 2016, JAMA 315:801; Seymour 2016, JAMA 315:762"
# Points of a value up to a limit (included), the last for all above. Source: chart 1; SpO2 by scale 1.
BANDS: Final[dict[str, Sequence[tuple[float, int]]]] = {
    "resp_rate": ((8, 3), (11, 1), (20, 0), (24, 2), (float("inf"), 3)),
    "spo2": ((91, 3), (93, 2), (95, 1), (float("inf"), 0)),
    "sbp": ((90, 3), (100, 2), (110, 1), (219, 0), (float("inf"), 3)),
    "pulse": ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (float("inf"), 3)),
    "temp": ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (float("inf"), 2)),
}
_INFECTED: Final = ("A", "B", "J12", "J13", "J14", "J15", "J16", "J17", "J18", "K65", "N10", "N39.0", "L03", "G00")


@dataclass(frozen=True, slots=True)
class Signs:
    """The last vital signs of a day, by key."""

    values: dict[str, Series]
    taken: Series

    @property
    def points(self) -> dict[str, Series]:
        """Points of NEWS2 by parameter; missing where it was not measured."""
        found = {key: points(self.values[key], BANDS[key]) for key in BANDS}
        found["consciousness"] = case((self.values["gcs"] < 15, 3), (self.values["gcs"] >= 15, 0))
        found["oxygen"] = case((self.values["oxygen"] > 0, 2), (self.values["oxygen"] <= 0, 0))
        return found


def points(value: Series, bands: Sequence[tuple[float, int]]) -> Series:
    """The points of a value; missing where it is."""
    *bounded, (_, above) = bands
    return case(*((value <= limit, given) for limit, given in bounded), (value > bounded[-1][0], above))


def signs() -> Signs:
    """Of the last 24 hours."""
    rows = recent(DAY)
    lasts = {key: labs()[key].among(rows).last() for key in (*BANDS, "gcs", "oxygen")}
    values = {key: labs()[key].value(row) for key, row in lasts.items()}
    values["gcs"] = lasts["gcs"].value_as_number.of_any_unit()
    return Signs(values, greatest(*(lasts[key].start for key in BANDS)))


def early(here: Drugs) -> Iterator[Rule]:
    """NEWS2 at high and at medium risk, and qSOFA."""
    now = signs()
    told = now.points
    total = sum_of(*(one.if_missing(0) for one in told.values()))
    open_ = sum_of(*(when(one.is_missing()).then(1).otherwise(0) for one in told.values()))
    worst = greatest(*told.values())
    asked = (person.age_on(day) >= 16) & now.taken.is_known()
    values = {
        **{f"p_{key}": one for key, one in told.items()}, **now.values, "total": total, "open": open_,
        "taken": now.taken, "severity": total,
    }  # fmt: skip
    yield _news2("news2_high", "critical", asked & (total >= 7), values)
    yield _news2("news2_medium", "warning", asked & (total < 7) & any_of(total >= 5, (worst == 3).is_true()), values)
    yield _qsofa(now, here)


def _news2(name: str, indicator: str, fires: Series, values: dict[str, Series]) -> Rule:
    response_en, response_zh = {
        "critical": ("emergency response, continuous monitoring", "紧急评估，持续监护"),
        "warning": ("urgent review, observe at least hourly", "尽快评估，至少每小时观察"),
    }[indicator]
    return Rule(
        name,
        when=fires,
        card=Card(
            summary_en=f"NEWS2 is {{total}} at least: {response_en}",
            summary_zh=f"NEWS2 评分至少 {{total}} 分：{response_zh}",
            indicator=indicator,
            detail_en="At {taken}: breathing {resp_rate} ({p_resp_rate}), SpO2 {spo2} % ({p_spo2}), oxygen "
            "({p_oxygen}), systolic {sbp} ({p_sbp}), pulse {pulse} ({p_pulse}), consciousness ({p_consciousness}), "
            "temperature {temp} ({p_temp}).\n\n- {open} of seven not measured: they count 0.\n"
            "- SpO2 by scale 1: not for a target of 88–92 %.",
            detail_zh="{taken}：呼吸 {resp_rate}（{p_resp_rate}），SpO2 {spo2} %（{p_spo2}），吸氧（{p_oxygen}），"
            "收缩压 {sbp}（{p_sbp}），脉搏 {pulse}（{p_pulse}），意识（{p_consciousness}），体温 {temp}（{p_temp}）。"
            "\n\n- 7 项中 {open} 项未测，按 0 分计。\n- SpO2 按量表1，不适用于目标88～92%的患者。",
        ),
        values=dict(values),
        cooldown=hours(12),
        source=NEWS2,
    )


def _qsofa(now: Signs, here: Drugs) -> Rule:
    """Two of three, of adults who are treated for an infection, or have one diagnosed."""
    three = {
        "breathing": now.values["resp_rate"] >= 22, "pressure": now.values["sbp"] <= 100,
        "mind": now.values["gcs"] < 15,
    }  # fmt: skip
    total = sum_of(*(when(one).then(1).otherwise(0) for one in three.values()))
    lately = conditions.where(conditions.start_date >= day - days(14), conditions.start_date <= day)
    infected = any_of(
        active().where(here.in_class("J01")).exists(),
        lately.where(conditions.condition_source_value.starts_with(*_INFECTED)).exists(),
    )
    return Rule(
        "qsofa",
        when=(person.age_on(day) >= 18) & infected & (total >= 2),
        card=Card(
            summary_en="qSOFA {total} with a suspected infection: sepsis?",
            summary_zh="疑似感染且 qSOFA {total} 分：警惕脓毒症",
            indicator="warning",
            detail_en="At {taken}: breathing {resp_rate} (22 and more), systolic {sbp} (100 and less), "
            "coma score {gcs} (under 15).\n\n- Look for failing organs (SOFA, lactate), cultures before antibiotics.",
            detail_zh="{taken}：呼吸 {resp_rate}（≥22），收缩压 {sbp}（≤100），GCS {gcs}（<15）。"
            "\n\n- 评估器官功能（SOFA、乳酸），用抗菌药前留取培养。",
        ),
        values={
            "total": total, "taken": now.taken, "severity": total,
            **{key: now.values[key] for key in ("resp_rate", "sbp", "gcs")},
        },
        cooldown=hours(12),
        source=QSOFA,
    )  # fmt: skip
