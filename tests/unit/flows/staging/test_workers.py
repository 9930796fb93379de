"""Worker processes: the same rows in the same order, and one that dies takes only its item with it"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from medark.flows.staging import tasks, workers
from medark.flows.staging.workers import portions
from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.staged import Note, Staged, UnitCount
from medark.store.landing import Arrival, Landing


class Deadly:
    """A reader of files, one unit each, whose process dies of some."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        yield Chunk(record.record_no, content.read())

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        if chunk.content.startswith(b"deadly"):
            os._exit(9)
        staged = Staged()
        staged.add(Note(chunk.record_no, 0, 0, person_key="P", text=chunk.content.decode()))
        staged.add(UnitCount(chunk.record_no, 0, 0, unit="file", units=1))
        return staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        return content


@pytest.fixture(autouse=True)
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that are forked know the reader; the real ones start afresh and would not."""
    monkeypatch.setattr(tasks, "reader_of", lambda _: Deadly())
    monkeypatch.setattr(tasks, "_TASK_ITEMS", 4)
    monkeypatch.setattr(workers, "_context", lambda: multiprocessing.get_context("fork"))


def staged(tmp_path: Path, contents: list[bytes], count: int) -> tuple[list[str], list[int], set[int]]:
    """Texts in the order they came, records in quarantine, records at their end."""
    texts: list[str] = []
    quarantined: list[int] = []
    done: set[int] = set()
    with Landing(tmp_path) as landing:
        landed = landing.put("north", 1, [Arrival(f"{n}", c, Format.HL7V2) for n, c in enumerate(contents)])
        for portion in portions(landing, Source("north"), [(item.record, 0) for item in landed], count):
            texts += portion.tables["note"]["text"].to_pylist() if "note" in portion.tables else []
            if "unit_issue" in portion.tables:
                quarantined += portion.tables["unit_issue"]["record_no"].to_pylist()
            done |= portion.done
    return texts, quarantined, done


def test_rows_come_in_the_order_of_records(tmp_path: Path) -> None:
    contents = [b"%d" % n for n in range(40)]
    alone = staged(tmp_path / "1", contents, 1)
    assert staged(tmp_path / "2", contents, 2) == alone
    assert alone[0] == [f"{n}" for n in range(40)]


@pytest.mark.parametrize("at", [0, 9, 19], ids=["first", "middle", "last"])
def test_only_the_guilty_is_quarantined(tmp_path: Path, at: int) -> None:
    contents = [b"deadly" if n == at else b"%d" % n for n in range(20)]
    texts, quarantined, done = staged(tmp_path, contents, 2)
    assert texts == [f"{n}" for n in range(20) if n != at]
    assert quarantined == [at + 1]
    assert done == set(range(1, 21))


def test_several_that_kill(tmp_path: Path) -> None:
    contents = [b"deadly %d" % n if n % 6 == 0 else b"%d" % n for n in range(24)]
    texts, quarantined, done = staged(tmp_path, contents, 2)
    assert texts == [f"{n}" for n in range(24) if n % 6]
    assert quarantined == [1, 7, 13, 19]
    assert len(done) == 24


def test_no_process_is_left(tmp_path: Path) -> None:
    staged(tmp_path, [b"deadly", *(b"%d" % n for n in range(20))], 2)
    assert multiprocessing.active_children() == []
