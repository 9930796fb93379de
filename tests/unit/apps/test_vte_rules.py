"""Advice by risk and bleeding, its cards, and the tasks of those whom nobody has assessed."""

from __future__ import annotations

import pytest

from medark.sdk.testing import Patient, TinyLake
from vte_ward import answer, gave, inpatient, made, operated, ward

ANTICOAGULANT = "依诺肝素钠注射液"


def at_padua_4(lake: TinyLake) -> Patient:
    who = inpatient(lake, "1954-01-01")  # 70: one point
    answer(lake, who, "reduced_mobility")
    return who


def test_medical_at_high_risk_wants_a_drug_and_the_card_says_why_and_from_where() -> None:
    lake = ward()
    who = at_padua_4(lake)
    (card,) = [one for one in lake.cards(made(), who) if "risk high" in one.summary]
    assert card.summary == "Thrombosis: risk high, bleeding not high. Drug prophylaxis"
    assert "Padua **4** to 20" in card.detail
    assert "China 2018" in card.source.label
    (card,) = [one for one in lake.cards(made(), who, "order-sign", "zh") if "风险高危" in one.summary]
    assert card.summary == "VTE风险高危，出血风险非高危：药物预防"


def test_one_point_less_wants_nothing() -> None:
    lake = ward()
    who = inpatient(lake, "1955-01-01")  # 69
    answer(lake, who, "reduced_mobility")
    assert [card.summary for card in lake.cards(made(), who)] == ["Risk of thrombosis not assessed since 2024-07-01"]


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "order-sign"])
def test_a_drug_given_since_yesterday_is_enough(hook: str) -> None:
    lake = ward()
    who = at_padua_4(lake)
    answer(lake, who, "assessed")
    assert len(lake.cards(made(), who, hook)) == 1
    gave(lake, who, ANTICOAGULANT)
    assert lake.cards(made(), who, hook) == []


def test_a_drug_of_two_days_ago_is_not() -> None:
    lake = ward()
    who = at_padua_4(lake)
    answer(lake, who, "assessed")
    gave(lake, who, ANTICOAGULANT, "2024-07-01 20:00")
    assert len(lake.cards(made(), who)) == 1


def test_who_bleeds_easily_gets_machines_not_drugs() -> None:
    lake = ward()
    who = at_padua_4(lake)
    answer(lake, who, "assessed")
    lake.measured(who, "platelets", 49.0, "10*9/L", "2024-07-02 07:00")
    (card,) = lake.cards(made(), who)
    assert card.summary == "Thrombosis: risk high, bleeding high. Mechanical prophylaxis"
    gave(lake, who, ANTICOAGULANT)
    assert {card.summary.split(",")[0] for card in lake.cards(made(), who)} == {
        "Thrombosis: risk high", "Anticoagulant given",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("born", "answers", "risk", "bleeding", "advice"),
    [
        ("1984-01-01", "major_surgery_gt_45min", "low", "not_high", "move"),
        ("1984-01-01", "major_surgery_gt_45min ibd", "moderate", "not_high", "drug_or_mechanical"),
        ("1984-01-01", "major_surgery_gt_45min ibd coagulation_disorder", "moderate", "high", "mechanical"),
        ("1984-01-01", "elective_major_lower_extremity_arthroplasty", "high", "not_high", "drug"),
        ("1984-01-01", "elective_major_lower_extremity_arthroplasty active_bleeding", "high", "high", "mechanical"),
        ("1984-01-01", "", "low", "not_high", "move"),
        ("1984-01-01", "active_gi_ulcer", "low", "high", "move"),
        ("1954-01-01", "previous_vte", "high", "not_high", "drug"),
        ("1954-01-01", "previous_vte active_gi_ulcer", "high", "high", "mechanical"),
    ],
)
def test_advice_by_risk_and_bleeding(born: str, answers: str, risk: str, bleeding: str, advice: str) -> None:
    lake = ward()
    who = inpatient(lake, born)
    for item in answers.split():
        answer(lake, who, item)
    (row,) = lake.dataset(made(), "inpatients")
    assert (row["risk"], row["bleeding"], row["advice"]) == (risk, bleeding, advice)
    assert row["ward"] == ("surgical" if "surgery" in answers or "arthroplasty" in answers else "medical")
    assert (row["risk_most"], row["bleeding_most"]) == ("high", "high")  # nothing else is known


def test_whoever_is_not_assessed_is_a_task_until_somebody_does() -> None:
    lake = ward()
    seen, unseen = inpatient(lake), inpatient(lake)
    lake.person()  # not in hospital
    answer(lake, seen, "assessed")
    assert lake.tasks(made(), "assess") == [unseen]
    assert lake.tasks(made(), "reassess") == []


def test_an_operation_after_the_assessment_asks_for_another() -> None:
    lake = ward()
    before, after, again = inpatient(lake), inpatient(lake), inpatient(lake)
    for who in (before, after, again):
        answer(lake, who, "assessed")
    operated(lake, before, "81.5100", "2024-07-01 12:00")
    operated(lake, after, "81.5100")
    operated(lake, again, "81.5100")
    answer(lake, again, "assessed", at="2024-07-02 18:00")
    assert lake.tasks(made(), "reassess") == [after]


@pytest.mark.parametrize(("value", "found"), [(0.5, True), (0.49, False)])
def test_a_raised_d_dimer_asks_for_another(value: float, found: bool) -> None:
    lake = ward()
    who = inpatient(lake)
    answer(lake, who, "assessed")
    lake.measured(who, "D-dimer", value, "mg/L", "2024-07-02 07:00")
    assert bool(lake.tasks(made(), "reassess")) is found


def test_a_hospitals_own_code_tells_the_drug() -> None:
    lake, own = ward(), made(drug_codes="XB01234=B01AB05 YY=A02BC01")
    who = at_padua_4(lake)
    gave(lake, who, "XB01234")
    other = at_padua_4(lake)
    gave(lake, other, "YY")
    states = {row["person_id"]: row["given"] for row in lake.dataset(own, "inpatients")}
    assert states == {who.person_id: "drug", other.person_id: "none"}
