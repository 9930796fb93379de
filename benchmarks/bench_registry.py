"""Disease registries over many people: everyone once, then what a few new results cost; seconds, memory, pages.

Run: .venv/bin/python benchmarks/bench_registry.py [--people 100000] [--keep FOLDER]; `make bench-registry`.
The lake's rows are made directly: one in eight has diabetes, one in ten COPD, one in two hundred lung cancer; each is
seen ten times in three years, with forty results, and drugs by name. The engine has the memory that a workspace's
settings give it. Then fifty people get an HbA1c, and the datasets are brought up to it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import medark.apps.registry
from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.apps.reading import platform as the_platform
from medark.flows.apps.tasks import raise_tasks
from medark.flows.gate import at_terminal
from medark.flows.pages import page
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from medark.model.omop import lake_columns
from medark.model.user import User
from medark.store.lake import Append, Query

TODAY = dt.date(2026, 7, 1)
NEW = 50  # people who get a result
_ILL = "(p % 8 = 0 OR p % 10 = 1 OR p % 200 = 3)"
_DAY = "DATE '2023-07-01' + (n * 37 + p * 11) % 1090"
_CODE = "CASE WHEN p % 8 = 0 THEN 'E11.900' WHEN p % 10 = 1 THEN 'J44.900' ELSE 'C34.900' END"
_TESTS = (3004410, 3004249, 3012888, 3025315, 3036277, 3016723, 3022192, 3007070, 40762499, 3003785)
_UNITS = (8554, 8876, 8876, 9529, 8582, 8840, 8840, 8840, 8554, 8842)
# Rows a person, of whom, and what is in them as SQL over `n` (the row's number, from 0) and `p` (the person's, from 1).
MADE: dict[str, tuple[int, str, dict[str, str]]] = {
    "person": (1, "TRUE", {
        "gender_concept_id": "8507 + 25 * (p % 2)", "year_of_birth": "1930 + p % 70", "race_concept_id": "0",
        "ethnicity_concept_id": "0"}),
    "visit_occurrence": (10, "TRUE", {
        "visit_concept_id": "CASE n % 12 WHEN 0 THEN 9201 ELSE 9202 END", "visit_start_date": _DAY,
        "visit_end_date": f"{_DAY} + 1", "visit_type_concept_id": "32817"}),
    "condition_occurrence": (6, _ILL, {
        "condition_concept_id": "0", "condition_source_concept_id": "0", "condition_start_date": _DAY,
        "condition_type_concept_id": "32817",
        "condition_source_value": f"CASE n % 6 WHEN 0 THEN 'I10.x00' WHEN 1 THEN 'E78.500' ELSE {_CODE} END"}),
    "measurement": (40, "TRUE", {
        "measurement_concept_id": f"list_value{_TESTS}[1 + n % 10]", "measurement_source_concept_id": "0",
        "value_as_number": "5.0 + (n * 7 + p) % 60 / 10.0", "measurement_date": _DAY,
        "measurement_type_concept_id": "32856", "unit_concept_id": f"list_value{_UNITS}[1 + n % 10]",
        "measurement_source_value": "'L'"}),
    "drug_exposure": (6, _ILL, {
        "drug_concept_id": "0", "drug_type_concept_id": "32838", "drug_exposure_start_date": _DAY,
        "drug_exposure_end_date": f"{_DAY} + 14",
        "drug_source_value": "CASE n % 3 WHEN 0 THEN '二甲双胍片' WHEN 1 THEN '阿托伐他汀片' ELSE '噻托溴铵' END"}),
}  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=100_000)
    arguments.add_argument("--keep", default="", help="keep the workspace in this folder")
    given = arguments.parse_args()
    made = tempfile.TemporaryDirectory(prefix="bench-registry-", dir=os.environ.get("BENCH_FOLDER"))
    with made as scratch, init_workspace(Path(given.keep or scratch) / "ws", time_zone="Asia/Shanghai") as workspace:
        fill(workspace, given.people)
        print(f"{given.people:,} people, {given.people * 40:,} measurements; engine {memory_of(workspace)} MB")
        _put_in(workspace)
        _published(workspace, "everyone")
        _tasks(workspace)
        _more(workspace)
        _published(workspace, f"after results of {NEW} people")
        _pages(workspace)
    print(
        f"peak of this process {peak():,} MB; Python {platform.python_version()}, duckdb {version('duckdb')}, ", end=""
    )
    print(f"{os.cpu_count()} cores")


def fill(workspace: Workspace, people: int) -> None:
    """The rows of so many people."""
    for table, (each, whose, columns) in MADE.items():
        numbers = f"SELECT CAST(a.p AS INTEGER) AS p, CAST(b.n AS INTEGER) AS n FROM range(1, {people + 1}) AS a(p)"
        rows = f"SELECT * FROM ({numbers}, range(0, {each}) AS b(n)) WHERE {whose}"
        key = "p" if table == "person" else "CAST(n AS BIGINT) * 1000000 + p"
        _write(workspace, table, {"person_id": "p", key_of(table): key, **columns}, rows)


def _write(workspace: Workspace, table: str, told: dict[str, str], rows: str) -> None:
    """Rows made by the engine itself, into the lake."""
    columns = ((column.name, str(column.type)) for column in lake_columns(table))
    cells = ", ".join(f"CAST({told.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in columns)
    with workspace.engine.session() as session:
        workspace.lake.commit({table: Append(Query(session, f"SELECT {cells} FROM ({rows}) AS made"))}, "bench")


def key_of(table: str) -> str:
    """The name of a table's key."""
    return f"{table}_id"


def memory_of(workspace: Workspace) -> int:
    """What the engine may take."""
    return workspace.settings.engine.memory // 1_000_000


def peak() -> int:
    """Memory that this process had at most, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _put_in(workspace: Workspace) -> None:
    workspace.ledger.users.add(User("anna", roles=frozenset({"owner"})))
    life.install(workspace, Path(medark.apps.registry.__file__).parent, by="anna")
    life.approve(workspace, "registry", by="anna")
    life.enable(workspace, "registry", by="anna")


def _published(workspace: Workspace, said: str) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    found = publish(workspace, the_platform(workspace), app="registry", today=TODAY)
    wall, spent = time.perf_counter() - begun, time.process_time() - cpu
    assert not [one for one in found if one.error], [(one.dataset.name, one.error) for one in found if one.error]
    rows, again = (
        sum(one.dataset.rows for one in found),
        [one.asked_again for one in found if one.asked_again is not None],
    )
    print(f"datasets and measures, {said}: {wall:.1f} s, {spent:.1f} CPU-s, {rows:,} rows, ", end="")
    print(f"asked again: {max(again) if again else 'everyone'}; peak so far {peak():,} MB")


def _tasks(workspace: Workspace) -> None:
    begun = time.perf_counter()
    now = dt.datetime.combine(TODAY, dt.time(8), dt.UTC)
    raised = raise_tasks(workspace, the_platform(workspace), app="registry", now=now)
    print(f"tasks: {len(raised):,} raised in {time.perf_counter() - begun:.1f} s")


def _more(workspace: Workspace) -> None:
    """An HbA1c of the day before for some who have diabetes."""
    told = MADE["measurement"][2] | {
        "person_id": "p", "measurement_id": "900000000 + p", "measurement_date": "DATE '2026-06-30'",
        "measurement_concept_id": "3004410", "unit_concept_id": "8554", "value_as_number": "7.0",
    }  # fmt: skip
    _write(workspace, "measurement", told, f"SELECT CAST(a.p * 8 AS INTEGER) AS p FROM range(1, {NEW + 1}) AS a(p)")


def _pages(workspace: Workspace) -> None:
    reader = at_terminal(workspace, Purpose.CARE)
    for name in ("", "-completeness", "-missing", "-person", "-codebook"):
        path, query = f"t2dm{name}", {"person_id": "8"} if name == "-person" else {}
        begun = time.perf_counter()
        page(workspace, reader, "registry", path, query, language="en", today=TODAY)
        print(f"page {path}: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
