"""The tutorial of the first application does what it says: its files as they stand there, through the real commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "first-app.md"
FILE = re.compile(r"```(?:python|toml)\n# (\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The application as the tutorial writes it."""
    for name, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "kidney_alarm"


def medark(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "medark", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_useful_application_in_thirty_lines(folder: Path) -> None:
    lines = [line for line in (folder / "app.py").read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 30
    assert medark("app", "check", folder, "--json").count('"what"') == 0
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder]
    tested = subprocess.run(command, capture_output=True, text=True, cwd=folder.parent)
    assert tested.returncode == 0, tested.stdout


def test_it_goes_into_a_hospital(folder: Path, tmp_path: Path) -> None:
    medark("init", tmp_path / "city")
    for command in ("install", "approve", "enable"):
        named = folder if command == "install" else "kidney_alarm"
        medark("app", command, tmp_path / "city", named, "--json")
    assert '"enabled"' in medark("app", "list", tmp_path / "city", "--json")
