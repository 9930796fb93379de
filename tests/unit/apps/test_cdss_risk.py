"""Risks: the published example cases, every band's edges, and ranges where something is not known.

Cases are worked out by hand from: Goff 2014 (Circulation 129 Suppl 2:S49, Table A), Lip 2010 (Chest 137:263),
Lindström 2003 (Diabetes Care 26:725), Inker 2021 (N Engl J Med 385:1737).
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from cdss_known import LIPIDS, TRUTHS, answer, asked, born, clinic, measured, risk
from medark.sdk.testing import Patient, TinyLake


def known(lake: TinyLake, sex: str, age: int = 55, **truths: float) -> Patient:
    """Somebody of whom everything is known."""
    who = lake.person(born(age), sex)
    measured(lake, who, **LIPIDS)
    for item in TRUTHS:
        answer(lake, who, item, truths.get(item, 0.0))
    return who


# Goff 2014, Table A: 55 years, cholesterol 213, HDL 50, untreated 120 mmHg, no diabetes, no smoker.
@pytest.mark.parametrize(
    ("group", "sex", "published"),
    [("white", "F", 0.021), ("black", "F", 0.030), ("white", "M", 0.053), ("black", "M", 0.061)],
)
def test_the_four_published_cases_of_the_pooled_cohort_equations(group: str, sex: str, published: float) -> None:
    lake = clinic()
    known(lake, sex)
    (row,) = risk(lake, "pce", pce_equations=group)
    assert row["least"] == row["most"]
    assert row["least"] == pytest.approx(published, abs=0.001)


def test_units_of_china_give_the_same_risk() -> None:
    lake = clinic()
    who = lake.person(born(55), "M")
    measured(lake, who, total_cholesterol=(213 / 38.665, "mmol/L"), hdl=(50 / 38.665, "mmol/L"),
             systolic=(120.0, "mm[Hg]"))  # fmt: skip
    for item in TRUTHS:
        answer(lake, who, item, 0.0)
    assert risk(lake, "pce")[0]["least"] == pytest.approx(0.0538, abs=1e-4)


def test_every_input_changes_the_risk_as_the_coefficients_say() -> None:
    """Of a white man of 55: the sum rises by 7.837 - 1.795 ln 55 for smoking, 0.658 for diabetes, 0.033 ln 120 if
    treated.
    """
    lake = clinic()
    for truths in ({}, {"smoker": 1.0}, {"diabetes": 1.0}, {"treated": 1.0}):
        known(lake, "M", **truths)
    plain, *others = [math.log(-math.log(1 - row["least"])) for row in risk(lake, "pce")]
    added = [7.837 - 1.795 * math.log(55), 0.658, (1.797 - 1.764) * math.log(120)]
    assert [other - plain for other in others] == pytest.approx(added, abs=1e-9)


@pytest.mark.parametrize(("age", "suits"), [(39, False), (40, True), (79, True), (80, False)])
def test_it_is_made_for_40_to_79_years(age: int, suits: bool) -> None:
    lake = clinic()
    known(lake, "F", age)
    (row,) = risk(lake, "pce")
    assert (row["suits"], row["least"] is not None) == (suits, suits)


def test_it_is_not_made_for_who_has_the_disease() -> None:
    lake = clinic()
    known(lake, "F", cardiovascular=1.0)
    diagnosed = lake.person(born(60), "M")
    lake.row("condition_occurrence", diagnosed, "x", at="2020-01-01", condition_source_value="I25.103")
    assert [row["suits"] for row in risk(lake, "pce")] == [False, False]


def test_a_truth_that_is_not_known_gives_a_range_and_a_number_that_is_not_known_gives_nothing() -> None:
    lake = clinic()
    smokes, not_smokes = known(lake, "M", smoker=1.0), known(lake, "M")
    open_, without = lake.person(born(55), "M"), lake.person(born(55), "M")
    measured(lake, open_, **LIPIDS)
    measured(lake, without, total_cholesterol=(213.0, "mg/dL"), systolic=(120.0, "mm[Hg]"))
    for item in TRUTHS:
        if item != "smoker":
            answer(lake, open_, item, 0.0)
        answer(lake, without, item, 0.0)
    rows = {row["person_id"]: row for row in risk(lake, "pce")}
    ends = (rows[not_smokes.person_id]["least"], rows[smokes.person_id]["least"])
    assert (rows[open_.person_id]["least"], rows[open_.person_id]["most"]) == pytest.approx(ends, abs=1e-12)
    assert rows[open_.person_id]["in_smoker"] is None
    assert (rows[without.person_id]["least"], rows[without.person_id]["in_hdl"]) == (None, None)


def test_a_range_is_in_order_even_where_smoking_lowers_the_sum() -> None:
    """7.837 - 1.795 ln 79 = -0.006: at 79 a white man's equation falls with smoking."""
    lake = clinic()
    who = lake.person(born(79), "M")
    measured(lake, who, **LIPIDS)
    for item in TRUTHS:
        if item != "smoker":
            answer(lake, who, item, 0.0)
    (row,) = risk(lake, "pce")
    assert row["least"] < row["most"]


@pytest.mark.parametrize(
    ("share", "band"),
    [(0.0499, "low"), (0.05, "borderline"), (0.0749, "borderline"), (0.075, "intermediate"), (0.199, "intermediate"),
     (0.2, "high")],
)  # fmt: skip
def test_bands_of_the_pooled_cohort_equations(share: float, band: str) -> None:
    assert _band("pce", share) == band


def test_silence_means_no_disease_only_where_diagnoses_are_in() -> None:
    lake = clinic()
    silent, seen = lake.person(born(70)), lake.person(born(70))
    lake.row("condition_occurrence", seen, "x", at="2024-01-01", condition_source_value="J06.900")
    rows = risk(lake, "pce")
    assert [(row["suits"], row["in_diabetes"]) for row in rows] == [(None, None), (True, False)]
    assert silent.person_id == rows[0]["person_id"]


# -- CHA2DS2-VASc --------------------------------------------------------------------------------------------------


def fibrillates(lake: TinyLake, age: int, sex: str, *codes: str) -> Patient:
    who = lake.person(born(age), sex)
    for code in ("I48.900", *codes):
        lake.row("condition_occurrence", who, "x", at="2024-01-01", condition_source_value=code)
    return who


@pytest.mark.parametrize(
    ("age", "sex", "codes", "points"),
    [
        (64, "M", (), 0), (65, "M", (), 1), (74, "M", (), 1), (75, "M", (), 2), (64, "F", (), 1),
        (50, "M", ("I50.900",), 1), (50, "M", ("I10.x00x002",), 1), (50, "M", ("E11.900",), 1),
        (50, "M", ("I63.900",), 2),
        (50, "M", ("G45.900",), 2), (50, "M", ("I25.200",), 1), (50, "M", ("J06.900",), 0),
        (80, "F", ("I50.900", "I10", "E11.9", "I63.9", "I70.2"), 9),  # all of it
        (50, "M", ("I63.900", "G45.900"), 2),  # one item, two diagnoses
    ],
)  # fmt: skip
def test_points_of_cha2ds2_vasc(age: int, sex: str, codes: tuple[str, ...], points: int) -> None:
    lake = clinic()
    fibrillates(lake, age, sex, *codes)
    (row,) = risk(lake, "cha2ds2_vasc")
    assert (row["suits"], row["least"], row["most"]) == (True, points, points)
    assert row["least_band"] == {0: "low", 1: "moderate"}.get(points, "high")


def test_it_is_asked_of_who_has_atrial_fibrillation() -> None:
    lake = clinic()
    healthy, unknown = lake.person(born(70)), lake.person(born(70))
    lake.row("condition_occurrence", healthy, "x", at="2024-01-01", condition_source_value="J06.900")
    answer(lake, unknown, "atrial_fibrillation", 1.0)
    first, second = risk(lake, "cha2ds2_vasc")
    assert (first["suits"], first["least"]) == (False, None)
    # 70 years and female: 2. Heart failure, hypertension, diabetes, vascular disease 1 each and stroke 2 are not known.
    assert (second["suits"], second["least"], second["most"]) == (True, 2, 8)


# -- FINDRISC ------------------------------------------------------------------------------------------------------


ASKED = ("inactive", "few_vegetables", "antihypertensives", "high_glucose", "family_first", "family_second")


def free(lake: TinyLake, age: int, sex: str = "M", mass: float = 22.0, waist: float = 70.0, **items: float) -> None:
    who = lake.person(born(age), sex)
    measured(lake, who, waist=(waist, "cm"))
    lake.measured(who, "body mass index", mass, "kg/m2", at="2024-07-01 09:00")
    told = dict.fromkeys(
        (
            "inactive",
            "few_vegetables",
            "antihypertensives",
            "high_glucose",
            "family_first",
            "family_second",
            "diabetes",
        ),
        0.0,
    )
    for item, value in {**told, **items}.items():
        answer(lake, who, item, value)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ({"age": 44}, 0), ({"age": 45}, 2), ({"age": 54}, 2), ({"age": 55}, 3), ({"age": 64}, 3), ({"age": 65}, 4),
        ({"age": 30, "mass": 24.9}, 0), ({"age": 30, "mass": 25.0}, 1), ({"age": 30, "mass": 30.0}, 1),
        ({"age": 30, "mass": 30.1}, 3),
        ({"age": 30, "waist": 93.9}, 0), ({"age": 30, "waist": 94.0}, 3), ({"age": 30, "waist": 102.0}, 3),
        ({"age": 30, "waist": 102.1}, 4),
        ({"age": 30, "sex": "F", "waist": 79.9}, 0), ({"age": 30, "sex": "F", "waist": 80.0}, 3),
        ({"age": 30, "sex": "F", "waist": 88.0}, 3), ({"age": 30, "sex": "F", "waist": 88.1}, 4),
        ({"age": 30, "inactive": 1.0}, 2), ({"age": 30, "few_vegetables": 1.0}, 1),
        ({"age": 30, "antihypertensives": 1.0}, 2), ({"age": 30, "high_glucose": 1.0}, 5),
        ({"age": 30, "family_first": 1.0}, 5), ({"age": 30, "family_second": 1.0}, 3),
        ({"age": 30, "family_first": 1.0, "family_second": 1.0}, 5),  # the nearer counts
        ({"age": 70, "mass": 31.0, "waist": 110.0, "inactive": 1.0, "few_vegetables": 1.0, "antihypertensives": 1.0,
          "high_glucose": 1.0, "family_first": 1.0}, 26),  # the most that there is
    ],
)  # fmt: skip
def test_points_of_findrisc(told: dict[str, Any], points: int) -> None:
    lake = clinic()
    free(lake, **told)
    (row,) = risk(lake, "findrisc")
    assert (row["least"], row["most"]) == (points, points)


@pytest.mark.parametrize(
    ("points", "band"),
    [(0, "low"), (6, "low"), (7, "slightly_elevated"), (11, "slightly_elevated"), (12, "moderate"), (14, "moderate"),
     (15, "high"), (20, "high"), (21, "very_high"), (26, "very_high")],
)  # fmt: skip
def test_bands_of_findrisc(points: int, band: str) -> None:
    assert _band("findrisc", points) == band


def test_weight_and_height_tell_body_mass_and_results_tell_glucose() -> None:
    lake = clinic()
    who = lake.person(born(30), "M")
    lake.measured(who, "weight", 100.0, "kg", at="2024-06-01")
    lake.measured(who, "height", 180.0, "cm", at="2024-06-01")
    lake.measured(who, "fasting glucose", 6.1, "mmol/L", at="2019-06-01")
    answer(lake, who, "diabetes", 0.0)
    (row,) = risk(lake, "findrisc")
    assert (row["in_bmi_over_30"], row["in_high_glucose"], row["least"]) == (True, True, 8)


def test_who_has_diabetes_is_not_asked() -> None:
    lake = clinic()
    free(lake, 50, diabetes=1.0)
    assert risk(lake, "findrisc")[0]["suits"] is False


# -- kidneys, China-PAR ---------------------------------------------------------------------------------------------


# Worked out from Inker 2021: 142 × min(Scr/κ, 1)^α × max(Scr/κ, 1)^-1.2 × 0.9938^age × 1.012 if female.
@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "filtration"),
    [(1.0, 50, "F", 68.6), (1.0, 50, "M", 91.7), (0.6, 30, "F", 123.8), (0.8, 30, "M", 122.1), (2.5, 70, "M", 27.0)],
)
def test_filtration(creatinine: float, age: int, sex: str, filtration: float) -> None:
    lake = clinic()
    who = lake.person(born(age), sex)
    measured(lake, who, creatinine=(creatinine, "mg/dL"))
    assert risk(lake, "egfr")[0]["least"] == pytest.approx(filtration, abs=0.05)


@pytest.mark.parametrize(
    ("value", "stage"),
    [(14.9, "G5"), (15, "G4"), (29.9, "G4"), (30, "G3b"), (44.9, "G3b"), (45, "G3a"), (59.9, "G3a"), (60, "G2"),
     (89.9, "G2"), (90, "G1")],
)  # fmt: skip
def test_stages_of_filtration(value: float, stage: str) -> None:
    assert _band("egfr", value) == stage


def test_the_equation_of_china_is_off_until_a_place_wants_it() -> None:
    lake = clinic()
    who = known(lake, "M")
    measured(lake, who, waist=(80.0, "cm"))
    (off,) = risk(lake, "china_par")
    assert (off["suits"], off["least"]) == (False, None)
    (row,) = risk(lake, "china_par", china_par=True)
    terms = (31.97 * math.log(55) + 26.15 * math.log(120) + 0.62 * math.log(213) - 0.69 * math.log(50)
             - 0.71 * math.log(80) - 5.73 * math.log(55) * math.log(120))  # fmt: skip
    assert row["least"] == row["most"] == pytest.approx(1 - 0.9707 ** math.exp(terms - 140.68))


@pytest.mark.parametrize(("share", "band"), [(0.0499, "low"), (0.05, "moderate"), (0.0999, "moderate"), (0.1, "high")])
def test_bands_of_the_equation_of_china(share: float, band: str) -> None:
    assert _band("china_par", share) == band


def _band(name: str, value: float) -> str:
    return asked()[name].band(value).name
