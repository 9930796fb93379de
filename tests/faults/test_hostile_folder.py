"""Every hostile input in one folder with good files: each has its word, in bounded time and memory; the good load"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import hospital
from faults import hostile
from faults.real_cli import OTHERS, SMALL_WAVES, lake, leftovers, new_workspace, run
from medark.bootstrap import open_workspace
from medark.model.account import UnitAccount
from medark.model.omop import person_column, tables

LONGEST = 60 + hostile.LINE_MB / 4  # seconds; it takes about 8 on two cores, 60 with lines of a gigabyte
MOST = 1200  # MB of one process; with lines of 64 MB or of a gigabyte
ENVIRON = {"MEDARK_INGEST_WORKERS": "1", "MEDARK_ENGINE_MEMORY": "500MB", "MEDARK_INGEST_WAVE_ROWS": "1500000"}

# The system counts the memory of all children that a process ever had: this one has a single one.
PARENT = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


@dataclass(frozen=True)
class Taken:
    """A folder taken in: where, what was told, how long it took and the most memory that a process had."""

    path: Path
    expected: Mapping[str, str]
    account: dict[str, Any]
    ends: Mapping[str, tuple[str, UnitAccount]]
    reasons: Mapping[str, set[str]]
    seconds: float
    megabytes: float


def measured(*arguments: str | Path) -> tuple[str, float]:
    """What a command printed as JSON, and the most memory in MB that it or a process of its own had."""
    command = [sys.executable, "-c", PARENT, sys.executable, "-m", "medark", *map(str, arguments), "--json"]
    told = {**OTHERS, **SMALL_WAVES, **ENVIRON}
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=LONGEST * 3)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, int(done.stderr.splitlines()[-1]) / 1024


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    root = tmp_path_factory.mktemp("hostile")
    expected = hostile.write(root / "in")
    hospital.write(root / "in" / "good")
    path = new_workspace(root / "ws")
    started = time.monotonic()
    out, most = measured("ingest", path, root / "in", "--source", hospital.SOURCE)
    seconds = time.monotonic() - started
    shutil.rmtree(root / "in")
    with open_workspace(path, {}) as workspace:
        records = {record.record_no: record.name for record in workspace.landing.records()}
        ends = {records[n]: end for n, end in workspace.ledger.records.ends().items()}
        reasons: dict[str, set[str]] = {}
        for held in workspace.ledger.quarantine.held():
            reasons.setdefault(records[held.record_no], set()).add(f"{held.outcome}: {held.reason}")
    return Taken(path, expected, json.loads(out), ends, reasons, seconds, most)


def test_it_takes_bounded_time_and_memory(taken: Taken) -> None:
    assert taken.seconds < LONGEST
    assert taken.megabytes < MOST


@pytest.mark.parametrize("name", [*hostile.FILES, *hostile.LINKS], ids=ascii)
def test_each_hostile_file_has_its_word(taken: Taken, name: str) -> None:
    outcome, _, reason = taken.expected[name].partition(": ")
    shown = name.replace("\n", "\\n")
    if outcome == "refused":
        told = [r["reason"] for r in taken.account["files"]["refused"] if r["name"].partition("!/")[0] == shown]
        assert reason in told
        assert shown not in taken.ends
        return
    state, units = taken.ends[shown]
    assert units.units > 0 and units.adds_up
    assert state == ("waiting" if outcome == "waiting" else "done")
    if outcome in ("quarantined", "not_understood"):
        assert getattr(units, outcome) == units.units
        assert f"{outcome}: {reason}" in taken.reasons[shown]
    elif outcome == "excluded":
        assert units.excluded == units.units


def test_every_sum_adds_up(taken: Taken) -> None:
    assert taken.account["adds_up"]
    files = taken.account["files"]
    assert files["found"] == files["landed"] + files["already"] + len(files["refused"])
    assert not leftovers(taken.path)


def test_the_good_files_load_as_if_they_were_alone(taken: Taken, tmp_path: Path) -> None:
    """Every row of the hospital's patients, but for the numbers of its records."""
    alone = new_workspace(tmp_path / "alone")
    shutil.copy(taken.path / "keys" / "salt", alone / "keys" / "salt")
    run("ingest", alone, hospital.write(tmp_path / "good"), "--source", hospital.SOURCE)
    asked = "SELECT * EXCLUDE (medark_record_no, medark_row_no{}) FROM {} WHERE person_id IN ({}) ORDER BY ALL"
    with open_workspace(alone, {}) as workspace:
        people = ", ".join(str(workspace.crosswalk.find(p.key)[0]) for p in hospital.PATIENTS)
    told = [table for table in lake(alone) if person_column(table) == "person_id"]
    for table in told:
        # Rows without a key of their own are numbered by their record.
        key = tables()[table].primary_key
        sql = asked.format(f", {key}" if key and key != "person_id" else "", table, people)
        assert rows(taken.path, sql) == rows(alone, sql), table
    assert len(told) > 8


def rows(path: Path, sql: str) -> list[dict[str, object]]:
    with open_workspace(path, {}) as workspace, workspace.engine.session() as session:
        snapshot = workspace.lake.snapshot()
        for table in snapshot.tables:
            snapshot.bind(session, table)
        found: list[dict[str, object]] = session.query(sql).to_pylist()
        return found


def test_the_map_bears_it_too(taken: Taken) -> None:
    before = lake(taken.path)
    started = time.monotonic()
    _, most = measured("map", taken.path)
    assert time.monotonic() - started < LONGEST
    assert most < MOST
    assert lake(taken.path) == before
