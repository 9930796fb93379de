"""A workspace with a handful of people, two of them with a high potassium, and its owner as the reader."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app_folders import write_app
from faults.lake_rows import query as rows
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.apps import life
from medark.flows.gate import at_terminal
from medark.flows.hooks import Asked, Hooks, Shown
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader
from medark.model.user import User
from medark.store.lake import Upsert

POTASSIUM, MMOL_L, LAB = 3023103, 8753, 32856
NOW = dt.datetime(2024, 7, 1, 8)
TODAY = NOW.date()
VALUES = {1: 6.8, 2: 4.1, 3: 7.2, **dict.fromkeys(range(4, 15), 4.4)}  # person_id → last potassium


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that each test has a copy of: fourteen people, each with a potassium of yesterday."""
    place = tmp_path_factory.mktemp("apps") / "ws"
    with init_workspace(place, time_zone="Asia/Shanghai") as opened:
        people = [{"person_id": n, "year_of_birth": 1960 + n, "gender_concept_id": 8532} for n in VALUES]
        for name in ("anna", "bert"):
            opened.ledger.users.add(User(name, roles=frozenset({"owner"})))
        write(opened, person=people, measurement=[potassium(n, v) for n, v in VALUES.items()])
    return place


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it, open."""
    shutil.copytree(made, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def write(workspace: Workspace, **tables: list[dict[str, object]]) -> None:
    """Rows into the lake."""
    with workspace.engine.session() as session:
        workspace.lake.commit({name: Upsert(rows(session, name, held)) for name, held in tables.items()}, "test")


def potassium(person_id: int, value: float, day: dt.date = dt.date(2024, 6, 30), key: int = 0) -> dict[str, object]:
    """A row of measurement."""
    return {
        "measurement_id": key or 100 + person_id,
        "person_id": person_id,
        "measurement_concept_id": POTASSIUM,
        "measurement_date": day,
        "measurement_datetime": dt.datetime.combine(day, dt.time(9)),
        "measurement_type_concept_id": LAB,
        "value_as_number": value,
        "unit_concept_id": MMOL_L,
    }


@pytest.fixture
def owner(workspace: Workspace) -> Reader:
    """Who made the workspace, reading for care."""
    return replace(at_terminal(workspace), purpose=Purpose.CARE)


def put_in(workspace: Workspace, folder: Path) -> str:
    """Install, approve and enable; the application's name."""
    name = life.install(workspace, folder, by="anna").version.app
    life.approve(workspace, name, by="anna")
    life.enable(workspace, name, by="anna")
    return name


@pytest.fixture
def sound(workspace: Workspace, tmp_path: Path) -> str:
    """A sound application that runs."""
    return put_in(workspace, write_app(tmp_path / "apps"))


def shown(
    workspace: Workspace, reader: Reader, person_id: int, app: str = "potassium", *, at: dt.datetime = NOW,
    hook: str = "patient-view", language: str = "en",
) -> tuple[Shown, ...]:  # fmt: skip
    """The cards of an application for one person, as a client of CDS Hooks gets them."""
    hooks = Hooks(workspace, at.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp)
    asked = Asked(hook, str(person_id), person_id, language=language)
    return hooks.ask(app, hook, lambda _: asked, reader).cards()
