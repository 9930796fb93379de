"""Records into staging rows: cut, told apart, and readers that fail cost their chunk and nothing else"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from medark.errors import StorageError
from medark.flows.staging import tasks as module
from medark.flows.staging.tasks import Task, died, joined, stage_chunks, stage_task, tasks
from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.staged import Note, Staged, UnitCount
from medark.store.landing import Arrival, Landing

SOURCE = Source("north")


class Lines:
    """A reader of lines, two to a chunk, that can't bear some of them."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        lines = content.read().splitlines()
        if lines[:1] == [b"uncut"]:
            raise ValueError("this file holds a name")
        if lines[:1] == [b"torn"]:
            raise StorageError("a raw record is damaged")
        for at in range(0, len(lines), 2):
            yield Chunk(record.record_no, b"\n".join(lines[at : at + 2]), "", at, last=at + 2 >= len(lines))

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        staged = Staged()
        for n, line in enumerate(chunk.content.splitlines()):
            if line == b"bad":
                raise KeyError("Jane Doe")
            staged.add(Note(chunk.record_no, chunk.first_row_no + n, 0, person_key="P", text=line.decode()))
        if chunk.last:
            units = chunk.first_row_no + len(chunk.content.splitlines())
            staged.add(UnitCount(chunk.record_no, 0, 0, unit="line", units=units))
        return staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        return content


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "reader_of", lambda _: Lines())


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with Landing(tmp_path) as opened:
        yield opened


def landed(landing: Landing, *contents: bytes) -> list[tuple[RawRecord, int]]:
    arrivals = [Arrival(f"{n}", content, Format.HL7V2) for n, content in enumerate(contents)]
    return [(item.record, 0) for item in landing.put("north", 1, arrivals)]


def of(portion: module.Portion, table: str, *columns: str) -> list[tuple[object, ...]]:
    rows = portion.tables[table].to_pylist() if table in portion.tables else []
    return [tuple(row[column] for column in columns) for row in rows]


def test_a_reader_that_fails_costs_its_chunk_and_its_words_are_not_repeated(landing: Landing) -> None:
    (task,) = tasks(landing, landed(landing, b"a\nb\nc\nbad\ne", b"f"))
    portion = stage_task(task, SOURCE)
    assert [text for (text,) in of(portion, "note", "text")] == ["a", "b", "e", "f"]
    columns = ("record_no", "row_no", "outcome", "reason", "place")
    assert of(portion, "unit_issue", *columns) == [(1, 2, "quarantined", "the reader failed", "KeyError")]
    assert (portion.chunks, portion.done) == ({1: 3, 2: 1}, {1, 2})


def test_a_failing_last_chunk_is_still_counted(landing: Landing) -> None:
    (task,) = tasks(landing, landed(landing, b"a\nb\nbad"))
    portion = stage_task(task, SOURCE)
    assert of(portion, "unit_count", "record_no", "units") == [(1, 3)]
    assert of(portion, "unit_issue", "row_no") == [(2,)]


def test_a_file_that_can_t_be_cut_is_quarantined_whole(landing: Landing) -> None:
    (task,) = tasks(landing, landed(landing, b"uncut", b"a"))
    portion = stage_task(task, SOURCE)
    assert of(portion, "unit_issue", "record_no", "reason") == [(1, "the file can't be cut into units")]
    assert of(portion, "note", "record_no") == [(2,)]
    assert portion.done == {1, 2}


def test_damage_in_the_store_is_no_fault_of_the_record(landing: Landing) -> None:
    (task,) = tasks(landing, landed(landing, b"torn"))
    with pytest.raises(StorageError):
        stage_task(task, SOURCE)


def test_chunks_that_are_in_the_lake_are_left_out(landing: Landing) -> None:
    ((record, _),) = landed(landing, b"a\nb\nc\nd\ne")
    (task,) = tasks(landing, [(record, 2)])
    portion = stage_task(task, SOURCE)
    assert [text for (text,) in of(portion, "note", "text")] == ["e"]
    assert portion.chunks == {1: 1}


def test_tasks_are_of_one_format_and_of_a_size(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TASK_ITEMS", 3)
    arrivals = [Arrival(f"{n}", b"%d" % n, Format.HL7V2 if n < 7 else Format.CDA) for n in range(9)]
    records = [(item.record, 0) for item in landing.put("north", 1, arrivals)]
    found = [(task.format, len(task.items)) for task in tasks(landing, records)]
    assert found == [(Format.HL7V2, 3), (Format.HL7V2, 3), (Format.HL7V2, 1), (Format.CDA, 2)]


def test_portions_join_to_what_they_were(landing: Landing) -> None:
    records = landed(landing, b"a\nb\nc", b"bad", b"d")
    (task,) = tasks(landing, records)
    whole = stage_task(task, SOURCE)
    parts = joined([stage_task(Task(task.format, (item,)), SOURCE) for item in task.items])
    assert {name: table.to_pylist() for name, table in parts.tables.items()} == {
        name: table.to_pylist() for name, table in whole.tables.items()
    }
    assert (parts.chunks, parts.done) == (whole.chunks, whole.done)


def test_what_killed_a_worker_is_quarantined_and_ended(landing: Landing) -> None:
    (task,) = tasks(landing, landed(landing, b"a"))
    portion = died(task)
    assert of(portion, "unit_issue", "record_no", "reason") == [(1, "the reader died")]
    assert (portion.chunks, portion.done) == ({1: 1}, {1})
    portion = died(Task(Format.HL7V2, (Chunk(9, b"x", first_row_no=4, last=False),)))
    assert of(portion, "unit_issue", "row_no") == [(4,)]
    assert (portion.chunks, portion.done) == ({9: 1}, frozenset())


def test_a_chunk_with_a_fault_is_never_given_to_its_reader() -> None:
    tables = stage_chunks(Format.HL7V2, (Chunk(1, b"a", fault="too long"),), SOURCE)
    assert tables["unit_issue"]["reason"].to_pylist() == ["too long"]
    assert "note" not in tables
