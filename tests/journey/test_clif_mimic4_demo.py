"""MIMIC-IV demo in CLIF, as Parquet, in versions 2.x and 3.0 of the format side by side: two tellings of one truth."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from journey import raw
from journey.walked import Walked, assert_everything_is_accounted_for, assert_nothing_new, walk

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "clif_mimic4_demo.zip", tmp_path_factory.mktemp("clif"))


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "clif_mimic4_demo.zip")


@pytest.fixture(scope="module")
def tables(files: dict[str, bytes]) -> Tables:
    """Of version 2.x."""
    return {
        Path(name).stem.removeprefix("clif_"): raw.parquet_rows(content).to_pylist()
        for name, content in files.items()
        if "/3.0/" not in name
    }


@pytest.fixture(scope="module")
def persons(tables: Tables) -> dict[str, str]:
    """Whose each hospitalization is."""
    return {stay["hospitalization_id"]: stay["patient_id"] for stay in tables["hospitalization"]}


def test_every_file_and_row_is_accounted_for(walked: Walked, files: dict[str, bytes]) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert set(walked.first["units"]) == {"parquet"}
    assert walked.first["total"]["units"] == sum(raw.parquet_rows(content).num_rows for content in files.values())
    assert walked.first["waiting"] == []


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, tables: Tables) -> None:
    people = tables["patient"]
    concepts = {"male": 8507, "female": 8532}
    genders = Counter(concepts[p["sex_category"].lower()] for p in people)
    assert Counter(dict(walked.rows("SELECT gender_concept_id, count(*) FROM person GROUP BY 1"))) == genders
    died = Counter(str(p["death_dttm"].date()) for p in people if p["death_dttm"])
    assert Counter(str(day) for (day,) in walked.rows("SELECT death_date FROM death")) == died


def test_stays(walked: Walked, tables: Tables) -> None:
    stays = Counter(
        (s["admission_dttm"].replace(tzinfo=None), s["discharge_dttm"].replace(tzinfo=None))
        for s in tables["hospitalization"]
    )
    found = walked.rows("SELECT visit_start_datetime, visit_end_datetime FROM visit_occurrence")
    assert Counter((a.replace(tzinfo=None), b.replace(tzinfo=None)) for a, b in found) == stays
    places = {(a["hospitalization_id"], a["in_dttm"], a["location_name"]) for a in tables["adt"]}
    assert walked.one("SELECT count(*) FROM visit_detail") == len(places)


def test_one_truth_told_twice_is_loaded_once(walked: Walked, tables: Tables) -> None:
    """What is the same in every column that tells it apart is one event; 3.0 adds none."""
    labs = _distinct(tables["labs"], (
        "hospitalization_id", "lab_collect_dttm", "lab_result_dttm", "lab_name", "lab_category", "lab_order_category",
        "lab_value", "reference_unit",
    ))  # fmt: skip
    assert walked.one("SELECT count(*) FROM measurement WHERE measurement_type_concept_id = 32856") == len(labs)
    codes = _distinct(tables["hospital_diagnosis"], ("hospitalization_id", "diagnosis_code", "diagnosis_code_format"))
    done = _distinct(tables["patient_procedures"], (
        "hospitalization_id", "procedure_code", "procedure_code_format", "procedure_billed_dttm",
    ))  # fmt: skip
    billed = Counter(dict(walked.rows(" UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM {table} WHERE {prefix}_type_concept_id = 32821"  # EHR billing record
        for table, prefix in (("condition_occurrence", "condition"), ("observation", "observation"),
                              ("procedure_occurrence", "procedure"), ("measurement", "measurement"))
    ))))  # fmt: skip
    assert billed.total() == len(codes) + len(done)
    assert billed["procedure_occurrence"] == len(done)
    assert billed["observation"] > 0  # "history of …": a code's domain decides, not the table it was sent in


def _distinct(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> set[tuple[Any, ...]]:
    return {tuple(row[c] for c in columns) for row in rows}


def test_potassium(walked: Walked, tables: Tables) -> None:
    told = _distinct(
        [lab for lab in tables["labs"] if lab["lab_category"] == "potassium"],
        ("hospitalization_id", "lab_collect_dttm", "lab_result_dttm", "lab_name", "lab_order_category", "lab_value"),
    )
    values = raw.numbers(result[-1] for result in told)
    ((count, numbers, mean, units),) = walked.rows(
        "SELECT count(*), count(value_as_number), avg(value_as_number), count(DISTINCT unit_concept_id)"
        " FROM measurement WHERE measurement_source_value = 'potassium'"
    )
    assert (count, numbers, units) == (len(told), len(values), 1)
    assert mean == pytest.approx(statistics.fmean(values))


def test_vital_signs(walked: Walked, tables: Tables) -> None:
    """Heart rates by their LOINC concept, each at its time."""
    rates = {
        (v["hospitalization_id"], v["recorded_dttm"], v["vital_value"])
        for v in tables["vitals"]
        if v["vital_category"] == "heart_rate" and v["vital_value"] is not None and not math.isnan(v["vital_value"])
    }
    ((count, mean),) = walked.rows(
        "SELECT count(*), avg(value_as_number) FROM measurement"
        " WHERE measurement_source_value = 'heart_rate' AND measurement_concept_id = 3027018"
    )
    assert count == len(rates)
    assert mean == pytest.approx(statistics.fmean(value for _, _, value in rates))


def test_doses(walked: Walked, tables: Tables) -> None:
    """Both tables of drugs, without what was not given and the ends of infusions."""
    rows = [*tables["medication_admin_intermittent"], *tables["medication_admin_continuous"]]
    real = [r for r in rows if (r["mar_action_category"] or "").lower().replace(" ", "_") not in ("stop", "not_given")]
    doses = _distinct(real, (
        "hospitalization_id", "med_order_id", "admin_dttm", "med_name", "mar_action_name", "med_dose", "med_dose_unit",
        "med_route_name",
    ))  # fmt: skip
    assert walked.one("SELECT count(*) FROM drug_exposure") == len(doses)
    left_out = 2 * (len(rows) - len(real))  # once a version
    units = walked.reasons()
    assert sum(n for reason, n in units.items() if "infusion" in reason or reason == "not given") == left_out


def test_one_persons_labs(walked: Walked, tables: Tables, persons: dict[str, str]) -> None:
    """The person with most results has as many in the lake, over all stays."""
    results: dict[str, set[tuple[Any, ...]]] = {}
    for lab in tables["labs"]:
        key = tuple(lab[c] for c in (
            "hospitalization_id", "lab_collect_dttm", "lab_result_dttm", "lab_name", "lab_category",
            "lab_order_category", "lab_value", "reference_unit",
        ))  # fmt: skip
        results.setdefault(persons[lab["hospitalization_id"]], set()).add(key)
    found = walked.rows(
        "SELECT person_id, count(*) FROM measurement WHERE measurement_type_concept_id = 32856 GROUP BY 1"
    )
    assert sorted(n for _, n in found) == sorted(map(len, results.values()))
