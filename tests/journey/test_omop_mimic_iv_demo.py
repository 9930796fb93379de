"""MIMIC-IV demo in OMOP 5.3: loaded as it is, and brought to 5.4."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from journey import raw
from journey.omop import differences
from journey.walked import Walked, assert_everything_is_accounted_for, assert_nothing_new, walk

Tables = dict[str, list[raw.Row]]
KEYED = (
    "person", "observation_period", "visit_occurrence", "visit_detail", "condition_occurrence", "drug_exposure",
    "procedure_occurrence", "device_exposure", "death", "specimen", "location", "care_site", "drug_era", "dose_era",
    "condition_era",
)  # fmt: skip


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "omop_mimic_iv_demo.zip", tmp_path_factory.mktemp("omop"), unpacked_first=True)


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "omop_mimic_iv_demo.zip")


@pytest.fixture(scope="module")
def tables(files: dict[str, bytes]) -> Tables:
    return {Path(n).stem: raw.csv_rows(content) for n, content in files.items() if n.endswith(".csv")}


def test_every_file_and_row_is_accounted_for(walked: Walked, files: dict[str, bytes], tables: Tables) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert walked.first["units"]["delimited"]["loaded"] == sum(map(len, tables.values()))
    # Two tables of CDM 5.3 that 5.4 has no longer, both without a row.
    assert {table["columns"][0] for table in walked.first["waiting"]} == {
        "cohort_definition_id", "attribute_definition_id",
    }  # fmt: skip
    assert [table["rows"] for table in walked.first["waiting"]] == [0, 0]


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


@pytest.mark.parametrize("table", KEYED)
def test_every_value_is_as_delivered(walked: Walked, tables: Tables, table: str) -> None:
    """Ids, concepts, dates, source values; nothing of what it refers to is missing in this data set."""
    assert differences(walked, table, tables[table]) == {}
    assert len(tables[table]) > 0


def test_relationships(walked: Walked, tables: Tables) -> None:
    columns = ("domain_concept_id_1", "fact_id_1", "domain_concept_id_2", "fact_id_2", "relationship_concept_id")
    given = {tuple(int(row[c]) for c in columns) for row in tables["fact_relationship"]}
    assert set(walked.rows(f"SELECT {', '.join(columns)} FROM fact_relationship")) == given


def test_counts_a_reader_would_ask_for(walked: Walked, tables: Tables) -> None:
    assert walked.one("SELECT count(DISTINCT person_id) FROM person") == 100
    genders = Counter(int(p["gender_concept_id"]) for p in tables["person"])
    assert dict(walked.rows("SELECT gender_concept_id, count(*) FROM person GROUP BY 1")) == genders
    inpatient = sum(v["visit_concept_id"] in ("9201", "262") for v in tables["visit_occurrence"])
    assert walked.one("SELECT count(*) FROM visit_occurrence WHERE visit_concept_id IN (9201, 262)") == inpatient > 0
    days = sum(
        (dt.date.fromisoformat(v["visit_end_date"]) - dt.date.fromisoformat(v["visit_start_date"])).days
        for v in tables["visit_occurrence"]
    )
    assert walked.one("SELECT sum(date_diff('day', visit_start_date, visit_end_date)) FROM visit_occurrence") == days


def test_it_says_that_it_is_5_4_now(walked: Walked, tables: Tables) -> None:
    told = walked.rows("SELECT cdm_source_name, cdm_version_concept_id FROM cdm_source")
    assert {tables["cdm_source"][0]["cdm_source_name"], "omop_mimic_iv_demo"} == {name for name, _ in told}
    assert {concept for _, concept in told} == {756265}  # OMOP CDM Version 5.4.0


def test_concepts_of_its_own_have_names(walked: Walked, tables: Tables) -> None:
    """The vocabulary that comes along is used: every concept of a person's race is named."""
    names = {int(c["concept_id"]): c["concept_name"] for c in tables["2b_concept"]}
    used = {int(p["race_source_concept_id"]) for p in tables["person"]} & names.keys()
    assert used
    found = walked.rows(
        f"SELECT concept_id, concept_name FROM concept WHERE concept_id IN ({', '.join(map(str, used))})"
    )
    assert dict(found) == {concept: names[concept] for concept in used}
