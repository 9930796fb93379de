"""Cards of results: critical values at their limits in both units, delta checks, kidney injury in its stages."""

from __future__ import annotations

import pytest

from cdss_bedside import HERE, Bedside
from medark.sdk.testing import contract_tests

TestContract = contract_tests(HERE)

# Limits usual in China; just inside and just beyond, in the laboratory's own unit and in another.
CRITICAL = [
    ("potassium", 2.8, 2.79, "mmol/L"), ("potassium", 6.2, 6.21, "mmol/L"),
    ("sodium", 120, 119.9, "mmol/L"), ("sodium", 160, 160.1, "mmol/L"),
    ("calcium, total", 1.75, 1.74, "mmol/L"), ("calcium, total", 14.02, 14.03, "mg/dL"),
    ("glucose", 2.8, 2.79, "mmol/L"), ("glucose", 399, 401, "mg/dL"), ("glucose", 51, 50, "mg/dL"),
    ("white blood cell count", 2.0, 1.99, "10*9/L"), ("white blood cell count", 30, 30.1, "10*3/uL"),
    ("hemoglobin", 60, 59.9, "g/L"), ("hemoglobin", 6.0, 5.9, "g/dL"), ("hemoglobin", 200, 201, "g/L"),
    ("platelet count", 30, 29, "10*9/L"), ("platelet count", 1000, 1001, "10*9/L"),
    ("prothrombin time", 30, 30.1, "s"), ("fibrinogen", 100, 99, "mg/dL"),
    ("creatinine", 650, 651, "umol/L"), ("creatinine", 7.35, 7.36, "mg/dL"), ("lactate", 4.0, 4.1, "mmol/L"),
    ("ph", 7.2, 7.19, ""), ("ph", 7.6, 7.61, ""), ("pco2, arterial", 20, 19.9, "mm[Hg]"),
    ("pco2, arterial", 70, 70.1, "mm[Hg]"), ("pco2, arterial", 9.33, 9.34, "kPa"),
    ("po2, arterial", 45, 44.9, "mm[Hg]"),
]  # fmt: skip


def test_a_critical_value_is_told_with_its_limits() -> None:
    who = Bedside().measured("potassium", 6.8, "mmol/L")
    card = who.card("critical_value")
    assert card is not None
    assert card.summary == "Critical Potassium: 6.8 mmol/L at 2024-07-03 07:00 (1 critical)"
    assert "below 2.8 or above 6.2 mmol/L" in card.detail
    assert who.says("critical_value", "zh") == "危急值：血钾 6.8 mmol/L（2024-07-03 07:00，共 1 项）"
    assert card.source.label.endswith("to be confirmed here")
    assert {one.code for one in card.override_reasons} >= {"benefit", "data_wrong"}
    assert card.indicator == "critical"


@pytest.mark.parametrize(("what", "inside", "beyond", "unit"), CRITICAL)
def test_a_limit_itself_is_not_critical_what_is_beyond_is(what: str, inside: float, beyond: float, unit: str) -> None:
    assert not Bedside().measured(what, inside, unit).says("critical_value")
    assert Bedside().measured(what, beyond, unit).says("critical_value")


def test_limits_of_the_survey_are_those_of_kost() -> None:
    def says(value: float, scheme: str) -> bool:
        return bool(Bedside(critical_values=scheme).measured("sodium", value, "mmol/L").says("critical_value"))

    assert [says(159, "survey"), says(159, "china"), says(158, "survey")] == [True, False, False]


def test_limits_are_of_an_age() -> None:
    """Glucose of newborns (to the 28th day): 2.2 to 16.6; there are none for children."""
    born = {"newborn": "2024-06-05", "baby": "2024-06-04", "child": "2015-01-01"}
    low = {
        who: bool(Bedside(day).measured("glucose", 2.1, "mmol/L").says("critical_value")) for who, day in born.items()
    }
    assert low == {"newborn": True, "baby": False, "child": False}
    assert not Bedside("2024-06-05").measured("glucose", 2.5, "mmol/L").says("critical_value")


def test_inr_is_critical_of_who_takes_warfarin() -> None:
    assert not Bedside().measured("inr", 4.6, "").says("critical_value")
    assert Bedside().takes("华法林钠片").measured("inr", 4.6, "").says("critical_value")
    assert not Bedside().takes("华法林钠片").measured("inr", 4.5, "").says("critical_value")


def test_only_the_last_result_of_a_day_counts() -> None:
    who = Bedside().measured("potassium", 6.8, "mmol/L", "2024-07-03 05:00").measured("potassium", 4.4, "mmol/L")
    assert not who.says("critical_value")
    assert not Bedside().measured("potassium", 6.8, "mmol/L", "2024-07-02 07:59").says("critical_value")
    assert Bedside().measured("potassium", 6.8, "mmol/L", "2024-07-02 08:00").says("critical_value")


def test_several_are_counted() -> None:
    who = Bedside().measured("potassium", 6.8, "mmol/L").measured("sodium", 118, "mmol/L")
    assert who.says("critical_value").endswith("(2 critical)")


# Ladenson: more than so many per cent within three days.
DELTA = [("sodium", 140, 147, 147.1, "mmol/L"), ("potassium", 4.0, 4.8, 4.81, "mmol/L"),
         ("creatinine", 100, 150, 151, "umol/L"), ("albumin", 40, 48, 48.1, "g/L"),
         ("calcium, total", 2.0, 2.3, 2.31, "mmol/L"),
         ("total protein", 70, 84, 84.1, "g/L"), ("uric acid", 300, 420, 421, "umol/L")]  # fmt: skip


@pytest.mark.parametrize(("what", "before", "same", "other", "unit"), DELTA)
def test_a_change_of_the_limit_is_none_a_greater_one_is(
    what: str, before: float, same: float, other: float, unit: str
) -> None:
    def says(value: float) -> str:
        who = Bedside().measured(what, before, unit, "2024-07-01 07:00").measured(what, value, unit)
        return who.says("delta_check")

    assert not says(same)
    assert says(other)


def test_a_delta_check_looks_three_days_back() -> None:
    def says(at: str) -> bool:
        who = Bedside().measured("sodium", 130, "mmol/L", at).measured("sodium", 145, "mmol/L")
        return bool(who.says("delta_check"))

    assert [says("2024-06-30 07:00"), says("2024-06-30 06:59")] == [True, False]


def test_cells_of_another_size_are_another_patient() -> None:
    def says(value: float) -> bool:
        who = Bedside().measured("mean corpuscular volume", 90, "fL", "2024-03-01 07:00")
        return bool(who.measured("mean corpuscular volume", value, "fL").says("delta_check"))

    assert [says(93), says(93.1)] == [False, True]


# KDIGO 2012, table 2. Lowest of the week, creatinine now (µmol/L), stage. 26.5 counts within 48 hours alone.
STAGES = [
    (80, 106.4, 0), (80, 106.5, 1), (100, 126.4, 0), (100, 126.5, 1), (40, 59.9, 0), (40, 60, 1), (80, 159.9, 1),
    (80, 160, 2), (80, 239.9, 2), (80, 240, 3), (320, 353.5, 1), (320, 353.6, 3), (340, 353.6, 0), (400, 410, 0),
]  # fmt: skip


@pytest.mark.parametrize(("lowest", "now", "stage"), STAGES)
def test_kidney_injury_in_its_stages(lowest: float, now: float, stage: int) -> None:
    who = Bedside().measured("creatinine", lowest, "umol/L", "2024-07-02 07:00").measured("creatinine", now, "umol/L")
    said = who.says("acute_kidney_injury")
    assert said.startswith(f"Acute kidney injury, stage {stage}") if stage else not said


def test_units_of_creatinine_meet() -> None:
    """0.3 mg/dL are 26.5 µmol/L (26.526): the other figure of the guideline."""
    who = Bedside().measured("creatinine", 0.8, "mg/dL", "2024-07-02 07:00")
    assert not who.measured("creatinine", 1.09, "mg/dL", "2024-07-03 06:00").says("acute_kidney_injury")
    assert who.measured("creatinine", 1.1, "mg/dL").says("acute_kidney_injury")


def test_a_rise_counts_within_48_hours_a_ratio_within_seven_days() -> None:
    def says(lowest: float, now: float, at: str) -> bool:
        who = Bedside().measured("creatinine", lowest, "umol/L", at).measured("creatinine", now, "umol/L")
        return bool(who.says("acute_kidney_injury"))

    assert [says(100, 130, "2024-07-01 07:00"), says(100, 130, "2024-07-01 06:59")] == [True, False]
    assert [says(60, 90, "2024-06-26 07:00"), says(60, 90, "2024-06-26 06:59")] == [True, False]


def test_one_creatinine_says_nothing() -> None:
    assert not Bedside().measured("creatinine", 900, "umol/L").says("acute_kidney_injury")
