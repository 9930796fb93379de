"""CDS Hooks over HTTP: 200 rules of a running application, patients with 5,000 rows each, at 1, 10 and 50 connections.

Run: .venv/bin/python benchmarks/bench_serve.py [--rules 200] [--rows 5000] [--patients 20] [--seconds 8] [--workers 1]
[--people 20000]. First a record and a timeline in process; at the end the console's pages over a lake of so many people
(`bench_pages.py`, which also runs alone).
The server is `medark serve`, as a user starts it: tokens, scopes, gate and audit included. Clients are a process of
their own on the same machine and take part of its cores. "at once": each connection asks again as soon as it has its
answer, so that 50 of them are a queue of 50. "each second": each asks once a second, as 50 clinicians would who open
a chart every second. The floor in the same run: the same server answering /health/live.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import multiprocessing
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles

import httpx
import orjson
import pyarrow as pa

import bench_define_memory as drawn
from medark.bootstrap import init_workspace, open_workspace
from medark.define import Card, ConceptSet, Rule
from medark.define.answers import to_json
from medark.define.concepts.ids import ConceptIds
from medark.define.memory import RuleSet, moment_of
from medark.flows.apps import life
from medark.flows.gate import person, reader_of
from medark.flows.gate.reader import machine_user
from medark.flows.timeline import Asked, local_now, timeline
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, tables
from medark.model.user import User
from medark.sdk.app import App, CardRule
from medark.sdk.contract import as_toml, reads_of
from medark.serve.auth.passwords import Passwords
from medark.store.lake import Query, Upsert

PASSWORD = "correct horse battery"
FIRE = 5  # rules that fire for a patient, on average: more cards than that nobody reads
MANIFEST = """
name = "many_rules"
version = "1.0.0"
purpose = "care"
title = {{ en = "Many rules", zh = "许多规则" }}
description = {{ en = "For measuring.", zh = "用于测量。" }}
{reads}
[publishes]
cards = {names}
"""
CODE = """
from medark.define.answers import from_json
from medark.sdk import App, CardRule

RULES = {rules!r}


def app(settings):
    rules = [from_json(text) for text in RULES]
    return App(cards=tuple(CardRule(rule.name, ("patient-view",), rule) for rule in rules))
"""
Times = list[float]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rules", type=int, default=200)
    arguments.add_argument("--rows", type=int, default=5_000)
    arguments.add_argument("--patients", type=int, default=20)
    arguments.add_argument("--seconds", type=float, default=8)
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--people", type=int, default=20_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "ws"
        rules = make(place, given.rules, given.rows, given.patients)
        print(
            f"{given.patients} patients of {given.rows:,} rows, {rules} rules; {given.workers} worker(s), "
            f"{os.cpu_count()} cores shared with the clients, Python {platform.python_version()}"
        )
        records(place, given.patients)
        with Server(place, given.workers) as server:
            token = server.token()
            ask = [body(patient) for patient in range(1, given.patients + 1)]
            warm(server, token, ask)
            for connections in (1, 10, 50):
                for pause in (0.0, 1.0):
                    floor = measured(server, "hello", connections, given.seconds, pause, [hello()])
                    hooks = [hook(one, token) for one in ask]
                    p95 = measured(server, "hook", connections, given.seconds, pause, hooks)
                    print(f"      p95 of a hook is {p95 / floor:.1f} times that of hello")
    from bench_pages import pages  # it is made of this module's parts

    pages(given.people, given.seconds / 2)


# -- what is served ----------------------------------------------------------------------------------------------------


def make(place: Path, count: int, rows: int, patients: int) -> int:
    """A workspace with patients, an application of many rules that runs, and a user."""
    drawn.NOW = dt.datetime.now().replace(
        second=0, microsecond=0
    )  # rules look back from the moment that they are asked
    with init_workspace(place) as workspace:
        load_vocabulary(workspace, place.parent)
        people = [patient(random.Random(n), rows, n) for n in range(1, patients + 1)]
        write(workspace, people)
        rules = chosen(random.Random(1), count, people)
        install(workspace, rules, place.parent / "many_rules")
        workspace.ledger.users.add(User("clinician", roles=frozenset({"owner"})), Passwords().hash(PASSWORD))
        settings = place / "medark.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace("# a_second = 500", "a_second = 0"))
    return len(rules)


def load_vocabulary(workspace: Workspace, folder: Path) -> None:
    """The made-up concepts as a vocabulary."""
    kinds = (
        ("Measurement", 3_000_000, drawn.LABS),
        ("Drug", 1_000_000, drawn.DRUGS),
        ("Condition", 300_000, drawn.ILLS),
    )
    lines = [",".join(column.name for column in tables()["concept"].columns)]
    for domain, first, count in kinds:
        lines += [
            f"{first + n},{domain} {n},{domain},Drawn,Drawn,S,{domain}{n},19700101,20991231," for n in range(count)
        ]
    (folder / "CONCEPT.csv").write_text("\n".join(lines), encoding="utf-8")
    workspace.vocabulary.load([folder / "CONCEPT.csv"])


def patient(chance: random.Random, rows: int, person_id: int) -> drawn.Tables:
    """One patient's rows, with keys of their own."""
    tables = drawn.patient(chance, rows)
    for table, columns in tables.items():
        length = len(columns["person_id"])
        columns["person_id"] = [person_id] * length
        if table != "person":
            columns[f"{table}_id"] = [person_id * 1_000_000 + no for no in range(length)]
    return tables


def write(workspace: Workspace, people: Sequence[drawn.Tables]) -> None:
    """Everybody's rows into the lake, in one commit."""
    with workspace.engine.session() as session:
        changes = {}
        for table in people[0]:
            columns = {name: [cell for one in people for cell in one[table][name]] for name in people[0][table]}
            schema, length = arrow_schema(lake_columns(table)), len(columns["person_id"])
            cells = [pa.array(columns.get(field.name, [None] * length), field.type) for field in schema]
            session.bind_arrow(f"made_{table}", pa.table(cells, schema=schema))
            changes[table] = Upsert(Query(session, f"SELECT * FROM made_{table}"))
        workspace.lake.commit(changes, "bench")


def chosen(chance: random.Random, count: int, people: Sequence[drawn.Tables]) -> list[Rule]:
    """Rules of all kinds, so many of which fire for a patient as anybody would read."""
    resolved: dict[ConceptSet, ConceptIds] = {}
    rules = [
        Rule(one.name, one.when, Card(f"提示 {one.name}", f"advice {one.name}"), one.values, source="drawn")
        for one in drawn.drawn_rules(chance, 8 * count, resolved)
    ]
    fired = dict.fromkeys((rule.name for rule in rules), 0)
    judged, now = RuleSet(rules, resolved), drawn.NOW
    for one_of in people:
        record = drawn.Record.of(one_of["person"]["person_id"][0], one_of)
        for one in judged.judge(record, moment_of(record, now), today=now.date()):
            fired[one.rule] += one.fires is True
    often = sorted(rules, key=lambda rule: fired[rule.name])
    most = FIRE * len(people)
    kept: list[Rule] = []
    for rule in often[::-1]:  # the ones that fire for somebody first, until they are enough
        if 0 < fired[rule.name] <= most:
            kept.append(rule)
            most -= fired[rule.name]
    found = (kept + [rule for rule in often if not fired[rule.name]])[:count]
    assert len(found) == count, "too few rules are quiet: draw more"
    return found


def install(workspace: Workspace, rules: Sequence[Rule], folder: Path) -> None:
    """The application, through the door that every other takes."""
    folder.mkdir()
    reads = as_toml(reads_of(App(cards=tuple(CardRule(rule.name, ("patient-view",), rule) for rule in rules))))
    names = orjson.dumps([rule.name for rule in rules]).decode()
    (folder / "app.toml").write_text(MANIFEST.format(reads=reads, names=names), encoding="utf-8")
    (folder / "app.py").write_text(CODE.format(rules=[to_json(rule) for rule in rules]), encoding="utf-8")
    life.install(workspace, folder, by=machine_user())
    life.approve(workspace, "many_rules", by=machine_user())
    life.enable(workspace, "many_rules", by=machine_user())


# -- a record in process -----------------------------------------------------------------------------------------------


def records(place: Path, patients: int) -> None:
    """One person's six tables through gate and audit, and their timeline: the first time and again. The footers of all
    files were read before, as a server has after a few calls.
    """
    tables = ("person", "visit_occurrence", "condition_occurrence", "drug_exposure", "observation", "measurement")
    with open_workspace(place) as workspace:
        reader = reader_of(workspace, "clinician", Purpose.CARE)
        now = local_now(workspace, time.time())
        for nobody in range(patients + 1, patients + 1 + workspace.lake.buckets):
            person(workspace, reader, nobody, tables)
        asks: dict[str, Callable[[int], object]] = {
            "record of six tables": lambda one: person(workspace, reader, one, tables),
            "timeline": lambda one: timeline(workspace, reader, Asked(one, now)),
        }
        for what, ask in asks.items():
            for when, rounds in (("the first time", 1), ("again", 20)):
                timed(f"{what}, in process, {when}", ask, [*range(1, patients + 1)] * rounds)
    print("      goal of a record: p50 2 ms, p99 10 ms")


def timed(what: str, ask: Callable[[int], object], people: Sequence[int]) -> None:
    took, cpu = [], time.process_time()
    for one in people:
        begun = time.perf_counter()
        ask(one)
        took.append((time.perf_counter() - begun) * 1e3)
    used = (time.process_time() - cpu) * 1e3 / len(took)
    cuts = quantiles(took, n=100, method="inclusive")
    print(
        f"{what:43}: p50 {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms  {used:5.2f} ms of CPU each "
        f"({len(took)} times)"
    )


# -- the server --------------------------------------------------------------------------------------------------------


class Server:
    """`medark serve`, for a while."""

    def __init__(self, place: Path, workers: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "medark", "serve", str(place), "--port", str(self.port)]
        self.log = place.parent / "log"
        self._process = subprocess.Popen(
            [*command, "--workers", str(workers)], stderr=self.log.open("wb"), start_new_session=True
        )

    def __enter__(self) -> Server:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/health/live", trust_env=False)
                return self
            except httpx.HTTPError:
                time.sleep(0.1)
        raise RuntimeError(self.log.read_text())

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(30)

    def token(self) -> str:
        form = {"username": "clinician", "password": PASSWORD}
        answer = httpx.post(f"http://127.0.0.1:{self.port}/token", data=form, trust_env=False, timeout=30)
        return str(answer.json()["access_token"])

    def cpu_s(self) -> float:
        """Seconds of CPU that the server and its workers took so far."""
        tick = os.sysconf("SC_CLK_TCK")
        return sum(self._ticks(pid) for pid in self._group()) / tick

    def _group(self) -> Iterator[int]:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if os.getpgid(int(entry.name)) == self._process.pid:
                        yield int(entry.name)
                except ProcessLookupError:
                    continue

    @staticmethod
    def _ticks(pid: int) -> int:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return int(fields[11]) + int(fields[12])


def warm(server: Server, token: str, ask: Sequence[bytes]) -> None:
    """Each patient once: what a first call costs, and how many cards there are."""
    cards, taken = 0, []
    for one in ask:
        begun = time.perf_counter()
        answer = httpx.post(
            f"http://127.0.0.1:{server.port}/cds-services/many_rules", content=one, trust_env=False, timeout=60,
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        )  # fmt: skip
        taken.append((time.perf_counter() - begun) * 1e3)
        cards += len(answer.json()["cards"])
    print(
        f"first call of a patient: {sorted(taken)[len(taken) // 2]:.1f} ms (median); {cards / len(ask):.1f} cards each"
    )


# -- the clients -------------------------------------------------------------------------------------------------------


def body(patient: int) -> bytes:
    context = {"userId": "Practitioner/1", "patientId": str(patient)}
    return orjson.dumps({"hook": "patient-view", "hookInstance": "d1577c69", "context": context})


def hook(told: bytes, token: str) -> bytes:
    head = f"POST /cds-services/many_rules HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
    return f"{head}content-type: application/json\r\ncontent-length: {len(told)}\r\n\r\n".encode() + told


def hello() -> bytes:
    return b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"


def measured(
    server: Server, what: str, connections: int, seconds: float, pause: float, requests: Sequence[bytes]
) -> float:
    """Asks from a process of its own; prints p50, p95, p99, requests a second and CPU of the server for each.

    Milliseconds that 95 of 100 answers took at most.
    """
    cpu = server.cpu_s()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        times, took = pool.apply(clients, (server.port, connections, seconds, pause, list(requests)))
    used = (server.cpu_s() - cpu) * 1e3 / len(times)
    cuts = quantiles((one * 1e3 for one in times), n=100)
    how = "each second" if pause else "at once"
    print(
        f"{what:6}{connections:3} connections, {how:11}: p50 {cuts[49]:7.1f}  p95 {cuts[94]:7.1f}  "
        f"p99 {cuts[98]:7.1f} ms  {len(times) / took:7,.0f} requests/s  {used:5.2f} ms of the server's CPU each"
    )
    return cuts[94]


def clients(port: int, connections: int, seconds: float, pause: float, requests: list[bytes]) -> tuple[Times, float]:
    """Connections that ask one thing after the other, for so long; the seconds that each answer took."""
    times: Times = []

    async def one(start: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(pause * start / 7 / connections)
        due = time.perf_counter()
        for no in range(start, 1 << 30):
            begun = due if pause else time.perf_counter()  # one who had to wait for its turn has waited
            if begun > end:
                break
            writer.write(requests[no % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            times.append(time.perf_counter() - begun)
            if pause:
                due += pause
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.close()

    async def all_() -> None:
        await asyncio.gather(*(one(7 * no) for no in range(connections)))

    begun = time.perf_counter()
    end = begun + seconds
    asyncio.run(all_())
    return times, time.perf_counter() - begun


if __name__ == "__main__":
    main()
