"""A workspace into which a hospital of twenty patients was taken, with an owner and a doctor of the north."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.gate import reader_of
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.user import User

PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(20)]


@pytest.fixture(scope="session")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that each test has a copy of."""
    root = tmp_path_factory.mktemp("mapped")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})))
        made.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", Purpose.OPERATIONS, {"measurement": None}, Rows.ORGANISATION, 3, 0,
                  masks={"measurement.measurement_source_value": "star"}, granted_by="olga")
        )  # fmt: skip
        ingest(made, hospital.write(root / "in", PATIENTS), "north/all")
    return root / "ws"


@pytest.fixture
def workspace(taken_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it, open."""
    shutil.copytree(taken_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


@pytest.fixture
def olga(workspace: Workspace) -> Reader:
    """The owner."""
    return reader_of(workspace, "olga", Purpose.OPERATIONS)


@pytest.fixture
def dora(workspace: Workspace) -> Reader:
    """Who has a grant for measurements of the north, up to level 3, one column of them masked."""
    return reader_of(workspace, "dora", Purpose.OPERATIONS)
