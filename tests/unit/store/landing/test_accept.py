"""The order of things in a commit: on disk first, counted after"""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path

import pytest

from medark.errors import StorageError
from medark.model.record import Format
from medark.store.landing import Arrival, Landing
from medark.store.landing.pack import INLINE_BYTES

LARGE = random.Random(9).randbytes(2 * INLINE_BYTES)


def test_file_and_folder_are_synced_before_the_row_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    sync = os.fsync

    def fsync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)
        kind = "draft" if path.name.startswith("draft.") else path.parts[0] if path.parts else "."
        with sqlite3.connect(tmp_path / "journal.db") as journal:
            (rows,) = journal.execute("SELECT count(*) FROM record").fetchone()
        journal.close()
        events.append(f"{kind} {rows}")
        sync(handle)

    with Landing(tmp_path) as landing:
        monkeypatch.setattr(os, "fsync", fsync)
        landing.put("lis", 1, [Arrival("large", LARGE, Format.UNKNOWN)])
        monkeypatch.undo()
    assert {event.split()[1] for event in events} == {"0"}, "everything is synced before the row"
    places = [event.split()[0] for event in events]
    assert "draft" in places[:-2], "the draft's bytes"
    assert places[-2:] == ["incoming", "objects"], "its name, and last the folder that holds its final name"


def test_the_journal_commits_to_disk(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing:
        write = landing._journal._writer
        settings = [
            write.execute(f"PRAGMA {n}").fetchone()[0] for n in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert settings == ["wal", 2, 1]


def test_a_failed_commit_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise StorageError("the landing store's disk is full")

    with Landing(tmp_path) as landing:
        monkeypatch.setattr("medark.store.landing.accept._added", failing)
        with pytest.raises(StorageError):
            landing.put("lis", 1, [Arrival("large", LARGE, Format.UNKNOWN)])
        monkeypatch.undo()
        assert not list(tmp_path.glob("objects/*/*"))
        assert landing.put("lis", 1, [Arrival("large", LARGE, Format.UNKNOWN)])[0].new
        monkeypatch.setattr("medark.store.landing.accept._added", failing)
        with pytest.raises(StorageError):
            landing.put("lis", 1, [Arrival("large", LARGE[1:], Format.UNKNOWN)])
        assert landing.open(landing.record(1)).read() == LARGE
    assert len(list(tmp_path.glob("objects/*/*"))) == 1
