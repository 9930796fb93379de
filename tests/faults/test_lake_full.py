"""A full disk under the lake: a clear error, the version before stays whole, and on it goes when there is room"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from faults.lake_rows import engine, measurement, open_lake, query, stored
from faults.test_lake_kill import assert_logs_agree
from faults.test_landing_full import small_disk
from medark.errors import StorageError
from medark.store.engine import Session
from medark.store.lake import Append, Lake, Upsert

Squeeze = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def small_files(_: Path) -> Iterator[None]:
    """The same errors where nobody may mount: no file may grow past a few bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(params=["disk", "files"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Squeeze]]:
    """The lake's folder and what fills its disk: a tmpfs where one can be mounted, a limit on file sizes everywhere."""
    root = tmp_path / "lake"
    root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(root)]
    if request.param == "files" or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield tmp_path, small_files
        return
    try:
        yield tmp_path, small_disk
    finally:
        subprocess.run(["umount", "-l", str(root)], check=True)


def some(session: Session, first: int, count: int = 300) -> Append:
    return Append(query(session, "measurement", [measurement(n, n % 7, f"v{n}") for n in range(first, first + count)]))


def mended(session: Session, lake: Lake) -> None:
    given = [measurement(n, n % 7, "mended") for n in range(50)]
    lake.commit({"measurement": Upsert(query(session, "measurement", given))}, "mend")


CHANGES: dict[str, Callable[[Session, Lake], object]] = {
    "append": lambda session, lake: lake.commit({"measurement": some(session, 5000)}, "more"),
    "upsert": mended,
    "compact": lambda session, lake: lake.compact(min_files=2),
    "delete": lambda session, lake: lake.delete_person(3, "leave"),
    "erase": lambda session, lake: lake.erase_person(3),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_lost_and_on_it_goes(place: tuple[Path, Squeeze], change: str) -> None:
    folder, squeeze = place
    lake = open_lake(folder, buckets=3)
    with engine(folder).session() as session:
        for first in (0, 1000):
            lake.commit({"measurement": some(session, first)}, "b")
        before = stored(folder, lake.snapshot(), "measurement")
        with squeeze(folder / "lake"):
            for _ in range(2):
                with pytest.raises(StorageError) as told:
                    CHANGES[change](session, lake)
                assert told.value.exit_code == 6
                assert told.value.fix
            assert lake.snapshot().version == 2
            assert stored(folder, lake.snapshot(), "measurement") == before, "readers read on"
        CHANGES[change](session, lake)
        assert lake.snapshot().version == 3
        now = stored(folder, lake.snapshot(), "measurement")
        assert (now == before) == (change == "compact")
        lake.vacuum(1)
    assert_logs_agree(folder, lake)
    assert not list((folder / "lake/_medark/incoming").iterdir())


def test_room_can_be_made_on_a_full_disk(place: tuple[Path, Squeeze]) -> None:
    """Forgetting old versions frees what only they had, even if their log can only be cut when there is room."""
    folder, squeeze = place
    lake = open_lake(folder, buckets=3)
    with engine(folder).session() as session:
        for first in range(0, 3000, 1000):
            lake.commit({"measurement": some(session, first)}, "b")
        lake.compact(min_files=2)
        rows = stored(folder, lake.snapshot(), "measurement")
        with squeeze(folder / "lake"):
            try:
                lake.vacuum(1)
            except StorageError as told:
                assert told.fix
            assert set((folder / "lake").glob("*/person_bucket=*/*")) == set(lake.snapshot().files("measurement"))
            assert stored(folder, lake.snapshot(), "measurement") == rows
        lake.vacuum(1)
        assert stored(folder, lake.snapshot(), "measurement") == rows
        assert len(lake.history()) == 1
    assert_logs_agree(folder, lake)
