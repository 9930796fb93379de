"""MIMIC-III demo: 26 raw tables of 100 real intensive care patients."""

from __future__ import annotations

import statistics
from collections import Counter
from pathlib import Path

import pytest

from journey import raw
from journey.walked import (
    Walked,
    assert_everything_is_accounted_for,
    assert_nothing_new,
    assert_rebuild_gives_the_same,
    walk,
)

Tables = dict[str, list[raw.Row]]


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "mimic3_demo.zip", tmp_path_factory.mktemp("mimic3"))


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "mimic3_demo.zip")


@pytest.fixture(scope="module")
def tables(files: dict[str, bytes]) -> Tables:
    return {Path(n).stem: raw.csv_rows(content) for n, content in files.items() if n.endswith(".csv")}


def test_every_file_and_row_is_accounted_for(walked: Walked, files: dict[str, bytes], tables: Tables) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert walked.first["units"]["delimited"]["units"] == sum(map(len, tables.values()))
    assert walked.first["units"]["unknown"]["not_understood"] == 2  # LICENSE.txt, SHA256SUMS.txt
    assert walked.first["waiting"] == []


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, tables: Tables) -> None:
    people = tables["PATIENTS"]
    concepts = {"M": 8507, "F": 8532}  # OMOP: MALE, FEMALE
    assert Counter(dict(walked.rows("SELECT gender_concept_id, count(*) FROM person GROUP BY 1"))) == Counter(
        concepts[p["gender"]] for p in people
    )
    # MIMIC moves births of people over 89 to 300 years before their first admission: here they are 90 then.
    years = Counter(int(p["dob"][:4]) if p["dob"] > "1950" else int(p["dob"][:4]) + 300 - 90 for p in people)
    assert any(p["dob"] < "1950" for p in people)
    assert Counter(dict(walked.rows("SELECT year_of_birth, count(*) FROM person GROUP BY 1"))) == years


def test_stays(walked: Walked, tables: Tables) -> None:
    stays = tables["ADMISSIONS"]
    assert walked.one("SELECT count(DISTINCT visit_occurrence_id) FROM visit_occurrence") == len(stays) == 129
    found = walked.rows("SELECT visit_start_datetime, visit_end_datetime FROM visit_occurrence")
    assert sorted((str(a), str(b)) for a, b in found) == sorted((s["admittime"], s["dischtime"]) for s in stays)
    beds = len(tables["ICUSTAYS"])
    rooms = sum(bool(s["edregtime"]) for s in stays)
    moves = sum(t["eventtype"] != "discharge" for t in tables["TRANSFERS"])
    assert walked.one("SELECT count(*) FROM visit_detail") == beds + rooms + moves


def test_deaths(walked: Walked, tables: Tables) -> None:
    died = {p["subject_id"]: p["dod"][:10] for p in tables["PATIENTS"] if p["dod"]}
    assert Counter(str(day) for (day,) in walked.rows("SELECT death_date FROM death")) == Counter(died.values())


def test_labs_without_a_subject_are_kept_back(walked: Walked, tables: Tables) -> None:
    labs = tables["LABEVENTS"]
    without = sum(not lab["subject_id"] for lab in labs)
    assert (len(labs), without) == (76_074, 14_262)
    assert walked.reasons()["no subject"] == without
    loaded = walked.one("SELECT count(*) FROM measurement WHERE measurement_type_concept_id = 32856")  # Lab
    assert loaded == len(labs) - without + len(_cultures(tables))


def _cultures(tables: Tables) -> set[tuple[str, ...]]:
    """Cultures (specimen, organism, isolate) and susceptibility tests, the other laboratory rows."""
    rows = tables["MICROBIOLOGYEVENTS"]
    specimen = ("subject_id", "chartdate", "charttime", "spec_itemid")
    cultures = {tuple(r[c] for c in (*specimen, "org_itemid", "isolate_num")) for r in rows}
    return cultures | {("tested", r["row_id"]) for r in rows if r["ab_itemid"]}


def test_potassium(walked: Walked, tables: Tables) -> None:
    item = next(d["itemid"] for d in tables["D_LABITEMS"] if d["label"] == "Potassium" and d["category"] == "Chemistry")
    results = [lab for lab in tables["LABEVENTS"] if lab["itemid"] == item and lab["subject_id"]]
    values = raw.numbers(r["value"] for r in results)
    ((rows, with_number, mean),) = walked.rows(
        "SELECT count(*), count(value_as_number), avg(value_as_number) FROM measurement"
        f" WHERE measurement_source_value = '{item}'"
    )
    assert (rows, with_number) == (len(results), len(values))
    assert mean == pytest.approx(statistics.fmean(values), rel=1e-9)
    units = walked.rows(
        "SELECT unit_source_value, unit_concept_id, count(*) FROM measurement"
        f" WHERE measurement_source_value = '{item}' GROUP BY ALL"
    )
    assert units == [(results[0]["valueuom"], 9557, len(results))]  # UCUM meq/L
    assert (
        walked.one(
            f"SELECT count(DISTINCT measurement_concept_id) FROM measurement WHERE measurement_source_value = '{item}'"
        )
        == 1
    )


def test_bills(walked: Walked, tables: Tables) -> None:
    """DIAGNOSES_ICD and PROCEDURES_ICD have the same columns; each goes to its own place."""
    coded = walked.rows(
        "SELECT condition_source_value, count(*) FROM condition_occurrence"
        " WHERE condition_type_concept_id = 32821 GROUP BY 1"  # EHR billing record
    )
    assert Counter(dict(coded)) == Counter(_diagnosis(d["icd9_code"]) for d in tables["DIAGNOSES_ICD"])
    done = walked.rows(
        "SELECT procedure_source_value, count(*) FROM procedure_occurrence"
        " WHERE procedure_type_concept_id = 32821 GROUP BY 1"
    )
    icd = Counter(f"{p['icd9_code'][:2]}.{p['icd9_code'][2:]}".rstrip(".") for p in tables["PROCEDURES_ICD"])
    assert Counter(dict(done)) == icd + Counter(c["cpt_cd"] for c in tables["CPTEVENTS"])


def _diagnosis(code: str) -> str:
    """ICD-9-CM with its dot."""
    size = 4 if code.startswith("E") else 3
    return code if len(code) <= size else f"{code[:size]}.{code[size:]}"


def test_drugs(walked: Walked, tables: Tables) -> None:
    ordered = tables["PRESCRIPTIONS"]
    turned = sum(bool(o["startdate"] and o["enddate"]) and o["enddate"] < o["startdate"] for o in ordered)
    nameless = sum(not o["startdate"] for o in ordered)
    given = [d for d in tables["INPUTEVENTS_MV"] if d["statusdescription"] != "Rewritten"]
    assert walked.reasons("drug_exposure").get("end before start", 0) == turned
    assert walked.one("SELECT count(*) FROM drug_exposure WHERE drug_type_concept_id = 32838") + turned + nameless == (
        len(ordered)
    )
    assert walked.one("SELECT count(*) FROM drug_exposure WHERE drug_type_concept_id = 32818") == len(given)
    assert walked.one("SELECT sum(quantity) FROM drug_exposure WHERE drug_type_concept_id = 32818") == pytest.approx(
        sum(float(d["amount"]) for d in given if d["amount"])
    )


def test_one_patient_s_stay(walked: Walked, tables: Tables) -> None:
    """All laboratory results of one stay are within one person's record, at their times."""
    stay = max(tables["ADMISSIONS"], key=lambda s: sum(lab["hadm_id"] == s["hadm_id"] for lab in tables["LABEVENTS"]))
    labs = Counter(
        (lab["charttime"], lab["itemid"]) for lab in tables["LABEVENTS"] if lab["hadm_id"] == stay["hadm_id"]
    )
    found = walked.rows(
        "SELECT CAST(measurement_datetime AS VARCHAR), measurement_source_value, count(*) FROM measurement"
        " JOIN visit_occurrence USING (visit_occurrence_id, person_id)"
        f" WHERE visit_start_datetime = TIMESTAMP '{stay['admittime']}' AND measurement_type_concept_id = 32856"
        f" AND visit_end_datetime = TIMESTAMP '{stay['dischtime']}'"
        " AND measurement_source_value BETWEEN '50000' AND '52000' GROUP BY ALL"
    )
    assert {(at, item): n for at, item, n in found} == labs


def test_rebuild(walked: Walked) -> None:
    assert_rebuild_gives_the_same(walked)
