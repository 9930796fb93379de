"""Twelve patients of the north and three of the west; an owner, a doctor of the north, and somebody without grants."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import app_folders
import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.catalog import bring_up_to_date
from medark.flows.gate import at_terminal, reader_of
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.user import User

NORTH = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(12)]


@pytest.fixture(scope="session")
def catalogued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that each test has a copy of; the owner's catalog is made."""
    root = tmp_path_factory.mktemp("catalogued")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})))
        made.ledger.users.add(User("nils", organisation="north", roles=frozenset({"nurse"})))
        made.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", Purpose.OPERATIONS, {"measurement": None}, Rows.ORGANISATION, 3, 0,
                  granted_by="olga")
        )  # fmt: skip
        ingest(made, hospital.write(root / "north", NORTH), "north/all")
        ingest(made, hospital.write(root / "west", hospital.PATIENTS), "west")
        name = life.install(made, app_folders.write_app(root / "apps"), by=machine_user()).version.app
        life.approve(made, name, by=machine_user())
        life.enable(made, name, by=machine_user())
        publish(made, at_terminal(made))
        bring_up_to_date(made, reader_of(made, "olga", Purpose.OPERATIONS))
    return root / "ws"


@pytest.fixture
def workspace(catalogued: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it, open."""
    shutil.copytree(catalogued, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


@pytest.fixture(scope="module")
def same(catalogued: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """One copy for tests that change nothing."""
    folder = tmp_path_factory.mktemp("same")
    shutil.copytree(catalogued, folder / "ws")
    with open_workspace(folder / "ws", {}) as opened:
        yield opened


@pytest.fixture(scope="session")
def reads() -> Callable[[Workspace, str], Reader]:
    """Who reads for operations."""
    return lambda workspace, name: reader_of(workspace, name, Purpose.OPERATIONS)
