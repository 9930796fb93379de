"""SQL over HTTP: as the caller may see it, streamed, in a process that can be ended without hurting anybody else."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from faults.lake_rows import query as rows
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.settings import ServeSettings
from medark.store.lake import Upsert
from unit.serve.conftest import DOCTOR, PASSWORD, Serving

PEOPLE = 300
FOR_EVER = (
    "SELECT count(*) AS n FROM range(3000000) AS a (x) CROSS JOIN range(3000000) AS b (y) WHERE (a.x * b.y) % 7 = 3"
)
ARROW = {"accept": "application/vnd.apache.arrow.stream"}


@dataclass(frozen=True)
class Asking:
    """POST /sql."""

    client: httpx.Client

    def __call__(self, sql: str, form: str = "", **told: Any) -> httpx.Response:
        return self.client.post("/sql", params={"form": form}, json={"sql": sql}, **told)


@pytest.fixture(scope="module")
def asking(workspace: Workspace, serving: type[Serving]) -> Iterator[Asking]:
    """POST /sql by a doctor; queries have five seconds to begin and little memory."""
    with workspace.engine.session() as session:
        people = [{"person_id": n, "year_of_birth": 1930 + n % 70} for n in range(PEOPLE)]
        workspace.lake.commit({"person": Upsert(rows(session, "person", people))}, "people")
    workspace.ledger.access.add_grant(
        Grant(
            0, Holder.USER, DOCTOR, Purpose.CARE, {"person": frozenset({"person_id", "year_of_birth"})}, Rows.ALL, 4, 0
        )
    )
    settings = ServeSettings(a_second=0, seconds=5, query_memory=200_000_000, query_spill=50_000_000, queries=3)
    with serving(workspace, settings) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        form = {"grant_type": "password", "username": DOCTOR, "password": PASSWORD}
        token = client.post("/token", data=form).json()["access_token"]
        client.headers.update({"authorization": f"Bearer {token}", "x-purpose": "care"})

        yield Asking(client)


def test_the_rows_in_every_form(asking: Asking) -> None:
    sql = "SELECT person_id, year_of_birth FROM person ORDER BY person_id"
    expected = [{"person_id": n, "year_of_birth": 1930 + n % 70} for n in range(PEOPLE)]
    arrow = asking(sql, headers=ARROW)
    assert pa.ipc.open_stream(arrow.content).read_all().to_pylist() == expected
    assert pq.read_table(io.BytesIO(asking(sql, "parquet").content)).to_pylist() == expected
    assert [int(one["person_id"]) for one in asking(sql).json()] == list(range(PEOPLE))
    assert asking(sql, "csv").text.count("\n") == PEOPLE + 1
    assert openpyxl.load_workbook(io.BytesIO(asking(sql, "xlsx").content)).active.max_row == PEOPLE + 1
    assert asking("SELECT person_id FROM person WHERE person_id < 0").json() == []


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("SELECT note_text FROM note", 403),
        ("SELECT location_id FROM person", 403),
        ("SELECT * FROM read_csv('/etc/passwd')", 400),
        ("SELECT nothing FROM person", 400),
        ("SELECT sum(x) FROM range(3) AS t (x) WHERE error('planted') = 1", 400),
        ("SELECT repeat('x', 60000000) AS x", 422),
    ],
)
def test_what_can_not_be_asked_is_refused(asking: Asking, sql: str, status: int) -> None:
    answer = asking(sql)
    assert answer.status_code == status, answer.text
    assert "planted" not in answer.text


def test_a_query_that_would_run_for_ever_ends_and_hinders_nobody(asking: Asking, workspace: Workspace) -> None:
    with ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        endless = [pool.submit(asking, FOR_EVER) for _ in range(2)]
        time.sleep(0.3)
        assert asking("SELECT count(*) AS n FROM person").json() == [{"n": PEOPLE}]
        alive = 0
        while not all(one.done() for one in endless):
            assert asking.client.get("/health/live").status_code == 200
            alive += 1
            time.sleep(0.05)
        assert [one.result().status_code for one in endless] == [504, 504]
        assert time.monotonic() - begun < 20
        assert alive >= 5
    assert _in_time(lambda: not _left(workspace))


def test_a_query_that_takes_too_much_memory_ends_alone(asking: Asking, workspace: Workspace) -> None:
    for greedy in (
        "SELECT list(x) AS l FROM range(200000000) AS t (x)",
        "SELECT string_agg(repeat('x', 1000), '') AS s FROM range(2000000) AS t (x)",
        "SELECT x, random() AS r FROM range(100000000) AS t (x) ORDER BY r",
    ):
        answer = asking(greedy)
        assert answer.status_code in (507, 504), answer.text
        assert asking.client.get("/health/live").status_code == 200
    assert _in_time(lambda: not _left(workspace))


def test_a_query_ends_when_whoever_asked_is_gone(asking: Asking, workspace: Workspace) -> None:
    with pytest.raises(httpx.ReadTimeout):
        asking(FOR_EVER, timeout=0.5)
    assert _in_time(lambda: not _left(workspace)), "its process ends though nobody waits for its five seconds"


def test_rows_that_nobody_takes_any_more_are_not_made(asking: Asking, workspace: Workspace) -> None:
    sql = {"sql": "SELECT x, repeat('x', 100) AS t FROM range(100000000) AS r (x)"}
    with asking.client.stream("POST", "/sql", json=sql, headers=ARROW) as answer:
        assert answer.status_code == 200
        assert next(answer.iter_raw(1 << 16))
        assert len(_left(workspace)) == 1
    assert _in_time(lambda: not _left(workspace))


def test_a_grant_that_is_taken_back_ends_a_query_that_runs(asking: Asking, workspace: Workspace) -> None:
    given = workspace.ledger.access.add_grant(
        Grant(0, Holder.USER, DOCTOR, Purpose.CARE, {"death": None}, Rows.ALL, 4, 0)
    )
    sql = (
        "SELECT x, repeat('x', 100) AS t FROM range(100000000) AS r (x) WHERE x >= (SELECT count(person_id) FROM death)"
    )
    with asking.client.stream("POST", "/sql", json={"sql": sql}, headers=ARROW) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_raw(1 << 16)
        next(pieces)
        workspace.ledger.access.revoke(given.number, "olga")
        with pytest.raises(httpx.RemoteProtocolError):
            for _ in pieces:
                pass
    assert _in_time(lambda: not _left(workspace))


def test_there_are_so_many_at_once(asking: Asking) -> None:
    with ThreadPoolExecutor() as pool:
        found = [one.result().status_code for one in [pool.submit(asking, FOR_EVER) for _ in range(5)]]
    assert set(found) <= {503, 504}
    assert found.count(504) >= 3


def test_the_audit_has_how_it_ended(asking: Asking, workspace: Workspace) -> None:
    asking("SELECT person_id FROM person WHERE person_id < 5")
    assert _in_time(lambda: workspace.ledger.audit.entries(limit=1)[0].act.action == "read.ended")
    (ended,) = workspace.ledger.audit.entries(limit=1)
    assert (ended.act.rows, ended.people) == (5, 5)


def _left(workspace: Workspace) -> list[Path]:
    """Folders of processes that live."""
    return list(workspace.places.scratch.glob("apart-*"))


def _in_time(is_so: Callable[[], bool], seconds: float = 4.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.05)
    return False
