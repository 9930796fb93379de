"""MIMIC-IV demo: Charlson, Elixhauser and readmission as loops over the raw files have them"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from golden.definitions.asked import ask, comorbidity, csv_rows, grouped, moment, told, workspace

TABLES = ("person", "visit_occurrence", "condition_occurrence", "death", "observation_period")
INPATIENT = {"9201", "262", "8717"}


@pytest.fixture(scope="module")
def raw(shared_data: Callable[[str], Path]) -> dict[str, list[dict[str, str]]]:
    (folder,) = {path.parent for path in shared_data("omop_mimic_iv_demo").rglob("condition_occurrence.csv")}
    return {name: csv_rows(folder / f"{name}.csv") for name in TABLES}


@pytest.fixture(scope="module")
def place(shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    (folder,) = {path.parent for path in shared_data("omop_mimic_iv_demo").rglob("condition_occurrence.csv")}
    return workspace(tmp_path_factory.mktemp("mimic_iv"), (folder / f"{name}.csv" for name in TABLES), "mimic_iv")


def icd9(row: dict[str, str]) -> bool:
    """OMOP's ids of ICD9CM lie together: an independent way to tell the two code systems apart."""
    return 44_800_000 <= int(row["condition_source_concept_id"]) < 44_900_000


@pytest.mark.parametrize("score", ["charlson", "elixhauser"])
def test_comorbidity(score: str, place: Path, raw: dict[str, list[dict[str, str]]], tmp_path: Path) -> None:
    by_visit = grouped(raw["condition_occurrence"], lambda row: row["visit_occurrence_id"])
    expected = {
        int(visit["visit_occurrence_id"]): comorbidity(
            score,
            (
                (row["condition_source_value"].strip(), icd9(row))
                for row in by_visit.get(visit["visit_occurrence_id"], [])
            ),
        )
        for visit in raw["visit_occurrence"]
    }
    found = {row["entry_id"]: told(row) for row in ask(place, score, "admissions", tmp_path)}
    assert found == expected
    assert sum(points > 0 for points, _ in expected.values()) > 100


def test_readmission_within_30_days(place: Path, raw: dict[str, list[dict[str, str]]], tmp_path: Path) -> None:
    stays = [row for row in raw["visit_occurrence"] if row["visit_concept_id"] in INPATIENT]
    by_person = grouped(stays, lambda row: row["person_id"])
    sex = {row["person_id"]: int(row["gender_concept_id"]) for row in raw["person"]}
    died = {row["person_id"]: row["death_date"] for row in raw["death"]}
    expected: dict[tuple[str, int], list[int]] = {}
    for stay in stays:
        end = moment(stay["visit_end_datetime"] or stay["visit_end_date"])
        key = (f"{stay['visit_start_date'][:4]}-01-01", sex[stay["person_id"]])
        counts = expected.setdefault(key, [0, 0, 0])
        if died.get(stay["person_id"], "9999") <= stay["visit_end_date"]:
            counts[1] += 1
            continue
        others = by_person[stay["person_id"]]
        gaps = [
            (moment(other["visit_start_datetime"] or other["visit_start_date"]) - end).total_seconds()
            for other in others
        ]
        counts[0] += 1
        counts[2] += any(0 < gap <= 30 * 86400 for gap in gaps)
    found = {
        (row["period"].isoformat(), row["sex"]): [row["denominator"], row["excluded"], row["numerator"]]
        for row in ask(place, "readmission", "readmission", tmp_path)
    }
    assert found == expected
    assert sum(counts[2] for counts in expected.values()) > 0
