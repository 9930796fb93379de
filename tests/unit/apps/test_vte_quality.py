"""The quality indicators of 2022, stay by stay."""

from __future__ import annotations

from typing import Any

import pytest

from medark.define.memory import compiled
from medark.model.page import DataTable
from medark.sdk.testing import Patient, TinyLake
from vte_ward import answer, gave, made, operated, ward

ASSESSED = "vte_risk_assessment_rate_24h"


def gone(lake: TinyLake, born: str = "1954-01-01") -> Patient:
    """Somebody who was in hospital from 2024-05-01 to 05-10."""
    who = lake.person(born)
    lake.visited(who, "inpatient stay", "2024-05-01 09:00", "2024-05-10")
    return who


def at_risk(lake: TinyLake) -> Patient:
    who = gone(lake)  # 70 years old
    answer(lake, who, "previous_vte", at="2024-05-01 10:00")
    return who


def states(lake: TinyLake, indicator: str) -> list[Any]:
    return [row[indicator] for row in lake.dataset(made(), "discharges")]


def test_assessed_within_24_hours_of_admission() -> None:
    lake = ward()
    for at in ("2024-05-02 08:59", "2024-05-02 09:00", "2024-05-03 09:00"):
        answer(lake, gone(lake), "assessed", at=at)
    gone(lake)
    assert states(lake, ASSESSED) == ["met", "not_met", "not_met", "not_met"]


def test_bleeding_is_assessed_of_those_at_risk() -> None:
    lake = ward()
    gone(lake)
    answer(lake, at_risk(lake), "bleeding_assessed", at="2024-05-04 08:00")
    at_risk(lake)
    assert states(lake, "bleeding_risk_assessment_rate") == [None, "met", "not_met"]


def test_assessed_anew_after_an_operation_or_a_move() -> None:
    lake = ward()
    gone(lake)
    for last in ("2024-05-02", "2024-05-05"):
        who = gone(lake)
        operated(lake, who, "81.5100", "2024-05-04")
        answer(lake, who, "assessed", at=last)
    for days in (("2024-05-01",), ("2024-05-01", "2024-05-07")):
        who = gone(lake)
        lake.row("visit_detail", who, "ward", at="2024-05-06")
        for day in days:
            answer(lake, who, "assessed", at=day)
    assert states(lake, "dynamic_reassessment_rate") == [None, "not_met", "met", "not_met", "met"]


def test_prophylaxis_by_risk_and_bleeding() -> None:
    lake = ward()
    low, with_drug, without, bleeds = gone(lake), at_risk(lake), at_risk(lake), at_risk(lake)
    answer(lake, bleeds, "active_gi_ulcer", at="2024-05-01 10:00")
    gave(lake, low, "enoxaparin", "2024-05-02")
    gave(lake, with_drug, "enoxaparin", "2024-05-02")
    lake.row("procedure_occurrence", bleeds, "order", at="2024-05-02", procedure_source_value="间歇充气加压治疗")
    assert without is not None
    assert states(lake, "appropriate_prophylaxis_rate") == [None, "met", "not_met", "met"]
    assert states(lake, "pharmacological_prophylaxis_rate") == [None, "met", "not_met", None]
    assert states(lake, "mechanical_prophylaxis_rate") == [None, "not_met", "not_met", "met"]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2024-05-01", "not_met"),  # there on admission
        ("2024-05-02", "not_met"),
        ("2024-05-03", "met"),
        ("2024-08-08", "met"),  # 90 days after the end
        ("2024-08-09", "not_met"),
    ],
)
def test_a_thrombosis_acquired_in_hospital(at: str, state: str) -> None:
    lake = ward()
    lake.diagnosed(gone(lake), "venous thromboembolism", at)
    assert states(lake, "ha_vte_incidence") == [state]


def test_deaths_and_bleeding() -> None:
    lake = ward()
    gone(lake)
    for dies in (True, False):
        who = gone(lake)
        lake.diagnosed(who, "venous thromboembolism", "2024-05-03")
        gave(lake, who, "利伐沙班片", "2024-05-04")
        lake.diagnosed(who, "bleeding", "2024-05-06" if dies else "2024-05-03")
        if dies:
            lake._rows[who.person_id]["death"] = [_death(who)]
    assert states(lake, "vte_related_mortality") == [None, "met", "not_met"]
    assert states(lake, "anticoagulant_bleeding_rate") == [None, "met", "not_met"]


def _death(who: Patient) -> dict[str, Any]:
    import datetime as dt

    return {"person_id": who.person_id, "death_date": dt.date(2024, 5, 9)}


def test_every_indicator_is_a_measure_of_the_quarter_of_discharge() -> None:
    measures = {one.name: one.measure for one in made().measures}
    assert len(measures) == 9
    lake = ward()
    answer(lake, gone(lake), "assessed", at="2024-05-01 10:00")
    rows = measures[ASSESSED].rows
    (row,) = compiled(rows, lake._resolved([rows])).rows(lake._record(1), today=lake.now.date())
    assert (str(row["period"]), row["in_denominator"], row["in_numerator"]) == ("2024-04-01", True, True)


def test_who_is_still_there_does_not_count() -> None:
    lake = ward()
    lake.row("visit_occurrence", lake.person(), "inpatient stay", at="2024-06-20", visit_type_concept_id=32882)
    assert states(lake, ASSESSED) == []


def test_the_page_of_quality() -> None:
    lake = ward()
    answer(lake, gone(lake), "assessed", at="2024-05-01 10:00")
    gone(lake)
    gone(lake)
    page = lake.page(made(), "quality", language="zh")
    process, _outcome = [one for one in page if isinstance(one, DataTable)]
    assert process.rows[0] == ("VTE风险评估率(入院24h内)", "2024 Q2", 1, 3, 33.3)
