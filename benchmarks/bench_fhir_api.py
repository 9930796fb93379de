"""FHIR, datasets and one patient's timeline, through gate and audit: in process, and over HTTP from one connection.

Run: .venv/bin/python benchmarks/bench_fhir_api.py [--rows 1000000] [--asked 300]
The server is uvicorn in this process, as `medark serve` starts it, so client and server share the cores. Patients are
chosen at random, so most files' row groups are cold the first time. The floor in the same run: the same server
answering /health/live.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

import httpx
import uvicorn

import bench_lake
from medark.bootstrap import init_workspace
from medark.define.sql_on_fhir import read_view, rows
from medark.flows.gate import at_terminal, person
from medark.flows.gate.reader import machine_user
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from medark.serve.app import create
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from medark.store.lake import Append, Query

PASSWORD = "correct horse battery"
TABLES = ("measurement", *bench_lake.TABLES)
TIMELINE = ("person", "visit_occurrence", "condition_occurrence", "drug_exposure", "observation", "measurement")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--asked", type=int, default=300)
    given = arguments.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="bench-fhir-", dir=os.environ.get("BENCH_FOLDER"))
    with folder as at, init_workspace(Path(at) / "ws") as workspace:
        people = load(workspace, given.rows)
        in_process(workspace, people, given.asked)
        with served(workspace) as client:
            over_http(client, people, given.asked)
            downloads(client, given.rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB; {os.cpu_count()} cores; Python {platform.python_version()}; ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("fastapi", "uvicorn", "duckdb", "pyarrow", "orjson")))


def load(workspace: Workspace, count: int) -> int:
    """Measurements and five more tables, as the lake's benchmark has them; how many people."""
    people = max(8, count // bench_lake.ROWS_A_PERSON)
    with workspace.engine.session() as session:
        changes = {t: Append(Query(session, bench_lake.others(t, people, n))) for t, n in bench_lake.TABLES.items()}
        changes["measurement"] = Append(Query(session, bench_lake.measurements(0, count, people)))
        workspace.lake.commit(changes, "bench")
    workspace.lake.compact(min_files=2)
    workspace.ledger.users.set_password_hash(machine_user(), Passwords().hash(PASSWORD))
    print(f"{count:,} rows of measurement and {sum(bench_lake.TABLES.values())} rows more of each of {people:,} people")
    return people


def in_process(workspace: Workspace, people: int, asked: int) -> None:
    reader = replace(at_terminal(workspace), purpose=Purpose.CARE)
    for number in range(16):  # each bucket's files are opened once
        person(workspace, reader, number, TIMELINE)
    chosen = random.Random(7).sample(range(people), min(asked, people))
    told(
        "patient timeline, in process: six tables", [lambda p=p: person(workspace, reader, p, TIMELINE) for p in chosen]
    )


def over_http(client: httpx.Client, people: int, asked: int) -> None:
    chosen = random.Random(8).sample(range(people), min(asked, people))
    get(client, "/fhir/Observation?patient=1")  # names of concepts are learned once
    told("floor: GET /health/live", [lambda: get(client, "/health/live") for _ in chosen])
    told("FHIR read: Patient/ID", [lambda p=p: get(client, f"/fhir/Patient/{p}") for p in chosen])
    ids = [get(client, f"/fhir/Observation?patient={p}&_count=1").json()["entry"][0]["resource"]["id"] for p in chosen]
    told("FHIR read: Observation/ID", [lambda i=i: get(client, f"/fhir/Observation/{i}") for i in ids])
    told(
        "FHIR search: Observation?patient=&_count=50",
        [lambda p=p: get(client, f"/fhir/Observation?patient={p}&_count=50") for p in chosen],
    )
    told(
        "FHIR search: Condition?patient=&date=ge",
        [lambda p=p: get(client, f"/fhir/Condition?patient={p}&date=ge2020-01-01") for p in chosen],
    )
    told("FHIR search over everybody: Condition?_count=50", [lambda: get(client, "/fhir/Condition") for _ in range(30)])


def downloads(client: httpx.Client, count: int) -> None:
    """All measurements, four columns, in each form."""
    sql = "SELECT measurement_id, person_id, measurement_date, value_as_number FROM measurement"
    for form in ("arrow", "parquet", "csv", "ndjson", "json"):
        begun, size = time.perf_counter(), 0
        with client.stream("POST", "/sql", params={"form": form}, json={"sql": sql}) as answer:
            assert answer.status_code == 200
            for part in answer.iter_raw():
                size += len(part)
        took = time.perf_counter() - begun
        speed = f"{size / 1e6 / took:,.0f} MB/s, {count / took:,.0f} rows/s"
        print(f"download, {form}: {size / 1e6:,.0f} MB in {took:.2f} s = {speed}")
    resources = [one["resource"] for one in get(client, "/fhir/Observation?_count=1000").json()["entry"]]
    column = {"name": "value", "path": "value.ofType(Quantity).value", "type": "decimal"}
    view = read_view({"resource": "Observation", "select": [{"column": [{"name": "id", "path": "id"}, column]}]})
    begun = time.perf_counter()
    for _ in range(20):
        assert len(list(rows(view, resources))) == len(resources)
    print(f"SQL on FHIR, two columns: {20 * len(resources) / (time.perf_counter() - begun):,.0f} resources/s")


def get(client: httpx.Client, address: str) -> httpx.Response:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return answer


def told(what: str, asks: Sequence[Callable[[], object]]) -> None:
    took, cpu = [], time.process_time()
    for ask in asks:
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    used = (time.process_time() - cpu) * 1000 / len(took)
    cuts = quantiles(took, n=100)
    print(
        f"{what}: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms ({len(took)} times), "
        f"{used:.2f} ms of CPU each"
    )


@contextmanager
def served(workspace: Workspace) -> Iterator[httpx.Client]:
    """A client of the machine's user, who reads for care."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{door.getsockname()[1]}"
    app = create(workspace, ServeSettings(a_second=0, seconds=600), base=base)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    form = {"grant_type": "password", "username": machine_user(), "password": PASSWORD}
    token = httpx.post(f"{base}/token", data=form, trust_env=False).json()["access_token"]
    headers = {"authorization": f"Bearer {token}", "x-purpose": "care"}
    try:
        with httpx.Client(base_url=base, headers=headers, timeout=600, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    main()
