"""How units and rows of a wave ended, read off a session"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from medark.flows.ingest.outcome import UNLINKED, wave_outcome
from medark.model.account import ReasonCount, TableAccount
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.ledger import RecordOutcome, UnitOutcome

Cells = Sequence[tuple[object, ...]]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDB(tmp_path, threads=1).session() as opened:
        yield opened


def told(session: Session, *, issues: Cells = (), counts: Cells = (), checked: Cells = ()) -> None:
    """issues: record, row, outcome, reason, place[, units]. counts: record, units.

    checked: record, row, reason, unlinked.
    """
    columns = "record_no, row_no, outcome, reason, place, units"
    relation(session, "staged_unit_issue", columns, [(*issue, 1)[:6] for issue in issues], "1, 1, '', '', '', 1")
    relation(session, "staged_unit_count", "record_no, units", counts, "1, 1")
    columns = "medark_record_no, medark_row_no, reason, unlinked, place"
    relation(session, "measurement_checked", columns, [(*row, "place") for row in checked], "1, 1, '', '', ''")


def relation(session: Session, name: str, columns: str, rows: Cells, shape: str) -> None:
    values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows) or f"({shape})"
    where = "" if rows else " WHERE false"
    session.table(name, f"SELECT * FROM (VALUES {values}) AS t ({columns}){where}")


def _literal(value: object) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else repr(value)


def ended(session: Session, record_no: int = 1) -> tuple[int, int, int, int]:
    """Units, and of these quarantined, not understood and excluded."""
    outcome = wave_outcome(session, ["measurement"], {record_no: 1}, {record_no})
    (record,) = [r for r in outcome.records if r.record_no == record_no]
    return record.units, record.quarantined, record.not_understood, record.excluded


def test_a_unit_without_a_word_has_loaded(session: Session) -> None:
    told(session, counts=[(1, 3)], checked=[(1, 0, None, None)])
    assert ended(session) == (3, 0, 0, 0)


def test_the_worst_word_on_a_unit_counts(session: Session) -> None:
    issues = [(1, 0, "excluded", "a", ""), (1, 0, "quarantined", "b", ""), (1, 1, "not_understood", "c", ""),
              (1, 1, "excluded", "a", "")]  # fmt: skip
    told(session, counts=[(1, 2)], issues=issues)
    assert ended(session) == (2, 1, 1, 0)


def test_a_unit_of_which_a_part_was_left_out_has_loaded_if_any_row_of_it_has(session: Session) -> None:
    issues = [(1, n, "excluded", "cancelled", "") for n in range(2)]
    told(session, counts=[(1, 2)], issues=issues, checked=[(1, 0, None, None)])
    assert ended(session) == (2, 0, 0, 1)


def test_excluded_units_that_are_told_together_count_each(session: Session) -> None:
    issues = [(1, 0, "excluded", "cancelled", "", 3), (1, 2, "excluded", "planned", ""), (1, 4, "quarantined", "?", "")]
    told(session, counts=[(1, 6)], issues=issues, checked=[(1, 5, None, None)])
    assert ended(session) == (6, 1, 0, 4)
    counts = {(r.reason, r.count) for r in wave_outcome(session, ["measurement"], {1: 1}, {1}).reasons}
    assert counts == {("cancelled", 3), ("planned", 1), ("?", 1)}


def test_a_unit_whose_every_row_the_gate_held_back_is_in_quarantine(session: Session) -> None:
    rows = [(1, 0, "no date", None), (1, 0, "no date", None), (1, 1, "no date", None), (1, 1, None, None)]
    told(session, counts=[(1, 2)], checked=rows)
    assert ended(session) == (2, 1, 0, 0)


def test_a_replaced_row_is_no_reason(session: Session) -> None:
    told(session, counts=[(1, 1)], checked=[(1, 0, "replaced", None)])
    outcome = wave_outcome(session, ["measurement"], {1: 1}, {1})
    assert outcome.tables == (TableAccount("measurement", 1, 0, 1, 0),)
    assert (outcome.kept, outcome.reasons) == ((), ())
    assert outcome.records == (RecordOutcome(1, chunks=1, units=1, done=True),)


def test_what_is_kept_points_at_the_unit_and_what_is_counted_at_an_example(session: Session) -> None:
    issues = [(2, 5, "quarantined", "not JSON", "line 6"), (1, 7, "quarantined", "not JSON", None),
              (1, 8, "excluded", "planned", "status")]  # fmt: skip
    told(session, counts=[(1, 9), (2, 6)], issues=issues, checked=[(1, 1, "no date", None)])
    outcome = wave_outcome(session, ["measurement"], {1: 2, 2: 1}, {2})
    assert set(outcome.kept) == {
        UnitOutcome(2, 5, "quarantined", "not JSON", "line 6"),
        UnitOutcome(1, 7, "quarantined", "not JSON"),
        UnitOutcome(1, 1, "quarantined", "no date", "place", "measurement"),
    }
    assert set(outcome.reasons) == {
        ReasonCount("quarantined", "not JSON", 2, "", "record=1 row=7"),
        ReasonCount("excluded", "planned", 1, "", "record=1 row=8 place=status"),
        ReasonCount("quarantined", "no date", 1, "measurement", "record=1 row=1 place=place"),
    }
    assert {(r.record_no, r.chunks, r.done) for r in outcome.records} == {(1, 2, False), (2, 1, True)}


def test_rows_that_loaded_without_a_reference_are_told(session: Session) -> None:
    told(session, counts=[(1, 2)], checked=[(1, 0, None, "visit_occurrence_id"), (1, 1, None, "visit_occurrence_id")])
    outcome = wave_outcome(session, ["measurement"], {1: 1}, {1})
    assert outcome.reasons == (ReasonCount(UNLINKED, "visit_occurrence_id", 2, "measurement", "record=1 row=0"),)
    assert outcome.tables == (TableAccount("measurement", 2, 2, 0, 0),)


def test_every_record_of_the_wave_is_answered_for(session: Session) -> None:
    told(session)
    outcome = wave_outcome(session, ["measurement"], {1: 2, 5: 1}, {5})
    assert outcome.records == (RecordOutcome(1, chunks=2), RecordOutcome(5, chunks=1, done=True))
    assert outcome.tables == ()
