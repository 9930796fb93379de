"""Pages of the console over a lake of many people: home, data map, one table, worklist, one person's timeline.

Run: .venv/bin/python benchmarks/bench_pages.py [--people 20000] [--seconds 4]; `make bench-serve` does it, too.
The lake's rows are made directly, not taken in: two visits, two diagnoses, six results and a drug of each person. Each
page is asked for over HTTP by an owner who is signed in, one after the other. The map is worked out before (it is told
how long that takes), as a server does it in the background. The floor: the same server answering /health/live.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx

from bench_serve import PASSWORD, Server, load_vocabulary
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.data_map import seen, work_out, work_out_sources
from medark.flows.gate import reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.model.task import Task
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.store.lake import Append, Query

TASKS = 2_000
LEAST = 20  # times that a page is asked for
# Rows a person, and what is in them as SQL over `n` (the row's number, from 0) and `p` (the person's, from 1).
MADE: dict[str, tuple[float, dict[str, str]]] = {
    "person": (1, {"gender_concept_id": "8507 + 25 * (n % 2)", "year_of_birth": "1930 + n % 80",
                   "race_concept_id": "0", "ethnicity_concept_id": "0"}),
    "visit_occurrence": (2, {"visit_concept_id": "9201 + n % 3", "visit_start_date": "DATE '2020-01-01' + n % 2000",
                             "visit_end_date": "DATE '2020-01-02' + n % 2000", "visit_type_concept_id": "32817"}),
    "condition_occurrence": (2, {"condition_concept_id": "CASE n % 9 WHEN 0 THEN 0 ELSE 300000 + n % 400 END",
                                 "condition_start_date": "DATE '2020-01-01' + n % 2000",
                                 "condition_type_concept_id": "32817",
                                 "condition_source_value": "'E' || (10 + n % 80)"}),
    "measurement": (6, {"measurement_concept_id": "3000000 + n % 300", "value_as_number": "(n % 1000) / 10.0",
                        "measurement_date": "DATE '2020-01-01' + n % 2000", "measurement_type_concept_id": "32856",
                        "unit_concept_id": "8753", "unit_source_value": "'mmol/L'",
                        "measurement_source_value": "'L' || n % 300"}),
    "drug_exposure": (1, {"drug_concept_id": "1000000 + n % 200", "drug_type_concept_id": "32838",
                          "drug_exposure_start_date": "DATE '2020-01-01' + n % 2000",
                          "drug_exposure_end_date": "DATE '2020-01-08' + n % 2000"}),
}  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=20_000)
    arguments.add_argument("--seconds", type=float, default=4)
    given = arguments.parse_args()
    pages(given.people, given.seconds)


def pages(people: int, seconds: float) -> None:
    """Make the lake, work out its map, ask for the pages, print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "ws"
        rows, took = make(place, people)
        print(
            f"console over {people:,} people, {rows:,} rows (made in {took:.0f} s); {os.cpu_count()} cores, Python"
            f" {platform.python_version()}"
        )
        with open_workspace(place, {}) as workspace:
            print(f"map worked out once for this version: {worked_out(workspace):.1f} s")
        with Server(place, 1) as server, signed_in(server) as client:
            for name, path in {
                "floor": "/health/live", "home": "/console", "map": "/console/map",
                "map of a table": "/console/map/table/measurement", "map, a search": "/console/map?q=诊断",
                "worklist": "/console/worklist", "timeline": f"/console/people/{people // 2}",
            }.items():  # fmt: skip
                asked(client, name, path, seconds)


def make(place: Path, people: int) -> tuple[int, float]:
    """A workspace of so many people; how many rows, and the seconds that it took."""
    begun = time.perf_counter()
    with init_workspace(place, time_zone="Asia/Shanghai") as workspace:
        load_vocabulary(workspace, place.parent)
        workspace.ledger.users.add(User("clinician", roles=frozenset({"owner"})), Passwords().hash(PASSWORD))
        for table, (a_person, cells) in MADE.items():
            write(workspace, table, int(people * a_person), people, cells)
        for number in range(TASKS):
            workspace.ledger.tasks.raise_(Task(0, "alert", f"Task {number}", "bench", person_id=1 + number % people))
        snapshot = workspace.lake.snapshot()
        return sum(snapshot.rows(table) for table in MADE), time.perf_counter() - begun


def write(workspace: Workspace, table: str, rows: int, people: int, cells: dict[str, str]) -> None:
    """Rows made by the engine itself, into the lake."""
    told = {f"{table}_id": "n + 1", "person_id": f"1 + n % {people}"} | cells
    names = [field.name for field in arrow_schema(lake_columns(table))]
    types = {column.name: str(column.type) for column in lake_columns(table)}
    shown = ", ".join(f"CAST({told.get(name, 'NULL')} AS {types[name]}) AS {name}" for name in names)
    with workspace.engine.session() as session:
        sql = f"SELECT {shown} FROM (SELECT CAST(range AS INTEGER) AS n FROM range({rows}))"
        workspace.lake.commit({table: Append(Query(session, sql))}, "bench")


def worked_out(workspace: Workspace) -> float:
    """Seconds that the map of an owner takes when nothing of it is kept."""
    begun = time.perf_counter()
    reader = reader_of(workspace, "clinician", Purpose.OPERATIONS)
    work_out_sources(workspace)
    work_out(workspace, reader)
    assert not seen(workspace, reader).missing
    return time.perf_counter() - begun


@contextmanager
def signed_in(server: Server) -> Iterator[httpx.Client]:
    """A browser's session."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=120, trust_env=False) as client:
        told = {"name": "clinician", "password": PASSWORD, "purpose": "operations"}
        assert client.post("/session", json=told).status_code == 200
        yield client


def asked(client: httpx.Client, name: str, path: str, seconds: float) -> None:
    """One page, asked for again and again; prints the first answer's time, p50, p95 and size."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) <= LEAST or time.perf_counter() < end:
        begun = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - begun) * 1e3)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    cuts = quantiles(times[1:], n=20)
    size = len(answer.content) / 1e3
    print(f"{name:15} first {times[0]:7.1f}  p50 {cuts[9]:7.1f}  p95 {cuts[18]:7.1f} ms  {size:7.1f} kB")


if __name__ == "__main__":
    main()
