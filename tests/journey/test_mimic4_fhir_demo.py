"""MIMIC-IV demo in FHIR as NDJSON; and the same with a file that was cut short in the middle of a line."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from journey import raw
from journey.walked import Walked, assert_everything_is_accounted_for, assert_nothing_new, opened_wide, run, walk

Files = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "mimic4_fhir_demo.zip", tmp_path_factory.mktemp("mimic4_fhir"), unpacked_first=True)


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "mimic4_fhir_demo.zip")


@pytest.fixture(scope="module")
def lines(files: dict[str, bytes]) -> Files:
    return {
        Path(name).stem: [json.loads(line) for line in content.splitlines()]
        for name, content in files.items()
        if name.endswith(".ndjson")
    }


def test_every_file_and_line_is_accounted_for(walked: Walked, files: dict[str, bytes], lines: Files) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert walked.first["units"]["fhir-ndjson"]["loaded"] == sum(map(len, lines.values()))
    assert walked.first["total"]["not_understood"] == 1  # LICENSE.txt


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, lines: Files) -> None:
    people = lines["Patient"]
    concepts = {"male": 8507, "female": 8532}
    born = Counter((concepts[p["gender"]], int(p["birthDate"][:4])) for p in people)
    assert Counter(walked.rows("SELECT gender_concept_id, year_of_birth FROM person")) == born
    died = sum("deceasedDateTime" in p for p in people)
    assert walked.one("SELECT count(*) FROM death") == died > 0


def _utc(said: str) -> dt.datetime:
    return dt.datetime.fromisoformat(said).astimezone(dt.UTC).replace(tzinfo=None)


def test_stays_and_beds(walked: Walked, lines: Files) -> None:
    stays = Counter((_utc(e["period"]["start"]), _utc(e["period"]["end"])) for e in lines["Encounter"])
    found = walked.rows("SELECT visit_start_datetime, visit_end_datetime FROM visit_occurrence")
    assert Counter(found) == stays
    beds = sum(len(e.get("location", ())) for e in (*lines["Encounter"], *lines["EncounterICU"]))
    assert walked.one("SELECT count(*) FROM visit_detail") == len(lines["EncounterICU"]) + beds
    assert walked.one("SELECT count(*) FROM visit_detail WHERE visit_occurrence_id IS NULL") == 0


# Rows that came from a Condition: ICD codes of "history of …" are observations, as the domain of their concept says.
CODED = """(
  SELECT condition_source_value AS code, visit_occurrence_id FROM condition_occurrence
  UNION ALL SELECT observation_source_value, visit_occurrence_id FROM observation
  UNION ALL SELECT procedure_source_value, visit_occurrence_id FROM procedure_occurrence
  UNION ALL SELECT measurement_source_value, visit_occurrence_id FROM measurement
) AS coded"""


def test_conditions(walked: Walked, lines: Files) -> None:
    codes = Counter(c["code"]["coding"][0]["code"] for c in lines["Condition"])
    assert Counter(dict(walked.rows(f"SELECT code, count(*) FROM {CODED} GROUP BY 1"))) == codes
    per_visit = Counter(c["encounter"]["reference"] for c in lines["Condition"])
    counts = walked.rows(f"SELECT count(*) FROM {CODED} GROUP BY visit_occurrence_id")
    assert sorted(n for (n,) in counts) == sorted(per_visit.values())


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    """The files alone, to be changed."""
    folder = tmp_path / "feed"
    folder.mkdir()
    for name, content in files.items():
        if name.endswith(".ndjson"):
            (folder / Path(name).name).write_bytes(content)
    return folder


def test_a_file_that_was_cut_short_costs_one_line(lines: Files, folder: Path, tmp_path: Path) -> None:
    """A transfer broke off: the last line is quarantined, every line before it is loaded."""
    conditions = folder / "Condition.ndjson"
    conditions.write_bytes(conditions.read_bytes()[:-200])
    walked = Walked(tmp_path / "ws", "mimic4")
    run("init", walked.path)
    opened_wide(walked.path)
    walked.first = walked.ingest(folder)
    units = walked.first["total"]
    assert (units["units"], units["quarantined"]) == (sum(map(len, lines.values())), 1)
    assert sum(walked.reasons().values()) == 1
    assert walked.one(f"SELECT count(*) FROM {CODED}") == len(lines["Condition"]) - 1


def test_patients_that_come_later_release_what_waited_for_them(lines: Files, folder: Path, tmp_path: Path) -> None:
    """Diagnoses alone are of nobody that is known; when the patients are there, another try loads all of them."""
    walked = Walked(tmp_path / "ws", "mimic4")
    run("init", walked.path)
    opened_wide(walked.path)
    walked.first = walked.ingest(folder / "Condition.ndjson")
    held_back = Counter[str]()
    for table in walked.first["tables"]:
        held_back.update(walked.reasons(table["table"]))
    assert held_back == {"person not known": len(lines["Condition"])}
    assert walked.first["total"]["quarantined"] == len(lines["Condition"])
    walked.ingest(folder)
    retried = run("quarantine", "retry", walked.path)
    assert retried["loaded"] == retried["units"] == len(lines["Condition"])
    assert walked.one(f"SELECT count(*) FROM {CODED}") == len(lines["Condition"])
    assert run("quarantine", "list", walked.path) == []
