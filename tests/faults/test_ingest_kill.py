"""kill -9 of the real command at random moments: the same command goes on, and all is as if nothing had happened"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import hospital
from faults.real_cli import ROUNDS, bytes_of, ends, killed, lake, landed, leftovers, new_workspace, run
from medark.bootstrap import open_workspace
from medark.flows.erase.pending import noted

KILLS = 3  # a round, before the command may come to its end
FIRST = 0.4  # seconds that Python needs to begin
PATIENTS = [hospital.Patient(f"Qzx{n:03}x", n) for n in range(1, 25)]  # enough for several waves
ERASED = PATIENTS[6]

Moments = Callable[[float], float]


@dataclass(frozen=True)
class Undisturbed:
    """A workspace of which nothing was killed, and the empty one that it began as."""

    empty: Path
    folder: Path
    whole: Path
    seconds: float
    lake: dict[str, str]

    def ingest(self, path: Path) -> tuple[str | Path, ...]:
        return "ingest", path, self.folder, "--source", hospital.SOURCE


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    root = tmp_path_factory.mktemp("undisturbed")
    empty, whole = new_workspace(root / "empty"), root / "whole"
    shutil.copytree(empty, whole)
    folder = hospital.write(root / "in", PATIENTS)
    started = time.monotonic()
    assert run("ingest", whole, folder, "--source", hospital.SOURCE)["adds_up"]
    return Undisturbed(empty, folder, whole, time.monotonic() - started, lake(whole))


@pytest.fixture(params=range(ROUNDS))
def moments(request: pytest.FixtureRequest) -> Moments:
    """Random moments between the beginning of a command and its end."""
    noise = random.Random(request.param)
    return lambda seconds: noise.uniform(FIRST, max(seconds, 2 * FIRST))


def cut_off(origin: Path, path: Path, moments: Moments, seconds: float, *command: str | Path) -> None:
    """Make `path` a copy of `origin` in which the command was killed; where it came to its end, try again, sooner."""
    for sooner in (1, 0.8, 0.6, 0.4, 0.2, 0):
        shutil.copytree(origin, path)
        if killed(moments(seconds * sooner), *command):
            return
        shutil.rmtree(path)
    raise AssertionError(f"{command[0]} can't be caught")


def same(path: Path, undisturbed: Undisturbed) -> None:
    """Every table row for row, every record once, every sum, and nothing left behind."""
    assert lake(path) == undisturbed.lake
    assert landed(path) == landed(undisturbed.whole) and set(landed(path).values()) == {1}
    assert ends(path) == ends(undisturbed.whole)
    assert not leftovers(path)


def test_ingest(undisturbed: Undisturbed, moments: Moments, tmp_path: Path) -> None:
    """The whole process group is killed, or the parent of the worker processes alone."""
    path = tmp_path / "ws"
    cut_off(undisturbed.empty, path, moments, undisturbed.seconds, *undisturbed.ingest(path))
    for number in range(1, KILLS):
        killed(moments(undisturbed.seconds), *undisturbed.ingest(path), everyone=number % 2 == 0)
    assert run(*undisturbed.ingest(path))["adds_up"]
    same(path, undisturbed)


def test_rebuild(undisturbed: Undisturbed, moments: Moments, tmp_path: Path) -> None:
    """There is always a whole lake: the old one, or the new. An ingest in between goes on from either."""
    path = tmp_path / "ws"
    cut_off(undisturbed.whole, path, moments, undisturbed.seconds, "rebuild", path)
    assert lake(path) == undisturbed.lake
    run(*undisturbed.ingest(path))
    assert lake(path) == undisturbed.lake
    assert ends(path) == ends(undisturbed.whole)
    run("rebuild", path)
    same(path, undisturbed)


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_rebuild_killed_while_the_lakes_change_places(undisturbed: Undisturbed, at: str, tmp_path: Path) -> None:
    path = shutil.copytree(undisturbed.whole, tmp_path / "ws")
    if at == "after":  # the old one is away, the new one not yet there
        (path / "lake").rename(path / "lake.old")
        shutil.copytree(path / "lake.old", path / "lake.new")
    else:  # as if the new one had been lost as well
        (path / "lake").rename(path / "lake.old")
    assert lake(path) == undisturbed.lake


def test_erase(undisturbed: Undisturbed, moments: Moments, tmp_path: Path) -> None:
    """The same command goes on, also once the crosswalk has forgotten the name, and its account is of all of it."""
    whole = shutil.copytree(undisturbed.whole, tmp_path / "whole")
    path = tmp_path / "ws"
    started = time.monotonic()
    account = run("erase", whole, ERASED.ssn, "--yes")
    seconds = time.monotonic() - started
    cut_off(undisturbed.whole, path, moments, seconds, "erase", path, ERASED.ssn, "--yes")
    if not is_done(path):
        killed(moments(seconds), "erase", path, ERASED.ssn, "--yes")
    if not is_done(path):
        found = run("erase", path, ERASED.ssn, "--yes")
        assert found["tables"] == account["tables"] and found["versions_removed"] == account["versions_removed"]
    assert lake(path) == lake(whole)
    assert landed(path) == landed(whole)
    assert ERASED.mark.encode() not in bytes_of(path)
    assert not leftovers(path)


def is_done(path: Path) -> bool:
    """Has an erasure come to its end, whether its process could still say so or not?"""
    with open_workspace(path, {}) as workspace:
        return noted(workspace) is None and not workspace.crosswalk.find(ERASED.ssn)
