"""COPD and lung cancer by hand: grades, groups and stages at their edges."""

from __future__ import annotations

from typing import Any

import pytest

from medark.sdk.testing import TinyLake
from medark.sdk.testing.tiny_lake import Patient
from registry_people import answered, lake, made


def ill(tiny: TinyLake, code: str) -> Patient:
    """Somebody with a diagnosis by its code."""
    who = tiny.person("1950-01-01", "M")
    tiny.row("condition_occurrence", who, "some code", at="2024-01-10", condition_source_value=code)
    return who


def row(tiny: TinyLake, name: str) -> dict[str, Any]:
    """The only row of a dataset."""
    (found,) = tiny.dataset(made(), name)
    return found


# GOLD 2025: FEV1 80 and more, 50 to 79, 30 to 49, under 30 per cent of what is predicted.
@pytest.mark.parametrize(
    ("percent", "grade"),
    [(80, "gold_1"), (79.9, "gold_2"), (50, "gold_2"), (49.9, "gold_3"), (30, "gold_3"), (29.9, "gold_4")],
)
def test_grade_by_lung_function(percent: float, grade: str) -> None:
    tiny = lake()
    who = ill(tiny, "J44.9")
    tiny.row("measurement", who, "", at="2024-02-01", measurement_source_value="20152-5", value_as_number=percent,
             unit_concept_id=8554)  # fmt: skip
    assert row(tiny, "copd")["gold_grade"] == grade


# GOLD 2025: E two moderate exacerbations or one to hospital; else B mMRC 2 or CAT 10; else A.
@pytest.mark.parametrize(
    ("told", "group"),
    [
        ({"exacerbations": 1, "exacerbation_stays": 0, "mmrc": 1, "cat": 9}, "A"),
        ({"exacerbations": 1, "exacerbation_stays": 0, "mmrc": 2, "cat": 9}, "B"),
        ({"exacerbations": 1, "exacerbation_stays": 0, "mmrc": 1, "cat": 10}, "B"),
        ({"exacerbations": 2, "mmrc": 0, "cat": 0}, "E"),
        ({"exacerbations": 0, "exacerbation_stays": 1}, "E"),
        ({"exacerbations": 0, "exacerbation_stays": 0}, None),
        ({"mmrc": 3, "cat": 20}, None),
    ],
)
def test_group_by_exacerbations_and_symptoms(told: dict[str, float], group: str | None) -> None:
    tiny = lake()
    who = ill(tiny, "J44.1")
    for item, value in told.items():
        answered(tiny, who, f"registry:{item}", value, "2024-02-01")
    assert row(tiny, "copd")["gold_group"] == group
    assert [one["day"].isoformat() for one in tiny.dataset(made(), "copd_exacerbation")] == ["2024-01-10"]


# The twelve stages of UICC 8 in their order: 0, IA1 … IVB.
@pytest.mark.parametrize(
    ("place", "stage", "group"),
    [(1, "0", "early"), (7, "IIB", "early"), (8, "IIIA", "local"), (10, "IIIC", "local"), (11, "IVA", "spread"),
     (12, "IVB", "spread"), (13, None, None)],
)  # fmt: skip
def test_stage_and_its_group(place: int, stage: str | None, group: str | None) -> None:
    tiny = lake()
    answered(tiny, ill(tiny, "C34.1"), "registry:lung_stage", place, "2024-02-01")
    found = row(tiny, "lung_cancer")
    assert (found["stage"], found["stage_group"]) == (stage, group)


def test_operations_and_drugs_of_lung_cancer() -> None:
    tiny = lake()
    who = ill(tiny, "C34.9")
    for day, code in (("2024-02-01", "32.4100"), ("2024-03-01", "33.2400")):
        tiny.row("procedure_occurrence", who, "", at=day, procedure_source_value=code)
    tiny.row("drug_exposure", who, "", at="2024-02-10", until="2024-02-10", drug_source_value="吉非替尼片")
    found = row(tiny, "lung_cancer")
    assert (found["operated"].isoformat(), found["egfr_tki"], found["immune"]) == ("2024-02-01", True, False)
    assert len(tiny.dataset(made(), "lung_cancer_operation")) == 1
