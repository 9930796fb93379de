"""A sweep removes what dead writers left, whenever they died, and never what a living one is at"""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from medark.store.lake.incoming import held_folder, sweep


def test_a_folder_is_there_while_it_is_used(tmp_path: Path) -> None:
    with held_folder(tmp_path / "in") as folder:
        (folder / "a.parquet").touch()
        sweep(tmp_path / "in")
        assert (folder / "a.parquet").exists()
    assert not folder.exists()


def test_what_dead_writers_left_goes(tmp_path: Path) -> None:
    for name, files in {"unmarked": (), "marked": ("held",), "full": ("held", "a.parquet")}.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).touch()
    sweep(tmp_path)
    assert not list(tmp_path.iterdir())


def test_writers_come_through_while_others_sweep(tmp_path: Path) -> None:
    """Whatever moment the sweep hits, the writer ends with a folder of its own in which its file stays."""
    done = Event()

    def keep_sweeping() -> None:
        while not done.is_set():
            sweep(tmp_path)

    sweeper = Thread(target=keep_sweeping)
    sweeper.start()
    try:
        for n in range(150):
            with held_folder(tmp_path) as folder:
                (folder / "a").write_bytes(b"%d" % n)
                assert (folder / "a").read_bytes() == b"%d" % n
    finally:
        done.set()
        sweeper.join()
