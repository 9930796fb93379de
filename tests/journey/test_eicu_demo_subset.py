"""eICU demo: real intensive care stays of many hospitals, told in minutes from admission to the unit."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from pathlib import Path

import pytest

from journey import raw
from journey.walked import Walked, assert_everything_is_accounted_for, assert_nothing_new, walk

Tables = dict[str, list[raw.Row]]


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "eicu_demo_subset.zip", tmp_path_factory.mktemp("eicu"))


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "eicu_demo_subset.zip")


@pytest.fixture(scope="module")
def tables(files: dict[str, bytes]) -> Tables:
    return {Path(n).stem: raw.csv_rows(content) for n, content in files.items()}


@pytest.fixture(scope="module")
def stays(tables: Tables) -> dict[str, raw.Row]:
    return {stay["patientunitstayid"]: stay for stay in tables["patient"]}


def _at(stay: raw.Row, minutes: str) -> dt.datetime:
    """A time, `minutes` from unit admission, in a stay put at 1 January of the year it ended, at 1 July if in death."""
    day = "07-01" if stay["hospitaldischargestatus"] == "Expired" else "01-01"
    begun = dt.datetime.fromisoformat(f"{stay['hospitaldischargeyear']}-{day} {stay['hospitaladmittime24']}")
    return begun + dt.timedelta(minutes=int(minutes) - int(stay["hospitaladmitoffset"]))


def test_every_file_and_row_is_accounted_for(walked: Walked, files: dict[str, bytes], tables: Tables) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert set(walked.first["units"]) == {"delimited"}
    assert walked.first["total"]["units"] == sum(map(len, tables.values()))
    assert walked.first["total"]["not_understood"] == 0


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, tables: Tables) -> None:
    people = {stay["uniquepid"]: stay for stay in tables["patient"]}
    concepts = {"Male": 8507, "Female": 8532}
    genders = Counter(concepts[p["gender"]] for p in people.values())
    assert Counter(dict(walked.rows("SELECT gender_concept_id, count(*) FROM person GROUP BY 1"))) == genders
    possible: dict[str, set[int]] = {}
    for stay in tables["patient"]:
        age = 90 if stay["age"] == "> 89" else int(stay["age"])
        possible.setdefault(stay["uniquepid"], set()).add(int(stay["hospitaldischargeyear"]) - age)
    certain = Counter(years.copy().pop() for years in possible.values() if len(years) == 1)
    found = Counter(dict(walked.rows("SELECT year_of_birth, count(*) FROM person GROUP BY 1")))
    assert found.total() == len(people)
    assert certain <= found
    assert set(found) <= set().union(*possible.values())


def test_stays(walked: Walked, tables: Tables) -> None:
    hospital = {s["patienthealthsystemstayid"]: s for s in tables["patient"]}
    assert walked.one("SELECT count(*) FROM visit_occurrence") == len(hospital)
    assert walked.one("SELECT count(*) FROM visit_detail") == len(tables["patient"]) == 174
    minutes = sum(int(s["unitdischargeoffset"]) for s in tables["patient"])
    assert (
        walked.one(
            "SELECT sum(date_diff('minute', visit_detail_start_datetime, visit_detail_end_datetime)) FROM visit_detail"
        )
        == minutes
    )
    died = {s["uniquepid"] for s in tables["patient"] if s["hospitaldischargestatus"] == "Expired"}
    assert walked.one("SELECT count(*) FROM death") == len(died)


def test_hospitals(walked: Walked, tables: Tables) -> None:
    wards = {(s["hospitalid"], s["wardid"]) for s in tables["patient"]}
    hospitals = {h["hospitalid"] for h in tables["hospital"]} | {hospital for hospital, _ in wards}
    assert walked.one("SELECT count(*) FROM care_site") == len(wards) + len(hospitals)


def test_labs(walked: Walked, tables: Tables, stays: dict[str, raw.Row]) -> None:
    labs = [lab for lab in tables["lab"] if lab["patientunitstayid"] in stays]
    assert len(labs) == len(tables["lab"])
    assert walked.one("SELECT count(*) FROM measurement WHERE measurement_type_concept_id = 32856") == len(labs)
    potassium = raw.numbers(lab["labresult"] for lab in labs if lab["labname"] == "potassium")
    ((count, mean, low, high, units),) = walked.rows(
        "SELECT count(*), avg(value_as_number), min(value_as_number), max(value_as_number),"
        " count(DISTINCT unit_concept_id) FROM measurement WHERE measurement_source_value = 'potassium'"
    )
    assert (count, low, high, units) == (len(potassium), min(potassium), max(potassium), 1)
    assert mean == pytest.approx(statistics.fmean(potassium))


def test_times_within_a_stay(walked: Walked, tables: Tables, stays: dict[str, raw.Row]) -> None:
    """Every laboratory result is at its true distance from the beginning of its unit stay."""
    told = Counter(_at(stays[lab["patientunitstayid"]], lab["labresultoffset"]) for lab in tables["lab"])
    found = Counter(
        at for (at,) in walked.rows(
            "SELECT measurement_datetime FROM measurement WHERE measurement_type_concept_id = 32856"
        )
    )  # fmt: skip
    assert found == told


def test_diagnoses_and_treatments(walked: Walked, tables: Tables) -> None:
    chosen = walked.rows(
        "SELECT condition_source_value, count(*) FROM condition_occurrence"
        " WHERE condition_type_concept_id = 32840 GROUP BY 1"  # EHR problem list
    )
    assert Counter(dict(chosen)) == Counter(d["diagnosisstring"][:50] for d in tables["diagnosis"])
    done = walked.rows("SELECT procedure_source_value, count(*) FROM procedure_occurrence GROUP BY 1")
    assert Counter(dict(done)) == Counter(t["treatmentstring"][:50] for t in tables["treatment"])


def test_drugs(walked: Walked, tables: Tables, stays: dict[str, raw.Row]) -> None:
    ordered = [m for m in tables["medication"] if m["drugordercancelled"] != "Yes"]
    named = [m for m in ordered if m["drugname"] or m["drughiclseqno"]]
    turned = [
        m for m in named
        if m["drugstopoffset"] not in ("", "0") and int(m["drugstopoffset"]) < int(m["drugstartoffset"])
    ]  # fmt: skip
    units = walked.reasons()
    assert units["the order was cancelled"] == len(tables["medication"]) - len(ordered)
    assert units["no drug named"] == len(ordered) - len(named)
    assert walked.reasons("drug_exposure") == {"end before start": len(turned)}
    assert walked.one("SELECT count(*) FROM drug_exposure") == len(named) - len(turned)


def test_bedside_scores(walked: Walked, tables: Tables) -> None:
    """The eye score of the Glasgow coma scale is a number, whatever tree it was chosen from."""
    path = "notes/Progress Notes/Physical Exam/Physical Exam/Neurologic/GCS/Eyes Score/"
    scores = Counter(
        float(e["physicalexamtext"]) for e in tables["physicalExam"] if e["physicalexampath"].startswith(path)
    )
    found = walked.rows(
        "SELECT value_as_number, count(*) FROM measurement"
        " WHERE measurement_source_value = 'Neurologic/GCS/Eyes Score' GROUP BY 1"
    )
    assert scores
    assert Counter(dict(found)) == scores
