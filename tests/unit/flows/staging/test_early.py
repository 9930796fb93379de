"""Workers ahead of the work are for folders, archives and files that hold much, and for nothing else"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from medark.flows.staging.early import begin_early

MUCH = 33 << 20


def sparse(path: Path, size: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    return path


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", lambda: found.append(1))
    return found


def test_a_folder_a_file_and_many_files_are_much(tmp_path: Path, begun: list[int]) -> None:
    sparse(tmp_path / "deep" / "inside" / "export.json", MUCH)
    for number in range(2_001):
        sparse(tmp_path / "many" / f"{number}.hl7", 10)
    for place in (tmp_path / "deep", tmp_path / "deep" / "inside" / "export.json", tmp_path / "many"):
        begin_early(place)
    assert len(begun) == 3


def test_little_nothing_and_what_is_not_there_are_not(tmp_path: Path, begun: list[int]) -> None:
    sparse(tmp_path / "little" / "export.json", 1000)
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "little", tmp_path / "empty", tmp_path / "no such folder"):
        begin_early(place)
    assert not begun


def test_it_imports_nothing_heavy() -> None:
    said = "import sys, medark.flows.staging.early as e; print({'pyarrow', 'duckdb', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
