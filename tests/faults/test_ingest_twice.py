"""The same folder again, and several ingests at once: everything is there, once"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import hospital
from faults.real_cli import ends, lake, landed, leftovers, new_workspace, run, start

PATIENTS = [hospital.Patient(f"Qzx{n:03}x", n) for n in range(1, 5)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_workspace(tmp_path_factory.mktemp("empty") / "ws")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hospital.write(tmp_path_factory.mktemp("folder"), PATIENTS)


@pytest.fixture(scope="module")
def whole(empty: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = shutil.copytree(empty, tmp_path_factory.mktemp("whole") / "ws")
    run("ingest", path, folder, "--source", hospital.SOURCE)
    return path


def all_of(processes: list[subprocess.Popen[str]]) -> list[Any]:
    """What they printed, once all have ended well."""
    said = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), [err for _, err in said]
    return [json.loads(out) for out, _ in said]


def test_the_same_folder_twice(whole: Path, folder: Path, tmp_path: Path) -> None:
    path = shutil.copytree(whole, tmp_path / "ws")
    again = run("ingest", path, folder, "--source", hospital.SOURCE)
    assert again["files"]["landed"] == 0 and again["files"]["already"] == again["files"]["found"]
    assert again["total"]["units"] == 0
    assert lake(path) == lake(whole)
    assert landed(path) == landed(whole)
    assert not leftovers(path)


def test_the_same_folder_packed_another_way(whole: Path, folder: Path, tmp_path: Path) -> None:
    path = shutil.copytree(whole, tmp_path / "ws")
    packed = shutil.make_archive(str(tmp_path / "in"), "gztar", folder)
    again = run("ingest", path, packed, "--source", hospital.SOURCE)
    assert again["files"]["landed"] == 0 and again["files"]["refused"] == []
    assert landed(path) == landed(whole)


def test_the_same_folder_by_two_at_once(empty: Path, whole: Path, folder: Path, tmp_path: Path) -> None:
    path = shutil.copytree(empty, tmp_path / "ws")
    accounts = all_of([start("ingest", path, folder, "--source", hospital.SOURCE) for _ in range(2)])
    assert sorted(account["files"]["landed"] for account in accounts) == [0, accounts[0]["files"]["found"]]
    assert all(account["adds_up"] for account in accounts)
    assert lake(path) == lake(whole)
    assert landed(path) == landed(whole)
    assert ends(path) == ends(whole)
    assert not leftovers(path)


def test_different_folders_by_two_at_once(empty: Path, tmp_path: Path) -> None:
    """Two organisations: neither's rows hang on who comes first. Only the numbers of records do."""
    folders = [hospital.write(tmp_path / name, some) for name, some in (("a", PATIENTS[:2]), ("b", PATIENTS[2:]))]
    told = [(folder, f"{folder.name}/all") for folder in folders]
    one_by_one, at_once = (Path(shutil.copytree(empty, tmp_path / name)) for name in ("one", "both"))
    for folder, source in told:
        run("ingest", one_by_one, folder, "--source", source)
    all_of([start("ingest", at_once, folder, "--source", source) for folder, source in told])
    assert landed(at_once) == landed(one_by_one)
    assert ends(at_once) == ends(one_by_one)
    assert counts(at_once) == counts(one_by_one)
    assert not leftovers(at_once)


def counts(path: Path) -> dict[str, str]:
    return {table: told.partition(" rows")[0] for table, told in lake(path).items()}
