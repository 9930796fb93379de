"""Staging rows of readers and of queries, under one name a table"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from medark.flows.ingest.gathered import Gathered
from medark.flows.staging.tasks import Portion
from medark.model.staging import STAGING
from medark.standardise.formats.staged import Note, Staged, UnitCount, UnitIssue
from medark.store.duckdb import DuckDB
from medark.store.engine import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDB(tmp_path, threads=1).session() as opened:
        yield opened


def portion(*rows: object, record_no: int = 1, done: bool = False) -> Portion:
    staged = Staged()
    for row in rows:
        staged.add(row)  # type: ignore[arg-type]
    return Portion(dict(staged.tables()), {record_no: 1}, frozenset({record_no} if done else ()))


def note(row_no: int, text: str = "well") -> Note:
    return Note(1, row_no, 0, person_key="P", text=text)


def test_every_staging_table_is_there_with_its_columns_whether_it_has_rows_or_not(session: Session) -> None:
    gathered = Gathered(session)
    gathered.add(portion(note(0)))
    assert gathered.bind() == {"note"}
    for name, spec in STAGING.items():
        found = session.query(f"SELECT * FROM staged_{name}")
        assert set(found.column_names) >= set(spec.column_names), name
        assert found.num_rows == (name == "note")


def test_rows_of_readers_and_of_queries_come_together(session: Session) -> None:
    gathered = Gathered(session)
    gathered.add(portion(note(0, "a")))
    session.table("raw", "SELECT 'b' AS text")
    place = "CAST(2 AS BIGINT) AS record_no, CAST(0 AS BIGINT) AS row_no, 0 AS part_no"
    query = f"SELECT {place}, 'P' AS person_key, text FROM raw"
    assert gathered.add_query("note", query) == 1
    session.table("raw", "SELECT 'changed' AS text")  # the next piece takes its place: what was gathered stays
    assert gathered.add_query("note", f"{query} WHERE false") == 0
    gathered.bind()
    assert sorted(session.query("SELECT text FROM staged_note")["text"].to_pylist()) == ["a", "b"]
    assert gathered.rows == 2


def test_what_is_covered_adds_up(session: Session) -> None:
    gathered = Gathered(session)
    gathered.add(portion(note(0)))
    gathered.add(portion(note(1), done=True))
    gathered.cover(7, 3, done=False)
    gathered.cover(7, 0, done=True)
    assert (gathered.chunks, gathered.done) == ({1: 2, 7: 3}, {1, 7})


def test_of_an_erased_unit_nothing_is_said_but_that(session: Session) -> None:
    gathered = Gathered(session)
    issue = UnitIssue(1, 1, 0, outcome="quarantined", reason="of old")
    gathered.add(portion(note(0), note(1), issue, UnitCount(1, 0, 0, unit="note", units=2)))
    erased = pa.table({"record_no": pa.array([1], pa.int64()), "row_no": pa.array([1], pa.int64())})
    gathered.bind(erased)
    assert session.query("SELECT row_no FROM staged_note")["row_no"].to_pylist() == [0]
    issues = session.query("SELECT row_no, outcome, reason FROM staged_unit_issue").to_pylist()
    assert issues == [{"row_no": 1, "outcome": "excluded", "reason": "erased"}]
    assert session.query("SELECT sum(units) AS n FROM staged_unit_count")["n"].to_pylist() == [2]


def test_the_next_wave_starts_from_nothing(session: Session) -> None:
    gathered = Gathered(session)
    gathered.add(portion(note(0)))
    gathered.bind()
    gathered.clear()
    assert (gathered.rows, gathered.chunks, gathered.done) == (0, {}, set())
    assert not session.has("staged_note")
    gathered.add(portion(note(5)))
    gathered.bind()
    assert session.query("SELECT row_no FROM staged_note")["row_no"].to_pylist() == [5]
