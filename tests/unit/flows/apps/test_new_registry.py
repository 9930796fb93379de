"""A new registry works as it is, and its manifest follows its file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from medark.errors import SourceError, UsageError
from medark.flows.apps.checked import check
from medark.flows.apps.new_registry import new_registry, update
from medark.flows.workspace import Workspace
from unit.flows.apps.conftest import put_in


def test_it_keeps_its_promises_and_its_own_test_passes(tmp_path: Path) -> None:
    files = new_registry("hypertension", tmp_path)
    assert [file.name for file in files] == ["app.toml", "app.py", "test_hypertension.py"]
    assert check(tmp_path / "hypertension").faults == ()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "hypertension")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_it_runs_as_a_stranger(workspace: Workspace, tmp_path: Path) -> None:
    new_registry("hypertension", tmp_path)
    assert put_in(workspace, tmp_path / "hypertension") == "hypertension"


def test_the_manifest_follows_the_file(tmp_path: Path) -> None:
    new_registry("hypertension", tmp_path)
    folder = tmp_path / "hypertension"
    text = (folder / "app.py").read_text()
    (folder / "app.py").write_text(text.replace('"kg", NORM, every=12)', '"kg", NORM, every=12, is_task=True)'))
    assert [fault.at for fault in check(folder).faults] == ["tasks"]
    assert [one.name for one in update(folder).tasks] == [
        "hypertension_systolic_overdue", "hypertension_weight_overdue",
    ]  # fmt: skip
    assert check(folder).faults == ()


def test_what_can_not_be_written(tmp_path: Path) -> None:
    new_registry("hypertension", tmp_path)
    with pytest.raises(SourceError):
        new_registry("hypertension", tmp_path)
    with pytest.raises(UsageError):
        new_registry("High Pressure", tmp_path)
    manifest = tmp_path / "hypertension" / "app.toml"
    manifest.write_text(manifest.read_text().replace("# What follows", "# What came"))
    with pytest.raises(UsageError, match="no part that is made"):
        update(tmp_path / "hypertension")
