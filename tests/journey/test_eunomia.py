"""Eunomia: three OMOP databases in one archive, two of them archives in it; two are one database in two forms"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from journey import raw
from journey.omop import Delivered, delivered_columns, differences
from journey.walked import Walked, assert_everything_is_accounted_for, assert_nothing_new, opened_wide, run, walk

Tables = dict[str, list[dict[str, Any]]]
EVENTS = (
    "condition_occurrence",
    "drug_exposure",
    "procedure_occurrence",
    "measurement",
    "observation",
    "device_exposure",
)
DERIVED = ("condition_era", "drug_era", "observation_period")
REFERENCES = (
    "provider_id", "care_site_id", "location_id", "visit_occurrence_id", "visit_detail_id",
    "preceding_visit_occurrence_id", "preceding_visit_detail_id", "parent_visit_detail_id",
)  # fmt: skip


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "eunomia.zip")


@pytest.fixture(scope="module")
def whole(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Everything in it, as from one source."""
    return walk(archives / "eunomia.zip", tmp_path_factory.mktemp("eunomia"))


@pytest.fixture(scope="module")
def gibleed(files: dict[str, bytes]) -> Tables:
    """Rows of GiBleed, without those that say nothing at all: its empty tables have one such row each."""
    tables = {Path(n).stem: raw.parquet_rows(c).to_pylist() for n, c in files.items() if "/GiBleed/" in n}
    return {
        table: [row for row in rows if any(value is not None for value in row.values())]
        for table, rows in tables.items()
    }


@pytest.fixture(scope="module")
def synthea_nj(files: dict[str, bytes]) -> Tables:
    return {
        Path(n).stem.lower(): raw.csv_rows(c)
        for n, c in files.items()
        if "Synthea27Nj_5.4.zip!/" in n and n.endswith(".csv") and "MACOSX" not in n
    }


@pytest.fixture(scope="module")
def nj(archives: Path, files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The two archives of Synthea27Nj, CSV and Parquet, in a folder as they come."""
    scratch = tmp_path_factory.mktemp("nj")
    folder = scratch / "in"
    folder.mkdir()
    with raw.zipfile.ZipFile(archives / "eunomia.zip") as outer:
        for name in outer.namelist():
            if name.endswith("_5.4.zip"):
                (folder / Path(name).name).write_bytes(outer.read(name))
    assert len(list(folder.iterdir())) == 2
    walked = Walked(scratch / "ws", "nj")
    run("init", walked.path)
    opened_wide(walked.path)
    walked.first = walked.ingest(folder)
    return walked


def test_every_file_and_row_is_accounted_for(whole: Walked, files: dict[str, bytes]) -> None:
    assert_everything_is_accounted_for(whole, files)


def test_the_same_again_changes_nothing(whole: Walked) -> None:
    assert_nothing_new(whole)


def test_databases_that_number_other_people_alike_are_not_mixed(
    whole: Walked, gibleed: Tables, synthea_nj: Tables
) -> None:
    """Both number people from 1; ids are kept, so the larger is loaded and the other told to go elsewhere."""
    shared = {int(p["person_id"]) for p in synthea_nj["person"]} & {p["PERSON_ID"] for p in gibleed["person"]}
    assert shared
    assert whole.one("SELECT count(*) FROM person") == len(gibleed["person"]) == 2694
    reasons = whole.reasons()
    (told,) = [n for reason, n in reasons.items() if reason.startswith("ids in use for other people")]
    rows = sum(len(synthea_nj[t]) for t in (*EVENTS, *DERIVED, "person", "visit_occurrence", "visit_detail", "death"))
    assert told >= 2 * rows  # in both forms


@pytest.mark.parametrize("table", ["person", "visit_occurrence", "condition_occurrence", "procedure_occurrence",
                                   "measurement", "observation", "condition_era"])  # fmt: skip
def test_gibleed_is_as_delivered(whole: Walked, gibleed: Tables, table: str) -> None:
    """Every value; of its references those to rows that are not there are left out, and counted."""
    assert differences(whole, table, gibleed[table], REFERENCES) == _renumbered(table, gibleed[table])


def _renumbered(table: str, rows: Delivered) -> Counter[str]:
    """Rows that share a key: the first keeps it, the others get one of their own."""
    key = delivered_columns(rows)[f"{table}_id"]
    twins = len(rows) - len({row[key] for row in rows})
    return Counter({"extra": twins, "missing": twins}) if twins else Counter()


def test_gibleed_counts(whole: Walked, gibleed: Tables) -> None:
    born = {p["PERSON_ID"]: p["BIRTH_DATETIME"] for p in gibleed["person"]}
    periods = gibleed["observation_period"]
    strangers = sum(p["PERSON_ID"] not in born for p in periods)
    assert whole.reasons("observation_period") == {"person not known": strangers}
    assert whole.one("SELECT count(*) FROM observation_period") == len(periods) - strangers
    early = sum(
        (born[d["PERSON_ID"]] - d["DRUG_EXPOSURE_START_DATE"]).days > 294 for d in gibleed["drug_exposure"]
    )  # weeks before any pregnancy
    assert whole.one("SELECT count(*) FROM drug_exposure") == len(gibleed["drug_exposure"]) - early
    assert whole.reasons("drug_exposure") == ({"date before birth": early} if early else {})
    bled = sum(c["CONDITION_CONCEPT_ID"] == 192671 for c in gibleed["condition_occurrence"])
    found = whole.one("SELECT count(*) FROM condition_occurrence WHERE condition_concept_id = 192671")
    assert found == bled > 0  # gastrointestinal haemorrhage, which the data set is made for


def test_one_database_in_two_forms_is_loaded_once(nj: Walked, synthea_nj: Tables) -> None:
    assert nj.first["adds_up"] is True
    lake = nj.lake.rows()
    for table in ("person", "visit_occurrence", "visit_detail", *EVENTS):
        assert lake[table] == len(synthea_nj[table]) - sum(nj.reasons(table).values()) // 2, table


@pytest.mark.parametrize("table", ["person", "visit_occurrence", "visit_detail", "provider", *EVENTS])
def test_synthea_nj_is_as_delivered(nj: Walked, files: dict[str, bytes], table: str) -> None:
    """As the Parquet form says it, which is read last: its codes are written 308182.0 where the CSV has 308182."""
    rows = raw.parquet_rows(raw.named(files, f"/Synthea27NjParquet/{table}.parquet")).to_pylist()
    held_back = sum(nj.reasons(table).values()) // 2
    expected = Counter({"missing": held_back}) if held_back else Counter()
    assert differences(nj, table, rows, REFERENCES) == expected


def test_what_synthea_nj_has_after_a_death_is_held_back(nj: Walked, synthea_nj: Tables) -> None:
    """Rows before birth or long after death."""
    reasons = {reason for t in nj.first["tables"] for reason in nj.reasons(t["table"])}
    assert reasons <= {"date before birth", "date after death"}
    died = {row["person_id"]: row["death_date"] for row in synthea_nj["death"]}
    later = [m for m in synthea_nj["measurement"]
             if m["person_id"] in died and m["measurement_date"] > died[m["person_id"]]]  # fmt: skip
    assert nj.reasons("measurement").get("date after death", 0) // 2 <= len(later)
