"""What pages are given beside rows and counts: who met whom, what a query asks for, and the application's tasks."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.flows.apps.asked_tasks import task_rows
from medark.flows.apps.meetings import CASES, STAYS, meetings
from medark.flows.pages.counting import quoted
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader
from medark.model.task import Task, TaskState
from medark.sdk.settings import Settings
from medark.sdk.shows import Meetings, Rows, Tasks, View
from medark.sdk.testing.asked import filtered
from medark.sdk.testing.asked import meetings as in_memory

DAY = dt.datetime(2026, 5, 1)
NEEDED = Meetings(Rows("cases", ("person_id",)), "stays", "place", ("kind",), before=2, after=14)
NOW_MS = 1_780_000_000_000
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with init_workspace(tmp_path_factory.mktemp("asked") / "ws", time_zone="Asia/Shanghai") as made:
        yield made


def stay(person_id: int, place: int | None, start: float, end: float, kind: str = "ward") -> dict[str, Any]:
    """A stay from one hour to another, counted from 1 May."""
    hours = [DAY + dt.timedelta(hours=hour) for hour in (start, end)]
    return {"person_id": person_id, "place": place, "entry_start": hours[0], "entry_end": hours[1], "kind": kind}


def case(person_id: int, day: int) -> dict[str, Any]:
    return {"person_id": person_id, "entry_start": DAY + dt.timedelta(day)}


def met(
    workspace: Workspace, cases: list[dict[str, Any]], stays: list[dict[str, Any]], needed: Meetings = NEEDED
) -> list[tuple[Any, ...]]:
    """Who met whom, as the engine tells it; the application's test kit must tell the same."""
    shape = pa.schema([("person_id", pa.int64()), ("place", pa.int64()), ("entry_start", pa.timestamp("us")),
                       ("entry_end", pa.timestamp("us")), ("kind", pa.string())])  # fmt: skip
    with workspace.engine.session() as session:
        session.bind_arrow(CASES, pa.Table.from_pylist(cases, schema=pa.schema([shape.field(0), shape.field(2)])))
        session.bind_arrow(STAYS, pa.Table.from_pylist(stays, schema=shape))
        found = meetings(session.query, needed, quoted).to_pylist()
    told = [(row["person_id"], row["case"], row["place"], row["first"], row["last"], row["kind"]) for row in found]
    kit = [
        (row["person_id"], row["case"], row["place"], row["first"], row["last"], row["kind"])
        for row in in_memory(cases, stays, needed)
    ]
    assert [(*row[:3], *(one.isoformat(" ", "minutes") for one in row[3:5]), row[5]) for row in told] == kit
    return told


@pytest.mark.parametrize(
    ("theirs", "found"),
    [
        (stay(2, 7, 4, 12), [(4, 8)]),  # they share four hours
        (stay(2, 7, 8, 12), [(8, 8)]),  # one comes as the other goes
        (stay(2, 7, 8.5, 12), []),
        (stay(2, 8, 0, 8), []),  # elsewhere
        (stay(2, None, 0, 8), []),  # nobody knows where
        (stay(1, 7, 2, 4), []),  # the case itself
        (stay(3, 7, 0, 8), []),  # another case is no contact
    ],
)
def test_who_was_there_at_the_same_time_met(
    workspace: Workspace, theirs: dict[str, Any], found: list[tuple[float, float]]
) -> None:
    told = met(workspace, [case(1, 0), case(3, 0)], [stay(1, 7, 0, 8), theirs])
    assert [((one[3] - DAY) / dt.timedelta(hours=1), (one[4] - DAY) / dt.timedelta(hours=1)) for one in told] == found


@pytest.mark.parametrize(
    ("day", "count"),
    [(2, 1), (3, 0), (-14, 1), (-15, 0)],  # the case is ill so many days after the stay
)
def test_stays_count_from_two_days_before_a_case_to_fourteen_after(workspace: Workspace, day: int, count: int) -> None:
    assert len(met(workspace, [case(1, day)], [stay(1, 7, 1, 8), stay(2, 7, 1, 8)])) == count


@pytest.mark.parametrize(("start", "count"), [(24 * 3, 1), (24 * 3 + 0.5, 0), (-24 * 3 - 8, 1), (-24 * 3 - 8.5, 0)])
def test_they_may_lie_so_many_days_apart(workspace: Workspace, start: float, count: int) -> None:
    needed = Meetings(Rows("cases", ("person_id",)), "stays", "place", ("kind",), apart=3)
    theirs = stay(2, 7, start, start + 8)
    told = met(workspace, [case(1, 0)], [stay(1, 7, 0, 0), theirs], needed)
    assert len(told) == count


def test_of_one_person_and_case_at_a_place_the_longest_is_told(workspace: Workspace) -> None:
    stays = [stay(1, 7, 0, 48), stay(2, 7, 1, 2), stay(2, 7, 10, 20), stay(2, 7, 30, 31, "outpatient")]
    ((*_who, first, last, kind),) = met(workspace, [case(1, 0)], stays)
    assert (first, last, kind) == (DAY + dt.timedelta(hours=10), DAY + dt.timedelta(hours=20), "ward")


def test_the_engine_and_the_test_kit_tell_the_same_of_a_crowd(workspace: Workspace) -> None:
    chance = random.Random(6)
    stays = []
    for person in range(1, 13):
        for _ in range(4):
            start = chance.randrange(0, 24 * 20)
            length = chance.randrange(1, 400) / 4 + person / 997  # so that no two last as long
            stays.append(stay(person, chance.randrange(3), start, start + length, chance.choice(["ward", "clinic"])))
    assert len(met(workspace, [case(1, 3), case(2, 6), case(5, 18)], stays)) > 10


def test_a_query_bounds_days_and_names_one_value_or_several() -> None:
    rows = [{"district": one, "entry_start": DAY + dt.timedelta(n), "is_new": n > 1} for n, one in enumerate("ABCA")]
    needed = Rows(
        "cases", ("district",), where=("district", "is_new"), between="entry_start", only=("signal=a", "signal=b")
    )

    def found(**query: str) -> list[int]:
        asked = View({}, Settings({}), query)
        return [(row["entry_start"] - DAY).days for row in filtered(rows, needed, asked)]

    assert found(signal="a") == [0, 1, 2, 3]
    assert found(signal="b", district="A") == [0, 3]
    assert found(signal="b", district="A、C") == [0, 2, 3]
    assert found(signal="a", **{"from": "2026-05-02", "to": "2026-05-03"}) == [1, 2]
    assert found(signal="a", **{"from": "no day"}) == [0, 1, 2, 3]
    assert found(signal="c") == found() == []


def test_the_readers_tasks_come_with_their_clock(workspace: Workspace) -> None:
    book = workspace.ledger.tasks
    for key, due in (("late", -2), ("soon", 3), ("other", 5)):
        kind = "signal" if key != "other" else "report_case"
        book.raise_(Task(0, kind, key, "warning", key, due_ms=NOW_MS + due * HOUR_MS))
    book.raise_(Task(0, "signal", "another's", "warning", "x", organisation="south", due_ms=NOW_MS))
    book.raise_(Task(0, "signal", "of another application", "vte", "x", due_ms=NOW_MS))
    done = book.raise_(Task(0, "signal", "done", "warning", "done", due_ms=1))
    book.close(done.number, TaskState.DONE, "dora", "an outbreak")
    reader = Reader("dora", Purpose.PUBLIC_HEALTH, frozenset({"duty_officer"}), "north")
    rows = list(task_rows(workspace, reader, "warning", Tasks(kind="signal", days=100_000), NOW_MS))
    assert [(row["title"], row["minutes"], row["is_late"]) for row in rows] == [
        ("late", -120, True), ("soon", 180, False), ("done", None, True),
    ]  # fmt: skip
    assert rows[-1]["reason"] == "an outbreak"
    assert rows[0]["due"] == "2026-05-29 02:26"  # 2026-05-28T18:26:40Z, in Shanghai
