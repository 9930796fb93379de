"""Definitions through the real command line: checked, run, kept fresh, explained, made up."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

STUDY = """
from medark.define import *

ILL, DRUG = concepts("illness", 201826), concept_file("药品.csv")
cohort = Cohort(
    "ill",
    conditions.of(ILL),
    [Keep("first"), Criterion("treated", drugs.of(DRUG).after(index.start, within=days(30)).exists())],
    exit=index.start_date + days(90),
)
facts = Dataset(cohort, {"drugs": drugs.of(DRUG).between(index.start_date, index.end_date).count(),
                         "age": person.age_on(index.start)})
points = Score("points", [Item("treated", drugs.exists(), 2)])
coded = Dataset(every(conditions.of(ILL)),
                {"heart": conditions.of(codes("heart", "ICD10CM", "I21", prefix=True)).exists()})
rate = Measure("rate", every(conditions.of(ILL)), numerator=drugs.after(index.start, within=days(30)).exists(),
               by={"sex": person.gender_concept_id})
"""
PERSON = ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", "race_concept_id",
          "ethnicity_concept_id")  # fmt: skip
CONDITION = ("condition_occurrence_id", "person_id", "condition_concept_id", "condition_start_date",
             "condition_type_concept_id")  # fmt: skip
DRUG = ("drug_exposure_id", "person_id", "drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date",
        "drug_type_concept_id")  # fmt: skip
PEOPLE = [(one, 8507 + 25 * (one % 2), 1960, 6, 1, 0, 0) for one in (1, 2, 3, 4)]
CONDITIONS = [
    (11, 1, 201826, "2023-01-10", 32817), (12, 1, 201826, "2023-06-10", 32817), (13, 2, 201826, "2023-02-01", 32817),
    (14, 3, 201826, "2023-03-01", 32817), (15, 4, 999, "2023-03-01", 32817),
]  # fmt: skip
DRUGS = [
    (21, 1, 1503297, "2023-01-20", "2023-01-30", 32817), (22, 1, 1503297, "2023-02-20", "2023-03-01", 32817),
    (23, 2, 1503297, "2023-05-01", "2023-05-02", 32817),
]  # fmt: skip


def medark(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "medark", *map(str, arguments)], capture_output=True, text=True)


def told(*arguments: str | Path) -> Any:
    done = medark(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(folder: Path, **tables: tuple[tuple[str, ...], list[tuple[Any, ...]]]) -> Path:
    folder.mkdir()
    for name, (header, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("definitions")
    first = write(
        folder / "first",
        person=(PERSON, PEOPLE),
        condition_occurrence=(CONDITION, CONDITIONS),
        drug_exposure=(DRUG, DRUGS),
    )
    assert medark("init", folder / "ws").returncode == 0
    told("ingest", folder / "ws", first, "--source", "hospital/omop")
    return folder / "ws"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("研究")
    (folder / "药品.csv").write_text("concept_id\n1503297\n", encoding="utf-8")
    (folder / "study.py").write_text(STUDY, encoding="utf-8")
    return folder / "study.py"


def test_check_says_what_is_read_and_what_can_change_it(study: Path) -> None:
    found = {one["name"]: one for one in told("define", "check", study)}
    assert {name: one["kind"] for name, one in found.items()} == {
        "cohort": "cohort", "facts": "dataset", "points": "score", "coded": "dataset", "rate": "measure",
    }  # fmt: skip
    assert found["cohort"]["triggers"] == ["condition_occurrence: illness", "drug_exposure: 药品"]
    assert found["rate"]["reads"]["person"] == ["gender_concept_id", "person_id"]
    assert "illness" in found["cohort"]["meaning"]
    assert "队列" in medark("--language", "zh", "define", "check", study).stdout


def test_a_cohort_with_its_attrition(place: Path, study: Path) -> None:
    answer = told("run", place, study, "--name", "cohort", "--today", "2024-07-01")
    assert [(one["entries"], one["people"]) for one in answer["attrition"]] == [(4, 3), (3, 3), (1, 1)]
    (stay,) = answer["rows"]
    assert (stay["person_id"], stay["entry_start"][:10], stay["entry_end"][:10]) == (1, "2023-01-10", "2023-04-10")
    assert answer["provenance"]["engine"] == "duckdb"


def test_a_dataset_in_each_form_of_file(place: Path, study: Path, tmp_path: Path) -> None:
    for ending in ("parquet", "csv", "xlsx", "jsonl"):
        out = tmp_path / f"结果.{ending}"
        done = medark("run", place, study, "--name", "facts", "--out", out)
        assert done.returncode == 0, done.stderr
        assert out.stat().st_mode & 0o777 == 0o600
    (row,) = pq.read_table(tmp_path / "结果.parquet").to_pylist()
    assert (row["drugs"], row["age"]) == (2, 62)


def test_on_the_terminal_what_is_asked_for_comes_before_the_keys_of_visits(place: Path, study: Path) -> None:
    done = medark("--language", "zh", "run", place, study, "--name", "facts")
    names = done.stdout.splitlines()[0].split()
    assert names[:5] == ["person_id", "entry_start", "entry_end", "drugs", "age"]
    assert set(names[5:]) == {"entry_id", "visit_occurrence_id"}


def test_a_measure_by_group(place: Path, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = told("run", place, study, "--name", "rate")
    assert {(row["denominator"], row["numerator"]) for row in few["rows"]} == {(None, None)}
    assert any("counts of a few people" in rule for rule in few["rules"])
    monkeypatch.setenv("MEDARK_ACCESS_LEAST_COUNT", "0")
    rows = told("run", place, study, "--name", "rate")["rows"]
    assert sorted((row["sex"], row["denominator"], row["numerator"]) for row in rows) == [(8507, 1, 0), (8532, 3, 1)]


def test_on_spark_as_on_duckdb(place: Path, study: Path) -> None:
    here = told("run", place, study, "--name", "facts", "--today", "2024-07-01")
    there = told("run", place, study, "--name", "facts", "--today", "2024-07-01", "--engine", "spark")
    assert there["rows"] == here["rows"]
    assert there["provenance"] == {**here["provenance"], "engine": "spark"}


def test_why_a_person_is_in_or_not(place: Path, study: Path) -> None:
    inside = told("explain", place, study, "--name", "cohort", "--person", "1")
    first, second = inside["candidates"]
    assert [step["passed"] for step in first["steps"]] == [True, True]
    assert first["steps"][1]["evidence"] == [{"table": "drug_exposure", "key": 21}]
    assert [step["passed"] for step in second["steps"]] == [False]
    assert len(inside["stays"]) == 1
    outside = told("explain", place, study, "--name", "cohort", "--person", "2")
    (candidate,) = outside["candidates"]
    assert [(step["name"], step["passed"]) for step in candidate["steps"]] == [("first", True), ("treated", False)]
    assert outside["stays"] == []


@pytest.mark.parametrize("asked", [("run",), ("explain", "--person", "1")], ids=["run", "explain"])
def test_a_set_that_has_codes_and_no_concepts_is_no_answer_unless_it_may_be_empty(
    asked: tuple[str, ...], place: Path, study: Path
) -> None:
    command, *more = asked
    refused = medark(command, place, study, "--name", "coded", *more)
    assert refused.returncode != 0
    assert 'the concept set "heart" has no standard concept here' in refused.stderr
    answer = told(command, place, study, "--name", "coded", *more, "--empty-sets")
    first = answer["rows"][0] if command == "run" else answer[0]["variables"]
    assert first["heart"] in (False, {"value": False, "evidence": []})


def test_an_answer_is_kept_fresh_by_asking_those_with_new_rows(
    tmp_path: Path, study: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path / "ws"
    base = write(
        tmp_path / "a",
        person=(PERSON, PEOPLE),
        condition_occurrence=(CONDITION, CONDITIONS),
        drug_exposure=(DRUG, DRUGS),
    )
    assert medark("init", place).returncode == 0
    told("ingest", place, base, "--source", "hospital/omop")
    out = tmp_path / "cohort.parquet"
    day = ("--name", "cohort", "--out", out, "--today", "2024-07-01")
    assert medark("run", place, study, *day).returncode == 0
    more = write(tmp_path / "b", drug_exposure=(DRUG, [(24, 2, 1503297, "2023-02-11", "2023-02-12", 32817)]))
    told("ingest", place, more, "--source", "hospital/omop")
    done = medark("run", place, study, *day, "--update")
    assert "1 person was asked again" in done.stderr, done.stderr
    kept = pq.read_table(out).to_pylist()
    assert medark("run", place, study, *day).returncode == 0
    whole = pq.read_table(out).to_pylist()
    by_entry = lambda row: row["entry_id"]  # noqa: E731
    assert sorted(kept, key=by_entry) == sorted(whole, key=by_entry)
    assert {row["person_id"] for row in whole} == {1, 2}


def test_people_are_made_up_for_a_study(study: Path, tmp_path: Path) -> None:
    made = told("dummy", study, "--name", "cohort", "--size", "20", "--out", tmp_path / "made_up")
    assert made["branches"]["untaken"] == []
    assert {Path(file).stem for file in made["files"]} == {"person", "condition_occurrence", "drug_exposure"}
    again = told("dummy", study, "--name", "cohort", "--size", "20")
    assert again["rows"] == made["rows"]


SLIPS = {
    "several": (("run", "WS", "STUDY"), "--name cohort | facts | points | coded | rate"),
    "no population": (("run", "WS", "STUDY", "--name", "points"), "does not say whom it is asked for"),
    "no engine": (("run", "WS", "STUDY", "--name", "cohort", "--engine", "oracle"), "--engine duckdb"),
    "no day": (("run", "WS", "STUDY", "--name", "cohort", "--today", "soon"), "--today 2024-07-01"),
    "no file": (("run", "WS", "none.py"), "no such file"),
    "no person": (("explain", "WS", "STUDY", "--name", "cohort"), "--person ID"),
    "an unknown person": (("explain", "WS", "STUDY", "--name", "cohort", "--person", "77"), "nobody goes by this name"),
    "nothing to keep fresh": (("run", "WS", "STUDY", "--name", "cohort", "--update", "--out", "x.parquet"), "--update"),
}


@pytest.mark.parametrize(("arguments", "said"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_told_with_what_to_type(arguments: tuple[str, ...], said: str, place: Path, study: Path) -> None:
    places = {"WS": place, "STUDY": study}
    done = medark(*(places.get(one, one) for one in arguments))
    assert done.returncode in (2, 4)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
