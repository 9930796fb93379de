"""A registry's datasets by hand: who is in, what is known last, what each planned visit has, what is overdue."""

from __future__ import annotations

import datetime as dt

import pytest

from medark.sdk.testing import TinyLake
from registry_people import answered, diabetic, gave, lake, made, of, visited

DAY = dt.date


def test_who_is_in_from_the_first_diagnosis_until_death() -> None:
    tiny = lake()
    who = diabetic(tiny, "2023-03-01")
    tiny.row("condition_occurrence", who, "some code", at="2024-02-02", condition_source_value="E11.2")
    other = tiny.person()
    tiny.row("condition_occurrence", other, "some code", at="2023-03-01", condition_source_value="E10.9")
    tiny.row("death", who, "some cause", at="2024-05-05")
    (row,) = tiny.dataset(made(), "t2dm")
    assert (row["person_id"], row["known_since"], row["entry_year"]) == (who.person_id, DAY(2023, 3, 1), 2023)
    assert row["entry_end"].date() == DAY(2024, 5, 5)
    assert (row["age_at_entry"], row["sex"], row["year_of_birth"], row["nephropathy"]) == (63, "female", 1960, True)


# 7 % and 9 %: ADA Standards of Care 2024, 6; 53 mmol/mol is 7.0 % (NGSP = 0.09148 IFCC + 2.152).
@pytest.mark.parametrize(
    ("value", "unit", "control"),
    [(6.9, "%", "controlled"), (7.0, "%", "above"), (8.9, "%", "above"), (9.0, "%", "high"),
     (52, "mmol/mol", "controlled"), (54, "mmol/mol", "above")],
)  # fmt: skip
def test_control_by_the_last_hba1c(value: float, unit: str, control: str) -> None:
    tiny = lake()
    who = diabetic(tiny)
    tiny.measured(who, "HbA1c", 12.0, "%", at="2024-02-01")
    tiny.measured(who, "HbA1c", value, unit, at="2024-03-01")
    (row,) = of(tiny, "t2dm", who)
    assert (row["control"], row["hba1c_on"]) == (control, DAY(2024, 3, 1))


# KDIGO 2024: A1 under 30 mg/g, A2 30 to 300, A3 over 300.
@pytest.mark.parametrize(("uacr", "stage"), [(29.9, "A1"), (30, "A2"), (300, "A2"), (300.1, "A3")])
def test_albuminuria(uacr: float, stage: str) -> None:
    tiny = lake()
    who = diabetic(tiny)
    tiny.measured(who, "urine albumin/creatinine", uacr, "mg/g", at="2024-03-01")
    (row,) = of(tiny, "t2dm", who)
    assert row["albuminuria"] == stage


def test_kidney_function_and_body_mass() -> None:
    """A woman of 64 (2024 less 1960) with 88.4 umol/L, which is 1.0 mg/dL: 142 x (1/0.7)^-1.2 x 0.9938^64 x 1.012."""
    tiny = lake()
    who = diabetic(tiny)
    tiny.measured(who, "creatinine", 88.4, "umol/L", at="2024-03-01")
    tiny.measured(who, "body weight", 80.0, "kg", at="2024-03-01")
    tiny.measured(who, "body height", 160.0, "cm", at="2024-03-01")
    (row,) = of(tiny, "t2dm", who)
    assert row["egfr"] == pytest.approx(142 * (1 / 0.7) ** -1.2 * 0.9938**64 * 1.012, rel=1e-3)
    assert row["bmi"] == pytest.approx(31.25)


def test_planned_visits_with_their_windows() -> None:
    tiny = lake()
    who = diabetic(tiny, "2024-01-10")
    rows = {row["visit"]: row for row in of(tiny, "t2dm_visits", who)}
    assert list(rows) == [
        "baseline",
        *(f"m{month:02d}" for month in (3, 6, 9, 12, 15, 18, 21, 24, 30, 36, 42, 48, 54, 60)),
    ]
    assert (rows["baseline"]["opens"], rows["baseline"]["closes"]) == (DAY(2023, 10, 12), DAY(2024, 2, 9))
    assert (rows["m03"]["opens"], rows["m03"]["closes"]) == (DAY(2024, 2, 25), DAY(2024, 5, 25))
    assert (rows["baseline"]["quarter"], rows["m03"]["quarter"]) == (DAY(2024, 1, 1), DAY(2024, 4, 1))


def test_visits_end_with_death() -> None:
    tiny = lake()
    who = diabetic(tiny, "2024-01-10")
    tiny.row("death", who, "some cause", at="2024-02-25")  # the day the window of month 3 opens
    assert [row["visit"] for row in of(tiny, "t2dm_visits", who)] == ["baseline"]


def test_what_a_visit_has_and_lacks() -> None:
    tiny = lake()
    who = diabetic(tiny, "2024-01-10")
    tiny.measured(who, "systolic blood pressure", 150, "mm[Hg]", at="2024-02-24")  # the day before month 3 opens
    tiny.measured(who, "systolic blood pressure", 140, "mm[Hg]", at="2024-02-25")
    tiny.measured(who, "systolic blood pressure", 130, "mm[Hg]", at="2024-05-25")  # its last day
    tiny.measured(who, "systolic blood pressure", 120, "mm[Hg]", at="2024-05-26")
    rows = {row["visit"]: row for row in of(tiny, "t2dm_visits", who)}
    assert rows["m03"]["systolic"] == 130
    assert (rows["baseline"]["has_systolic"], rows["m03"]["has_systolic"]) == ("missing", "known")
    assert rows["m06"]["systolic"] == 120
    assert rows["m09"]["has_systolic"] == "missing"
    # HbA1c every 6 months: asked at month 0, 6, 12 …, not at 3
    assert (rows["baseline"]["has_hba1c"], rows["m03"]["has_hba1c"]) == ("missing", None)


def test_a_value_counts_at_a_visit_for_as_long_as_it_is_expected_in() -> None:
    tiny = lake()
    who = diabetic(tiny, "2024-01-10")  # month 6 is 10 July, its window closes on 24 August
    tiny.measured(who, "HbA1c", 7.0, "%", at="2024-02-24")
    assert _has(tiny, who, "m06", "hba1c") == "missing"
    tiny.measured(who, "HbA1c", 7.0, "%", at="2024-02-25")
    assert _has(tiny, who, "m06", "hba1c") == "known"


def test_what_is_overdue_today() -> None:
    """Today is 1 July 2024; HbA1c is expected every 6 months, systolic pressure every 3."""
    tiny = lake()
    who, new, gone = diabetic(tiny, "2023-01-10"), diabetic(tiny, "2024-06-01"), diabetic(tiny, "2020-01-10")
    visited(tiny, who, "2024-06-01")
    tiny.measured(who, "HbA1c", 7.0, "%", at="2024-01-01")
    tiny.measured(who, "systolic blood pressure", 150, "mm[Hg]", at="2024-03-31")
    answered(tiny, who, "registry:smoking", 3, "2023-01-10")
    (row,) = of(tiny, "t2dm_overdue", who)
    assert (row["hba1c"], row["systolic"], row["ldl"], row["smoking"]) == ("fresh", "overdue", "never", "fresh")
    (fresh,) = of(tiny, "t2dm_overdue", new)
    assert (fresh["hba1c"], fresh["overdue"]) == ("fresh", 0)  # 30 days to begin with
    assert of(tiny, "t2dm_overdue", gone) == []  # not seen for two years


def test_treatment_and_answers_by_their_words() -> None:
    tiny = lake()
    who = diabetic(tiny)
    gave(tiny, who, "盐酸二甲双胍片", "2024-03-01")
    answered(tiny, who, "registry:smoking", 2, "2024-01-10")
    answered(tiny, who, "registry:feet", 3, "2024-01-10")
    (row,) = of(tiny, "t2dm", who)
    assert (row["metformin"], row["insulin"], row["smoking"], row["feet"]) == (True, False, "former", "ulcer")


def test_events_of_who_is_in_by_then() -> None:
    tiny = lake()
    who = diabetic(tiny, "2024-01-10")
    tiny.visited(who, "inpatient stay", "2024-01-09", "2024-01-12")
    tiny.visited(who, "inpatient stay", "2024-03-01", "2024-03-04")
    tiny.measured(who, "glucose", 3.9, "mmol/L", at="2024-02-01")
    tiny.measured(who, "glucose", 3.8, "mmol/L", at="2024-02-02")
    assert [row["day"] for row in of(tiny, "t2dm_stay", who)] == [DAY(2024, 3, 1)]
    assert [row["day"] for row in of(tiny, "t2dm_low_glucose", who)] == [DAY(2024, 2, 2)]


def _has(tiny: TinyLake, who: object, visit: str, variable: str) -> object:
    (row,) = [one for one in of(tiny, "t2dm_visits", who) if one["visit"] == visit]  # type: ignore[arg-type]
    return row[f"has_{variable}"]
