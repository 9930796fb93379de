"""MIMIC-III demo: Charlson, Elixhauser and acute kidney injury as loops over the raw files have them"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from golden.definitions.asked import ask, comorbidity, csv_rows, grouped, medark, moment, told, workspace

TABLES = ("PATIENTS", "ADMISSIONS", "DIAGNOSES_ICD", "LABEVENTS", "D_LABITEMS", "D_ICD_DIAGNOSES")
CREATININE = "50912"
UMOL_PER_MG = 1000 / 113.12 * 10  # mg/dL of creatinine (113.12 g/mol) in umol/L


@pytest.fixture(scope="module")
def folder(shared_data: Callable[[str], Path]) -> Path:
    (found,) = {path.parent for path in shared_data("mimic3_demo").rglob("ADMISSIONS.csv")}
    return found


@pytest.fixture(scope="module")
def place(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("mimic_iii"), (folder / f"{name}.csv" for name in TABLES), "mimic_iii")


@pytest.fixture(scope="module")
def admission_of(place: Path, tmp_path_factory: pytest.TempPathFactory, folder: Path) -> dict[int, str]:
    """Visits by the number of their admission: of one person, by when they start."""
    out = tmp_path_factory.mktemp("visits") / "visits.parquet"
    sql = "SELECT visit_occurrence_id, person_id, visit_start_datetime, visit_end_datetime FROM visit_occurrence"
    medark("query", place, sql, "--out", out)
    starts = {(row["admittime"], row["dischtime"]): row["hadm_id"] for row in csv_rows(folder / "ADMISSIONS.csv")}
    visits = pq.read_table(out).to_pylist()
    found = {
        visit["visit_occurrence_id"]: starts.get((str(visit["visit_start_datetime"]), str(visit["visit_end_datetime"])))
        for visit in visits
    }
    return {visit: admission for visit, admission in found.items() if admission}


@pytest.mark.parametrize("score", ["charlson", "elixhauser"])
def test_comorbidity(score: str, place: Path, folder: Path, admission_of: dict[int, str], tmp_path: Path) -> None:
    codes = grouped(csv_rows(folder / "DIAGNOSES_ICD.csv"), lambda row: row["hadm_id"])
    expected = {
        admission: comorbidity(score, ((row["icd9_code"], True) for row in rows)) for admission, rows in codes.items()
    }
    rows = ask(place, score, "admissions", tmp_path)
    found = {admission_of[row["entry_id"]]: told(row) for row in rows if row["entry_id"] in admission_of}
    assert found == expected
    assert len(expected) == 129


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+(\.[0-9]+)?", text))


def kidney_injury(tests: list[tuple[dt.datetime, float]]) -> dict[str, Any]:
    """By creatinine in mg/dL: stage, greatest rise within 48 hours in umol/L, greatest ratio within 7 days."""
    pairs = [(one, two) for one in tests for two in tests if two[0] > one[0]]
    rises = [two[1] - one[1] for one, two in pairs if two[0] - one[0] <= dt.timedelta(hours=48)]
    ratios = [two[1] / one[1] for one, two in pairs if (two[0].date() - one[0].date()).days <= 7 and one[1]]
    rise, ratio = max(rises, default=None), max(ratios, default=None)
    injured = (rise is not None and rise >= 26.5) or (ratio is not None and ratio >= 1.5)
    highest = max((value for _, value in tests), default=0)
    stage = None if not tests else 0
    if injured:
        stage = 3 if (ratio or 0) >= 3 or highest >= 353.6 else 2 if (ratio or 0) >= 2 else 1
    return {"tests": len(tests), "rise": rise, "ratio": ratio, "stage": stage}


def test_acute_kidney_injury(place: Path, folder: Path, admission_of: dict[int, str], tmp_path: Path) -> None:
    admissions = {row["hadm_id"]: row for row in csv_rows(folder / "ADMISSIONS.csv")}
    labs = [
        row for row in csv_rows(folder / "LABEVENTS.csv") if row["itemid"] == CREATININE and is_number(row["value"])
    ]
    by_person = grouped(labs, lambda row: row["subject_id"])
    found = {
        admission_of[row["entry_id"]]: row
        for row in ask(place, "acute_kidney_injury", "kidney_injury", tmp_path)
        if row["entry_id"] in admission_of
    }
    assert len(found) == len(admissions) == 129
    stages = set()
    for number, admission in admissions.items():
        start, end = moment(admission["admittime"]), moment(admission["dischtime"])
        tests = [
            (moment(row["charttime"]), float(row["value"]) * UMOL_PER_MG)
            for row in by_person.get(admission["subject_id"], [])
            if start <= moment(row["charttime"]) <= end
        ]
        expected = kidney_injury(tests)
        assert {name: found[number][name] for name in expected} == pytest.approx(expected, nan_ok=True), number
        stages.add(expected["stage"])
    assert stages >= {0, 1, 2, 3}
