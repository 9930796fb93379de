"""Where tests find real data, and how it is unpacked once for all workers."""

from __future__ import annotations

import fcntl
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """The unpacked folder of a third-party archive: `shared_data("mimic3_demo")`. Fails if it is not there."""
    return _unpacked


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """The folder of domain facts. Fails if it is not there."""
    folder = SHARED / "reference"
    if not folder.is_dir():
        pytest.fail(f"domain facts are missing: put the reference folder at {folder} (see CONTRIBUTING.md)")
    return folder


def _unpacked(name: str) -> Path:
    archive = SHARED / "data" / f"{name}.zip"
    if not archive.is_file():
        pytest.fail(f"test data is missing: put {archive.name} at {archive.parent} (see CONTRIBUTING.md)")
    target = Path(tempfile.gettempdir()) / "medark-test-data" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / ".complete").exists():
            with zipfile.ZipFile(archive) as members:
                members.extractall(target)
            (target / ".complete").touch()
    return target
