"""Worker processes: the same rows in the same order, and one that dies takes only its item with it"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from medark.flows.staging import pool, tasks
from medark.flows.staging import staging as module
from medark.flows.staging.staging import Staging
from medark.flows.staging.tasks import Portion
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
    monkeypatch.setattr(pool, "_context", lambda: multiprocessing.get_context("fork"))


def staged(tmp_path: Path, contents: list[bytes], count: int) -> tuple[list[str], list[int], set[int]]:
    """Texts in the order they came, records in quarantine, records at their end."""
    texts: list[str] = []
    quarantined: list[int] = []
    done: set[int] = set()
    with Landing(tmp_path) as landing, Staging(landing, count) as staging:
        landed = landing.put("north", 1, [Arrival(f"{n}", c, Format.HL7V2) for n, c in enumerate(contents)])
        for portion in staging.portions(Source("north"), [(item.record, 0) for item in landed]):
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


def texts_of(portions: Iterator[Portion]) -> list[str]:
    return [text for portion in portions for text in portion.tables["note"]["text"].to_pylist()]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH_WORKERS", 1)
    monkeypatch.setattr(module, "warm", lambda _: None)


def landed_in_two(landing: Landing, staging: Staging) -> list[tuple[RawRecord, int]]:
    """Twenty records, each group begun as it lands."""
    wanted: list[tuple[RawRecord, int]] = []
    for first in (0, 10):
        staging.expect(Format.HL7V2, 10)
        arrivals = [Arrival(f"{n}", b"%d" % n, Format.HL7V2) for n in range(first, first + 10)]
        records = [item.record for item in landing.put("north", 1, arrivals)]
        staging.begin(Source("north"), records[:7])
        wanted += [(record, 0) for record in records]
    return wanted


@pytest.mark.usefixtures("eager")
def test_what_began_while_others_landed_comes_once_and_in_its_place(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing, Staging(landing, 2) as staging:
        wanted = landed_in_two(landing, staging)
        assert texts_of(staging.portions(Source("north"), wanted)) == [f"{n}" for n in range(20)]
        assert texts_of(staging.portions(Source("north"), wanted)) == [f"{n}" for n in range(20)], (
            "nothing is left over"
        )


@pytest.mark.usefixtures("eager")
def test_what_began_and_is_no_more_wanted_just_so_is_staged_again(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing, Staging(landing, 2) as staging:
        wanted = landed_in_two(landing, staging)
        fewer = [each for each in wanted if each[0].record_no not in (2, 12)]
        assert texts_of(staging.portions(Source("north"), fewer)) == [f"{n}" for n in range(20) if n not in (1, 11)]
    with Landing(tmp_path / "other") as landing, Staging(landing, 2) as staging:
        wanted = landed_in_two(landing, staging)
        told_otherwise = Source("north", time_zone="Asia/Shanghai")
        assert texts_of(staging.portions(told_otherwise, wanted)) == [f"{n}" for n in range(20)]


@pytest.mark.usefixtures("eager")
def test_one_that_killed_while_others_landed_is_quarantined(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing, Staging(landing, 2) as staging:
        staging.expect(Format.HL7V2, 10)
        contents = [b"deadly" if n == 5 else b"%d" % n for n in range(12)]
        landed = landing.put("north", 1, [Arrival("", c, Format.HL7V2) for c in contents])
        staging.begin(Source("north"), [item.record for item in landed])
        found = list(staging.portions(Source("north"), [(item.record, 0) for item in landed]))
    assert texts_of(iter([p for p in found if "note" in p.tables])) == [f"{n}" for n in range(12) if n != 5]
    assert [p.tables["unit_issue"]["record_no"].to_pylist() for p in found if "unit_issue" in p.tables] == [[6]]


@pytest.mark.usefixtures("eager")
def test_while_workers_are_waited_for_there_is_time_for_something_else(tmp_path: Path) -> None:
    done: list[str] = []
    with Landing(tmp_path) as landing, Staging(landing, 2) as staging:
        wanted = landed_in_two(landing, staging)
        list(staging.portions(Source("north"), wanted, meanwhile=lambda: done.append("once")))
    assert done == ["once"]
