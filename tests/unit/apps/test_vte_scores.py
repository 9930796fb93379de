"""The VTE scores worked out by hand from their sources, at every edge of every band; what can't be judged is told."""

from __future__ import annotations

from typing import Any

import pytest

from medark.define import attached
from medark.sdk.testing import Patient, TinyLake, contract_tests
from vte_ward import HERE, answer, inpatient, made, operated, ward

TestContract = contract_tests(HERE)
BORN = {40: "1984-01-01", 39: "1985-01-01", 41: "1983-01-01", 60: "1964-01-01", 61: "1963-01-01", 65: "1959-01-01",
        66: "1958-01-01", 69: "1955-01-01", 70: "1954-01-01", 74: "1950-01-01", 75: "1949-01-01", 84: "1940-01-01",
        85: "1939-01-01"}  # fmt: skip


def items(score: str) -> list[str]:
    attached.attach({f"facts/{path.name}": path.read_text(encoding="utf-8") for path in (HERE / "facts").glob("*.csv")})
    return list(dict.fromkeys(row["item"] for row in attached.table_file("facts/items.csv") if row["score"] == score))


def admitted(age: int, sex: str = "F") -> tuple[TinyLake, Patient]:
    lake = ward()
    return lake, inpatient(lake, BORN[age], sex)


def asked(score: str, *people: tuple[int, str, str]) -> list[dict[str, Any]]:
    """A score of people (age, the items answered with yes, sex) of whom every item is answered."""
    lake = ward()
    for age, yes, sex in people:
        who = inpatient(lake, BORN[age], sex)
        for item in items(score):
            if not item.startswith(("age_", "male")):
                answer(lake, who, item, float(item in yes.split()))
    return lake.dataset(made(), f"score_{score}")


CASES = [
    # Caprini 2005 by the bands of the Chinese guideline of 2018: 0-2, 3-4, 5 and over
    ("caprini", 40, "", 0, "low"),
    ("caprini", 41, "", 1, "low"),
    ("caprini", 60, "varicose_veins", 2, "low"),
    ("caprini", 61, "varicose_veins", 3, "moderate"),
    ("caprini", 74, "copd ibd", 4, "moderate"),
    ("caprini", 75, "", 3, "moderate"),
    ("caprini", 75, "central_venous_access", 5, "high"),
    ("caprini", 40, "stroke_past_month", 5, "high"),
    # one surgical factor and one of mobility: the highest of each
    ("caprini", 40, "minor_surgery major_surgery_gt_45min laparoscopic_surgery_gt_45min", 2, "low"),
    ("caprini", 40, "major_surgery_gt_45min elective_major_lower_extremity_arthroplasty", 5, "high"),
    ("caprini", 40, "medical_bed_rest confined_to_bed_gt_72h", 2, "low"),
    # Barbar 2010, table 1: high from 4
    ("padua", 69, "previous_vte", 3, "low"),
    ("padua", 70, "previous_vte", 4, "high"),
    ("padua", 70, "recent_trauma_or_surgery", 3, "low"),
    ("padua", 69, "active_cancer hormonal_treatment", 4, "high"),
    # Khorana 2008, table 3: 0, 1-2, 3 and over
    ("khorana", 60, "", 0, "low"),
    ("khorana", 60, "high_risk_site", 1, "intermediate"),
    ("khorana", 60, "very_high_risk_site high_risk_site", 2, "intermediate"),
    ("khorana", 60, "very_high_risk_site platelets_350", 3, "high"),
    # Spyropoulos 2011: 0-1, 2-3, 4 and over; age over 60
    ("improve_vte", 60, "icu_ccu", 1, "low"),
    ("improve_vte", 61, "icu_ccu", 2, "moderate"),
    ("improve_vte", 60, "previous_vte", 3, "moderate"),
    ("improve_vte", 61, "previous_vte", 4, "high"),
    # Decousus 2011, table 4: high from 7; 40-84 1.5, 85 and over 3.5
    ("improve_bleeding", 39, "bleeding_past_3_months icu_ccu", 6.5, "not_high"),
    ("improve_bleeding", 40, "bleeding_past_3_months", 5.5, "not_high"),
    ("improve_bleeding", 84, "bleeding_past_3_months rheumatic_disease", 7.5, "high"),
    ("improve_bleeding", 85, "icu_ccu gfr_30_59", 7, "high"),
    ("improve_bleeding", 85, "gfr_30 gfr_30_59", 6, "not_high"),
    # Pisters 2010: high from 3; over 65
    ("has_bled", 65, "stroke bleeding", 2, "low_moderate"),
    ("has_bled", 66, "stroke bleeding", 3, "high"),
    # Wells 2003: likely from 2; another diagnosis as likely takes 2 away
    ("wells_dvt", 60, "active_cancer", 1, "unlikely"),
    ("wells_dvt", 60, "active_cancer entire_leg_swollen", 2, "likely"),
    ("wells_dvt", 60, "active_cancer entire_leg_swollen previous_dvt alternative_diagnosis", 1, "unlikely"),
    ("wells_dvt", 60, "alternative_diagnosis", -2, "unlikely"),
    # Wells 2000: likely above 4
    ("wells_pe", 60, "signs_of_dvt haemoptysis", 4, "unlikely"),
    ("wells_pe", 60, "signs_of_dvt heart_rate_100", 4.5, "likely"),
    # Guideline of 2018: one factor of class A or three of class B; surgical: any one
    ("bleeding_medical", 60, "icu_ccu current_cancer", 2, "not_high"),
    ("bleeding_medical", 85, "icu_ccu current_cancer", 3, "high"),
    ("bleeding_medical", 60, "platelets_50", 3, "high"),
    ("bleeding_surgical", 60, "", 0, "not_high"),
    ("bleeding_surgical", 60, "coagulation_disorder", 1, "high"),
]


@pytest.mark.parametrize("score", sorted({case[0] for case in CASES}))
def test_worked_by_hand(score: str) -> None:
    cases = [case for case in CASES if case[0] == score]
    rows = asked(score, *((age, yes, "F") for _score, age, yes, _total, _band in cases))
    for (_score, age, yes, total, band), row in zip(cases, rows, strict=True):
        found = (row["least"], row["most"], row["unjudged"], row["least_band"], row["most_band"])
        assert found == (total, total, 0, band, band), (age, yes)


def test_women_alone_are_asked_of_pregnancy() -> None:
    (woman,) = asked("caprini", (40, "pregnancy_or_postpartum", "F"))
    assert woman["least"] == 1
    lake, who = admitted(40, "M")
    lake.diagnosed(who, "pregnancy or childbed", "2024-07-01 10:00")
    (row,) = lake.dataset(made(), "score_caprini")
    assert row["is_pregnancy_or_postpartum"] is False


def test_a_man_bleeds_more_easily() -> None:
    man, woman, unknown = asked("improve_bleeding", *((39, "", sex) for sex in ("M", "F", "")))
    assert (man["least"], woman["least"]) == (1, 0)
    assert (unknown["unjudged"], unknown["least"], unknown["most"]) == (1, 0, 1)


def test_what_is_not_known_is_neither_there_nor_absent() -> None:
    """On admission with no diagnosis yet: nothing but age and sex is known, and the band is open."""
    lake, _who = admitted(70)
    (row,) = lake.dataset(made(), "score_padua")
    assert (row["least"], row["most"], row["least_band"], row["most_band"]) == (1, 20, "low", "high")
    assert row["unjudged"] == 10
    assert row["is_age_70"] is True
    assert row["is_previous_vte"] is None


def test_once_diagnoses_are_in_their_silence_means_absent_but_not_that_of_bed_rest() -> None:
    lake, who = admitted(70)
    lake.diagnosed(who, "heart failure", "2024-07-01 10:00")
    (row,) = lake.dataset(made(), "score_padua")
    assert row["is_heart_or_respiratory_failure"] is True
    assert str(row["on_heart_or_respiratory_failure"]) == "2024-07-01"
    assert row["is_previous_vte"] is False
    assert row["is_reduced_mobility"] is None
    assert row["least"] == 2


def test_a_score_changes_when_something_happens() -> None:
    lake, who = admitted(61)
    lake.diagnosed(who, "chronic obstructive lung disease", "2024-07-01 10:00")
    (before,) = lake.dataset(made(), "score_caprini")
    operated(lake, who, "81.5100")
    (after,) = lake.dataset(made(), "score_caprini")
    assert (before["least"], before["least_band"]) == (3, "moderate")
    assert (after["least"], after["least_band"]) == (8, "high")
    assert after["is_minor_surgery"] is False  # one surgical factor: the highest


def test_history_is_what_was_before_the_stay() -> None:
    lake, who = admitted(40)
    lake.diagnosed(who, "venous thromboembolism", "2024-07-02 10:00")
    (row,) = lake.dataset(made(), "score_caprini")
    assert row["is_history_of_vte"] is False
    lake.diagnosed(who, "venous thromboembolism", "2024-06-30")
    (row,) = lake.dataset(made(), "score_caprini")
    assert row["is_history_of_vte"] is True


LIMITS = [
    ("body mass index", 25.0, "kg/m2", "caprini", "obesity_bmi_gt_25", False),
    ("body mass index", 25.1, "kg/m2", "caprini", "obesity_bmi_gt_25", True),
    ("body mass index", 30.0, "kg/m2", "padua", "obesity_bmi_ge_30", True),
    ("body mass index", 29.9, "kg/m2", "padua", "obesity_bmi_ge_30", False),
    ("platelets", 350.0, "10*9/L", "khorana", "platelets_350", True),
    ("platelets", 349.0, "10*9/L", "khorana", "platelets_350", False),
    ("leukocytes", 11.0, "10*9/L", "khorana", "leukocytes_11", False),
    ("leukocytes", 11.1, "10*9/L", "khorana", "leukocytes_11", True),
    ("haemoglobin", 99.0, "g/L", "khorana", "hb_lt_100_or_esa", True),
    ("haemoglobin", 9.9, "g/dL", "khorana", "hb_lt_100_or_esa", True),
    ("platelets", 49.0, "10*9/L", "bleeding_medical", "platelets_50", True),
    ("platelets", 50.0, "10*9/L", "bleeding_medical", "platelets_50", False),
    ("systolic blood pressure", 160.0, "mm[Hg]", "has_bled", "hypertension_sbp_gt_160", False),
    ("systolic blood pressure", 161.0, "mm[Hg]", "has_bled", "hypertension_sbp_gt_160", True),
    # A woman of 60: 80 µmol/L is 75, 150 is 35, 400 is 11 mL/min/1.73 m² (CKD-EPI 2021)
    ("creatinine", 80.0, "umol/L", "improve_bleeding", "gfr_30_59", False),
    ("creatinine", 150.0, "umol/L", "improve_bleeding", "gfr_30_59", True),
    ("creatinine", 150.0, "umol/L", "improve_bleeding", "gfr_30", False),
    ("creatinine", 400.0, "umol/L", "improve_bleeding", "gfr_30", True),
]


@pytest.mark.parametrize("score", sorted({limit[3] for limit in LIMITS}))
def test_a_measured_item_at_its_limit(score: str) -> None:
    limits = [limit for limit in LIMITS if limit[3] == score]
    lake = ward()
    for name, value, unit, *_rest in limits:
        who = inpatient(lake, "1964-01-01")
        lake.measured(who, name, value, unit, "2024-07-02 07:00")
    rows = lake.dataset(made(), f"score_{score}")
    for (name, value, _unit, _score, item, met), row in zip(limits, rows, strict=True):
        assert row[f"is_{item}"] is met, (name, value)


@pytest.mark.parametrize(("written", "found"), [("I82.400x001", True), ("I80.201", True), ("J44.900", False)])
def test_a_diagnosis_is_found_by_its_code_as_written(written: str, found: bool) -> None:
    lake, who = admitted(40)
    lake.row("condition_occurrence", who, "a local code", at="2023-01-05", condition_source_value=written)
    lake.row("condition_occurrence", who, "another", at="2024-07-01 10:00", condition_source_value="J44.900")
    (row,) = lake.dataset(made(), "score_caprini")
    assert row["is_history_of_vte"] is found
    assert row["is_copd"] is True


def test_the_place_chooses_the_bands_of_caprini() -> None:
    lake, _who = admitted(61)
    bands = {
        scheme: lake.dataset(made(caprini_bands=scheme), "score_caprini")[0]["least_band"]
        for scheme in ("china_2018", "caprini_2005", "accp_2012")
    }
    assert bands == {"china_2018": "low", "caprini_2005": "moderate", "accp_2012": "low"}


def test_only_who_is_in_hospital_has_a_score() -> None:
    lake = ward()
    gone, open_stay = lake.person(), lake.person()
    lake.visited(gone, "inpatient stay", "2024-06-20", "2024-07-02")
    lake.row("visit_occurrence", open_stay, "inpatient stay", at="2024-06-20", visit_type_concept_id=32882)
    assert [row["person_id"] for row in lake.dataset(made(), "score_padua")] == [open_stay.person_id]
