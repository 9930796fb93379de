"""Data judged by itself: when something came, however it came; what fails is a task, and closed once it passes."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.cli.shell import run
from medark.flows.data_map.keeping import Keeping
from medark.flows.ingest import ingest
from medark.flows.quality import history
from medark.flows.quality.background import wait
from medark.flows.quality.schedule import Schedule, judge_if_due
from medark.flows.quality.tasks import KIND
from medark.flows.workspace import Workspace
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.model.task import Task, TaskState
from medark.model.user import User
from medark.serve.app import create
from medark.store.durable import locked
from medark.store.lake import Query, Upsert

SETTINGS = """
[quality]
check_every = 1
tasks = true
[source."north/all"]
owner = "stella"
[owners]
provider = "olga"
"""


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("by itself")
    with init_workspace(root / "ws", buckets=2) as made:
        for name, roles in (("olga", {"owner"}), ("stella", {"steward"})):
            made.ledger.users.add(User(name, organisation="north", roles=frozenset(roles)))
        ingest(made, hospital.write(root / "in", [hospital.Patient("Qzxpa", 1)]), "north/all")
    text = (root / "ws" / "medark.toml").read_text().replace("\n[quality]\n", "\n")
    (root / "ws" / "medark.toml").write_text(text + SETTINGS)
    return root / "ws"


@pytest.fixture
def workspace(taken_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(taken_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def tasks(workspace: Workspace, *, is_open: bool) -> list[Task]:
    there = workspace.ledger.tasks.all(app="")
    return [one for one in there if one.kind == KIND and one.state.is_closed is not is_open]


def add_a_provider_of_no_source(workspace: Workspace) -> None:
    """One whose specialty is a concept that there is not."""
    cells = {"provider_id": 77, "specialty_concept_id": 77_777_777}
    schema = arrow_schema(lake_columns("provider"))
    with workspace.engine.session() as session:
        made = pa.table([pa.array([cells.get(f.name)], f.type) for f in schema], schema=schema)
        session.bind_arrow("made", made)
        workspace.lake.commit({"provider": Upsert(Query(session, "SELECT * FROM made"))}, "test")


def until(is_so: Callable[[], bool]) -> bool:
    """Does it come true within half a minute?"""
    for _ in range(600):
        if is_so():
            return True
        time.sleep(0.05)
    return False


def test_it_is_judged_once_for_what_came_and_each_failing_check_is_a_task_with_an_owner(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_a_provider_of_no_source(workspace)
    done = judge_if_due(workspace)
    assert done is not None and done.raised
    (run_, _), *_ = history(workspace, "olga")
    raised = tasks(workspace, is_open=True)
    assert {one.key.removeprefix("quality:") for one in raised} == set(run_.failing)
    assert all(one.due_ms and one.role == "steward" for one in raised)
    of_source = [one for one in raised if one.organisation == "north"]
    assert of_source and {one.assignee for one in of_source} == {"stella"}, "the owner of the source"
    of_table = [one for one in raised if not one.organisation and ": provider" in one.title]
    assert {one.assignee for one in of_table} == {"olga"}, "the owner of the table, where no source stands out"
    assert judge_if_due(workspace) is None, "nothing came"
    ingest(workspace, hospital.write(tmp_path / "more", [hospital.Patient("Qzxpb", 2)]), "north/all")
    again = judge_if_due(workspace)
    assert again is not None and len(history(workspace, "olga")) == 2
    tomorrow = workspace.today() + dt.timedelta(days=1)
    monkeypatch.setattr(Workspace, "today", lambda _: tomorrow)
    assert judge_if_due(workspace) is not None, "a day began"


def test_a_task_closes_itself_once_its_check_passes(workspace: Workspace) -> None:
    judge_if_due(workspace)
    before = tasks(workspace, is_open=True)
    assert before
    lenient = {one.key.removeprefix("quality:"): 100.0 for one in before}
    done = judge_if_due(replace(workspace, settings=replace(workspace.settings, thresholds=lenient)))
    assert done is not None and len(done.closed) == len(before) and not tasks(workspace, is_open=True)
    assert {one.state for one in tasks(workspace, is_open=False)} == {TaskState.DONE}


def test_one_process_judges_at_a_time(workspace: Workspace) -> None:
    with locked(Keeping(workspace, "quality").lock(), 0):
        assert judge_if_due(workspace) is None
    assert judge_if_due(workspace) is not None


def test_a_served_workspace_is_judged_while_it_is_served(workspace: Workspace) -> None:
    with Schedule(workspace, minutes=0.001):
        assert until(lambda: bool(tasks(workspace, is_open=True)))
    wait(workspace)
    assert len(history(workspace, "olga")) == 1
    with Schedule(workspace, minutes=0) as never:
        assert not never.is_going_on


def test_the_server_holds_the_schedule(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medark.flows.quality.schedule._MINUTE_S", 0.02)
    app = create(workspace)

    async def served() -> bool:
        async with app.router.lifespan_context(app):
            return await asyncio.to_thread(until, lambda: bool(tasks(workspace, is_open=True)))

    assert asyncio.run(served())


def test_an_ingest_raises_tasks_where_settings_want_them(workspace: Workspace, tmp_path: Path) -> None:
    file = workspace.path / "medark.toml"
    file.write_text(file.read_text().replace("check_every = 1", "check_after_ingest = true"))
    files = hospital.write(tmp_path / "more", [hospital.Patient("Qzxpb", 2)])
    run(["ingest", str(workspace.path), str(files), "--source", "north/all"], {})
    assert tasks(workspace, is_open=True)
