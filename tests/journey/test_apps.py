"""Applications through the real command line: written, tested, checked, put in, used, swapped, taken out."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app_folders import EVERY, READS, write_app

PERSON = ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", "race_concept_id",
          "ethnicity_concept_id")  # fmt: skip
MEASUREMENT = ("measurement_id", "person_id", "measurement_concept_id", "measurement_date",
               "measurement_type_concept_id", "value_as_number", "unit_concept_id")  # fmt: skip
PEOPLE = [(n, 8507, 1960, 6, 1, 0, 0) for n in range(1, 13)]
RESULTS = [(100 + n, n, 3023103, "2024-06-30", 32856, 4.0 + n / 5, 8753) for n in range(1, 13)]


def medark(*arguments: str | Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medark", "--language", language, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def told(*arguments: str | Path) -> Any:
    done = medark(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apps")
    for name, header, rows in (("person", PERSON, PEOPLE), ("measurement", MEASUREMENT, RESULTS)):
        (folder / "omop").mkdir(exist_ok=True)
        with (folder / "omop" / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    assert medark("init", folder / "ws").returncode == 0
    told("ingest", folder / "ws", folder / "omop", "--source", "hospital/omop")
    return folder / "ws"


def test_a_new_application_works_as_it_is_written(tmp_path: Path) -> None:
    written = told("app", "new", "blood_pressure", "--in", tmp_path)
    assert [Path(one).name for one in written] == ["app.toml", "app.py", "test_blood_pressure.py"]
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path / "blood_pressure"],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout
    assert "12 passed" in tested.stdout
    checked = told("app", "check", tmp_path / "blood_pressure")
    assert checked["faults"] == []
    again = medark("app", "new", "blood_pressure", "--in", tmp_path)
    assert (again.returncode, "something here already" in again.stderr) == (2, True)


def test_check_says_what_to_write(tmp_path: Path) -> None:
    done = medark("app", "check", write_app(tmp_path, reads=READS), "--json")
    assert done.returncode == 2
    found = json.JSONDecoder().raw_decode(done.stdout)[0]
    assert found["faults"][0]["fix"] == f"measurement: {EVERY}"
    assert f'"{EVERY}"' in found["reads"]
    shown = medark("app", "check", write_app(tmp_path, reads=READS), language="zh")
    assert "app.toml" in shown.stdout


def test_a_whole_life(place: Path, tmp_path: Path) -> None:
    installed = told("app", "install", place, write_app(tmp_path))
    assert installed["needs_approval"]
    assert {one["column"] for one in installed["reads"]} == {*READS, EVERY}
    refused = medark("app", "enable", place, "potassium")
    assert (refused.returncode, "medark app approve potassium" in refused.stderr) == (2, True)
    shown = medark("app", "approve", place, "potassium")
    assert shown.returncode == 0, shown.stderr
    assert "value_as_number" in shown.stdout
    assert told("app", "enable", place, "potassium", "--set", "limit=6.2")["runs"] == "1.0.0"
    (fresh,) = told("app", "publish", place)
    assert (fresh["dataset"], fresh["rows"], fresh["asked_again"], fresh["error"]) == ("tested", 12, None, "")
    assert told("app", "publish", place, "potassium")[0]["asked_again"] == 0
    assert not told("app", "install", place, write_app(tmp_path, "1.1.0"))["needs_approval"]
    assert told("app", "upgrade", place, "potassium") == {
        "app": "potassium", "state": "enabled", "runs": "1.1.0", "before": "1.0.0",
    }  # fmt: skip
    assert told("app", "rollback", place, "potassium")["runs"] == "1.0.0"
    listed = {one["name"]: one for one in told("app", "list", place)}
    assert listed["potassium"]["versions"] == ["1.0.0", "1.1.0"]
    assert listed["registry_page"]["state"] == "available"
    assert "血钾" in medark("app", "list", place, language="zh").stdout
    assert told("app", "disable", place, "potassium")["state"] == "disabled"
    assert told("app", "remove", place, "potassium")["state"] == "removed"
    assert not (place / "apps" / "potassium").exists()
    gone = medark("app", "enable", place, "potassium", "--json")
    assert (gone.returncode, json.loads(gone.stdout)["error"]["kind"]) == (4, "NotFoundError")


def test_what_comes_with_the_platform_is_put_in_by_name(place: Path) -> None:
    assert told("app", "install", place, "registry_page")["purpose"] == "public_health"
    told("app", "approve", place, "registry_page")
    assert told("app", "enable", place, "registry_page")["runs"] == "1.0.0"
    assert [one["dataset"] for one in told("app", "publish", place)] == ["diabetes"]
    for command in ("list", "publish"):
        assert "registry_page" in medark("app", command, place).stdout
