"""The ledger: batches, waves and sums; an audit that nobody can change"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import BusyError, NotFoundError, StorageError
from medark.model.account import FileAccount, ReasonCount, TableAccount, UnitAccount, WaitingTable
from medark.store.ledger import Ledger, RecordOutcome, RecordState, UnitOutcome, WaveOutcome
from medark.store.ledger import ledger as module


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db", clock=lambda: 1_700_000_000.25)
    yield opened
    opened.close()


def pending(*numbers: int, batch_no: int = 1) -> list[RecordState]:
    return [RecordState(n, batch_no, "hl7v2", "pending") for n in numbers]


def test_a_batch_begins_once_and_ends_with_its_files(ledger: Ledger) -> None:
    first = ledger.begin_batch(1, "north/lis")
    assert (first.started_ms, first.ended_ms, first.source) == (1_700_000_000_250, None, "north/lis")
    assert ledger.begin_batch(1, "other") == first
    files = FileAccount(found=3, landed=1, already=1, refused=(("a.zip", "a bomb"),), bytes=70)
    assert files.adds_up
    for _ in range(2):  # told again, it is the same
        ledger.end_batch(1, files)
        assert ledger.batch(1).files == files
    assert [b.batch_no for b in ledger.batches()] == [1]
    with pytest.raises(NotFoundError):
        ledger.batch(2)


def test_waves_add_up_to_the_account(ledger: Ledger) -> None:
    ledger.begin_batch(1, "s")
    ledger.add_records(pending(1, 2))
    held = UnitOutcome(1, 4, "quarantined", "person not known", "PID-3")
    row = UnitOutcome(1, 5, "quarantined", "date before birth", "measurement_date", "measurement")
    ledger.add_wave(
        1,
        WaveOutcome(
            records=(
                RecordOutcome(1, chunks=1, quarantined=2),
                RecordOutcome(2, chunks=1, units=3, excluded=1, done=True),
            ),
            tables=(TableAccount("measurement", 10, 8, 1, 1),),
            kept=(held, row),
            reasons=(ReasonCount("quarantined", "person not known", 1, "", "record=1 row=4"),),
        ),
    )
    assert ledger.states("pending") == [RecordState(1, 1, "hl7v2", "pending", chunks_done=1)]
    ledger.add_wave(
        1,
        WaveOutcome(
            records=(RecordOutcome(1, chunks=1, units=9, not_understood=1, done=True),),
            tables=(TableAccount("measurement", 5, 5, 0, 0),),
            reasons=(ReasonCount("quarantined", "person not known", 2, "", "record=1 row=9"),),
        ),
    )
    assert ledger.states("pending") == []
    assert ledger.units_by_format() == ledger.units_by_format([1]) == {"hl7v2": UnitAccount(12, 8, 2, 1, 1)}
    assert ledger.units_of([1]) == UnitAccount(9, 6, 2, 1, 0)
    assert ledger.units_of([]) == UnitAccount()
    assert ledger.ends()[2] == ("done", UnitAccount(3, 2, 0, 0, 1))
    assert ledger.tables([1]) == [TableAccount("measurement", 15, 13, 1, 1)]
    assert ledger.reasons() == [ReasonCount("quarantined", "person not known", 3, "", "record=1 row=4")]
    assert [(q.row_no, q.reason, q.table) for q in ledger.quarantined()] == [
        (4, "person not known", ""),
        (5, "date before birth", "measurement"),
    ]
    assert len(ledger.quarantined(limit=1)) == 1
    assert ledger.records_with_quarantine() == ledger.records_with_quarantine(["date before birth"]) == [1]
    assert ledger.records_with_quarantine(["nothing of the kind"]) == []


_COUNTS = st.tuples(*[st.integers(0, 9)] * 4)


@settings(max_examples=8, deadline=None)
@given(waves=st.lists(st.lists(_COUNTS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_sums_are_the_sums_of_all_waves(tmp_path_factory: pytest.TempPathFactory, waves: list) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.db")
    ledger.begin_batch(1, "s")
    ledger.add_records(pending(1, 2, 3))
    total = UnitAccount()
    for wave in waves:
        records = []
        for number, (loaded, held, unknown, excluded) in enumerate(wave, 1):
            units = loaded + held + unknown + excluded
            records.append(RecordOutcome(number, 1, units, held, unknown, excluded))
            total += UnitAccount(units, loaded, held, unknown, excluded)
        ledger.add_wave(1, WaveOutcome(tuple(records)))
    assert total.adds_up
    assert ledger.units_by_format([1])["hl7v2"] == ledger.units_of([1, 2, 3]) == total
    ledger.close()


def test_a_wave_is_all_or_nothing(ledger: Ledger) -> None:
    ledger.begin_batch(1, "s")
    ledger.add_records(pending(1))
    broken = UnitOutcome(1, 1, "quarantined", None)  # type: ignore[arg-type]
    with pytest.raises(StorageError):
        ledger.add_wave(1, WaveOutcome((RecordOutcome(1, chunks=1, units=5, done=True),), kept=(broken,)))
    assert ledger.states() == pending(1)
    assert ledger.units_of([1]) == UnitAccount()
    ledger.add_wave(1, WaveOutcome((RecordOutcome(1, chunks=1, units=5, done=True),)))
    assert ledger.units_of([1]).units == 5


def test_a_record_reopened_or_forgotten_starts_from_nothing(ledger: Ledger) -> None:
    ledger.begin_batch(1, "s")
    ledger.add_records(pending(1, 2))
    wave = WaveOutcome(
        tuple(RecordOutcome(n, 1, 2, 1, done=True) for n in (1, 2)),
        kept=tuple(UnitOutcome(n, 0, "quarantined", "r") for n in (1, 2)),
    )
    ledger.add_wave(1, wave)
    ledger.reopen([1])
    ledger.forget_record(2)
    assert ledger.states() == [RecordState(1, 1, "hl7v2", "pending"), RecordState(2, 1, "hl7v2", "erased")]
    assert ledger.quarantined() == []
    assert ledger.units_of([1, 2]) == UnitAccount()
    assert ledger.records_of(1) == [1, 2]
    ledger.add_records([RecordState(1, 9, "fhir", "pending")])
    assert ledger.states(batch_no=9) == [], "a record that is known stays as it is"


def test_tables_that_wait_for_a_map_count_as_not_understood(ledger: Ledger) -> None:
    ledger.begin_batch(1, "s")
    ledger.add_records(pending(1))
    table = WaitingTable(1, 40, ("编号", "值"))
    ledger.add_waiting(1, [table])
    assert ledger.waiting() == ledger.waiting([1]) == [table]
    assert ledger.ends() == {1: ("waiting", UnitAccount(40, 0, 0, 40, 0))}
    ledger.restart_accounts()
    assert ledger.waiting() == []
    assert ledger.ends() == {1: ("pending", UnitAccount())}


def test_the_audit_can_be_added_to_and_nothing_else(ledger: Ledger, tmp_path: Path) -> None:
    ledger.audit("erase", {"tables": 3, "by": "owner"})
    ledger.audit("query", {"rows": 1})
    ledger.restart_accounts()
    other = sqlite3.connect(tmp_path / "ledger.db")
    for change in ("UPDATE audit SET action = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE entry_no = 1",
                   "INSERT OR REPLACE INTO audit VALUES (1, 0, 'x', '{}')", "UPDATE OR IGNORE audit SET at_ms = 0",
                   "INSERT INTO audit VALUES (1, 0, 'x', '{}') ON CONFLICT DO UPDATE SET action = 'x'"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="audit entries are never"):
            other.execute(change)
        other.rollback()
    other.close()
    told = [(e.entry_no, e.at_ms, e.action, dict(e.detail)) for e in ledger.audited()]
    assert told == [
        (1, 1_700_000_000_250, "erase", {"tables": 3, "by": "owner"}),
        (2, 1_700_000_000_250, "query", {"rows": 1}),
    ]


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "l.db")
    first.begin_batch(1, "s")
    first.audit("a", {})
    again = Ledger(tmp_path / "l.db")
    assert again.batch(1).source == "s"
    assert len(again.audited()) == 1
    first.close()
    again.close()


def test_another_writer_is_waited_for_and_then_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    ledger = Ledger(tmp_path / "l.db")
    other = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError) as told:
        ledger.audit("a", {})
    assert told.value.exit_code == 5
    other.execute("ROLLBACK")
    ledger.audit("a", {})
    assert len(ledger.audited()) == 1
    other.close()
    ledger.close()


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "l.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError, match="damaged") as told:
        Ledger(tmp_path / "l.db")
    assert "medark rebuild" in told.value.fix
