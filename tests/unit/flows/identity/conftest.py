"""Two hospitals that know some of the same people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medark.bootstrap import open_workspace
from medark.flows.workspace import Workspace
from support.two_hospitals import NORTH, SOUTH, made


@pytest.fixture(scope="session")
def two_hospitals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both, in which nobody is linked; its salt is known."""
    root = tmp_path_factory.mktemp("hospitals")
    made(root / "ws", {"north": NORTH, "south": SOUTH})
    return root / "ws"


@pytest.fixture
def workspace(two_hospitals: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it, to change."""
    shutil.copytree(two_hospitals, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {"MEDARK_INGEST_WORKERS": "1"}) as opened:
        yield opened


@pytest.fixture
def number(workspace: Workspace) -> Callable[[str], int]:
    """`number("N1")`: the person of a patient number."""

    def person_of(key: str) -> int:
        people = "north" if key.startswith("N") else "south"
        return workspace.crosswalk.persons(people, [key])[key]

    return person_of
