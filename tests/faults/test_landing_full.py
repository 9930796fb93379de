"""A full disk: a clear error, nothing half there, and on it goes when there is room"""

from __future__ import annotations

import os
import random
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from medark.errors import StorageError
from medark.model.record import Format
from medark.store.landing import Arrival, Landing

Squeeze = Callable[[Path], AbstractContextManager[None]]
MEGABYTE = 1 << 20


@contextmanager
def small_disk(root: Path) -> Iterator[None]:
    """A disk whose free space is taken by something else."""
    ballast = root / "ballast"
    with ballast.open("wb") as file:
        while True:
            try:
                os.write(file.fileno(), bytes(64 << 10))
            except OSError:
                break
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def small_files(root: Path) -> Iterator[None]:
    """The same errors where nobody may mount: no file may grow past what the journal has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in root.rglob("*") if path.is_file())
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(largest, 64 << 10), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(params=["disk", "files"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Squeeze]]:
    """A folder and what fills it: a tmpfs of 8 MB where one can be mounted, a limit on file sizes everywhere."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(tmp_path)]
    if request.param == "files" or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield tmp_path, small_files
        return
    try:
        yield tmp_path, small_disk
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def arrivals(seed: int, count: int, size: int) -> list[Arrival]:
    noise = random.Random(seed)
    return [Arrival(f"{seed}/{n}", noise.randbytes(size), Format.HL7V2) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "size"), [(400, 2000), (1, 600_000), (5, 300_000)], ids=["small", "large", "several"]
)
def test_nothing_is_lost_and_nothing_half_there(place: tuple[Path, Squeeze], count: int, size: int) -> None:
    folder, squeeze = place
    root = folder / "landing"
    with Landing(root) as landing:
        before = arrivals(1, 50, 500)
        landing.put("lis", 1, before)
        wanted = arrivals(2, count, size)
        with squeeze(folder):
            for _ in range(3):
                with pytest.raises(StorageError, match="landing store") as told:
                    landing.put("lis", 2, wanted)
                assert told.value.exit_code == 6
            assert contents(landing) == [a.content for a in before], "what was there can still be read"
            with pytest.raises(StorageError):
                landing.replace(landing.record(1), random.Random(3).randbytes(900_000))
        assert contents(landing) == [a.content for a in before]
        assert not [p for p in root.glob("incoming/*/*") if p.name != "held"]
        assert [x.new for x in landing.put("lis", 2, wanted)] == [True] * count
    with Landing(root) as landing:
        assert contents(landing) == [a.content for a in before + wanted]
        large = {r.id for r in landing.records() if r.size > 200_000}
        assert {p.name for p in root.glob("objects/*/*")} == large


def test_an_erasure_needs_no_room_to_forget(place: tuple[Path, Squeeze]) -> None:
    """A tombstone that could not be finished for want of room is finished by the next open."""
    folder, squeeze = place
    root = folder / "landing"
    with Landing(root) as landing:
        record = landing.put("lis", 1, arrivals(4, 1, 400_000))[0].record
        with squeeze(folder):
            try:
                landing.replace(record, None)
            except StorageError:
                assert landing.record(1).size in (0, 400_000)
    with Landing(root) as landing:
        landing.replace(record, None)
        assert not list(root.glob("objects/*/*"))


def contents(landing: Landing) -> list[bytes]:
    return [landing.open(record).read() for record in landing.records()]


def test_what_did_not_fit_and_never_comes_again_leaves_nothing(place: tuple[Path, Squeeze]) -> None:
    """The file had room, its journal row had none: the file goes."""
    folder, squeeze = place
    root = folder / "landing"
    with Landing(root) as landing:
        landing.put("lis", 1, arrivals(1, 3, 300))
        mixed = arrivals(5, 1, 200_000) + arrivals(6, 4000, 1500)
        with squeeze(folder), pytest.raises(StorageError):
            landing.put("lis", 2, mixed)
    with Landing(root) as landing:
        assert len(contents(landing)) == 3
        assert not list(root.glob("objects/*/*"))
        assert not [p for p in root.glob("incoming/*/*") if p.name != "held"]
