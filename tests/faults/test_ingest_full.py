"""A full disk under the real command: a clear error, nothing lost, and on it goes when there is room"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

import hospital
from faults.real_cli import bytes_of, ends, lake, landed, leftovers, new_workspace, run, start

ROOM = 24 << 20  # bytes that an ingest may use, when there is room
FREE = [0, 150_000, 700_000, 3_000_000]  # bytes left on the disk: it fills at the start, while landing, in the lake …
STORAGE = 6  # the exit code of the error tree


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """An empty workspace, a folder, and a workspace that took it in with room to spare."""
    root = tmp_path_factory.mktemp("roomy")
    empty = new_workspace(root / "empty")
    whole = shutil.copytree(empty, root / "whole")
    folder = hospital.write(root / "in")
    run("ingest", whole, folder, "--source", hospital.SOURCE)
    return empty, folder, whole


Squeeze = Callable[[int], AbstractContextManager[None]]


@contextmanager
def small_disk(place: Path, size: int, *, kind: str = "disk") -> Iterator[Squeeze]:
    """A tmpfs of `size` bytes and what leaves only so many free; limits on files where none can be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if kind == "files" or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield small_files
        return
    try:
        yield partial(filled, place)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def filled(place: Path, free: int) -> Iterator[None]:
    """The disk with so many bytes left."""
    stat = os.statvfs(place)
    ballast = place / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(4096, stat.f_bavail * stat.f_frsize - free))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def small_files(free: int) -> Iterator[None]:
    """The same refusals where nobody may mount: no file of this process or its children may grow past so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(free // 10, 4096), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def ends_with(*arguments: str | Path) -> tuple[int, str]:
    """Exit code and standard error."""
    process = start(*arguments)
    _, err = process.communicate(timeout=120)
    return process.returncode, err


def refused(code: int, err: str) -> bool:
    """Did the command end for want of room, and say so in a line or two?"""
    if code == 0:
        return False
    assert code == STORAGE, err
    assert "error:" in err and "Traceback" not in err and hospital.CANARY not in err
    return True


@pytest.mark.parametrize("kind", ["disk", "files"])
def test_ingest_on_a_disk_that_fills(made: tuple[Path, Path, Path], kind: str, tmp_path: Path) -> None:
    empty, folder, whole = made
    with small_disk(tmp_path / "disk", size_of(empty) + ROOM, kind=kind) as squeezed:
        path = shutil.copytree(empty, tmp_path / "disk" / "ws")
        command = ("ingest", path, folder, "--source", hospital.SOURCE)
        tries = []
        for free in FREE:
            with squeezed(free):
                tries.append(refused(*ends_with(*command)))
        assert tries[0], "there was no room at all"
        run(*command)
        assert lake(path) == lake(whole)
        assert landed(path) == landed(whole)
        assert ends(path) == ends(whole)
        assert not leftovers(path)


def test_a_rebuild_without_room_leaves_the_old_lake(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    _, _, whole = made
    with small_disk(tmp_path / "disk", size_of(whole) + ROOM) as squeezed:
        path = shutil.copytree(whole, tmp_path / "disk" / "ws")
        with squeezed(600_000):
            assert refused(*ends_with("rebuild", path))
        assert lake(path) == lake(whole)
        run("rebuild", path)
        assert lake(path) == lake(whole)
        assert ends(path) == ends(whole)
        assert not leftovers(path)


def test_an_erasure_without_room_is_finished_when_there_is_some(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    _, _, whole = made
    command = ("erase", hospital.PATIENTS[0].key, "--yes")
    undisturbed = shutil.copytree(whole, tmp_path / "undisturbed")
    run(command[0], undisturbed, *command[1:])
    with small_disk(tmp_path / "disk", size_of(whole) + ROOM) as squeezed:
        path = shutil.copytree(whole, tmp_path / "disk" / "ws")
        with squeezed(40_000):
            assert refused(*ends_with(command[0], path, *command[1:]))
        with squeezed(300_000):
            done = not refused(*ends_with(command[0], path, *command[1:]))
        if not done:
            run(command[0], path, *command[1:])
        assert lake(path) == lake(undisturbed)
        assert hospital.PATIENTS[0].mark.encode() not in bytes_of(path)
        assert not leftovers(path)


def size_of(path: Path) -> int:
    """What a folder takes on a disk, about."""
    return sum(inner.stat().st_size + 4096 for inner in path.rglob("*"))
