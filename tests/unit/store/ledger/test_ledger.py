"""The ledger: batches, waves and sums, whichever database keeps them"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import BusyError, NotFoundError, StorageError
from medark.model.account import FileAccount, ReasonCount, TableAccount, UnitAccount, WaitingTable
from medark.model.audit import Act
from medark.store.ledger import Ledger, RecordOutcome, RecordState, UnitOutcome, WaveOutcome


def pending(*numbers: int, batch_no: int = 1) -> list[RecordState]:
    return [RecordState(n, batch_no, "hl7v2", "pending") for n in numbers]


def test_a_batch_begins_once_and_ends_with_its_files(ledger: Ledger) -> None:
    first = ledger.batches.begin(1, "north/lis")
    assert (first.started_ms, first.ended_ms, first.source) == (1_700_000_000_250, None, "north/lis")
    assert ledger.batches.begin(1, "other") == first
    files = FileAccount(found=3, landed=1, already=1, refused=(("a.zip", "a bomb"),), bytes=70)
    assert files.adds_up
    for _ in range(2):  # told again, it is the same
        ledger.batches.end(1, files)
        assert ledger.batches.one(1).files == files
    assert [b.batch_no for b in ledger.batches.all()] == [1]
    with pytest.raises(NotFoundError):
        ledger.batches.one(2)


def test_waves_add_up_to_the_account(ledger: Ledger) -> None:
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(1, 2))
    held = UnitOutcome(1, 4, "quarantined", "person not known", "PID-3")
    row = UnitOutcome(1, 5, "quarantined", "date before birth", "measurement_date", "measurement")
    ledger.waves.add(
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
    assert ledger.records.states("pending") == [RecordState(1, 1, "hl7v2", "pending", chunks_done=1)]
    ledger.waves.add(
        1,
        WaveOutcome(
            records=(RecordOutcome(1, chunks=1, units=9, not_understood=1, done=True),),
            tables=(TableAccount("measurement", 5, 5, 0, 0),),
            reasons=(ReasonCount("quarantined", "person not known", 2, "", "record=1 row=9"),),
        ),
    )
    assert ledger.records.states("pending") == []
    told = {"hl7v2": UnitAccount(12, 8, 2, 1, 1)}
    assert ledger.accounts.units_by_format() == ledger.accounts.units_by_format([1]) == told
    assert ledger.accounts.units_of([1]) == UnitAccount(9, 6, 2, 1, 0)
    assert ledger.accounts.units_of([]) == UnitAccount()
    assert ledger.records.ends()[2] == ("done", UnitAccount(3, 2, 0, 0, 1))
    assert ledger.accounts.tables([1]) == [TableAccount("measurement", 15, 13, 1, 1)]
    assert ledger.accounts.reasons() == [ReasonCount("quarantined", "person not known", 3, "", "record=1 row=4")]
    assert [(q.row_no, q.reason, q.table) for q in ledger.quarantine.held()] == [
        (4, "person not known", ""),
        (5, "date before birth", "measurement"),
    ]
    assert len(ledger.quarantine.held(limit=1)) == 1
    assert ledger.quarantine.records() == ledger.quarantine.records(["date before birth"]) == [1]
    assert ledger.quarantine.records(["nothing of the kind"]) == []


_COUNTS = st.tuples(*[st.integers(0, 9)] * 4)


@settings(max_examples=8, deadline=None)
@given(waves=st.lists(st.lists(_COUNTS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_sums_are_the_sums_of_all_waves(tmp_path_factory: pytest.TempPathFactory, waves: list) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.db")
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(1, 2, 3))
    total = UnitAccount()
    for wave in waves:
        records = []
        for number, (loaded, held, unknown, excluded) in enumerate(wave, 1):
            units = loaded + held + unknown + excluded
            records.append(RecordOutcome(number, 1, units, held, unknown, excluded))
            total += UnitAccount(units, loaded, held, unknown, excluded)
        ledger.waves.add(1, WaveOutcome(tuple(records)))
    assert total.adds_up
    assert ledger.accounts.units_by_format([1])["hl7v2"] == ledger.accounts.units_of([1, 2, 3]) == total
    ledger.close()


def test_a_wave_is_all_or_nothing(ledger: Ledger) -> None:
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(1))
    broken = UnitOutcome(1, 1, "quarantined", None)  # type: ignore[arg-type]
    with pytest.raises(StorageError):
        ledger.waves.add(1, WaveOutcome((RecordOutcome(1, chunks=1, units=5, done=True),), kept=(broken,)))
    assert ledger.records.states() == pending(1)
    assert ledger.accounts.units_of([1]) == UnitAccount()
    ledger.waves.add(1, WaveOutcome((RecordOutcome(1, chunks=1, units=5, done=True),)))
    assert ledger.accounts.units_of([1]).units == 5


def test_a_record_reopened_or_forgotten_starts_from_nothing(ledger: Ledger) -> None:
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(1, 2))
    wave = WaveOutcome(
        tuple(RecordOutcome(n, 1, 2, 1, done=True) for n in (1, 2)),
        kept=tuple(UnitOutcome(n, 0, "quarantined", "r") for n in (1, 2)),
    )
    ledger.waves.add(1, wave)
    ledger.records.reopen([1])
    ledger.records.forget(2)
    assert ledger.records.states() == [RecordState(1, 1, "hl7v2", "pending"), RecordState(2, 1, "hl7v2", "erased")]
    assert ledger.quarantine.held() == []
    assert ledger.accounts.units_of([1, 2]) == UnitAccount()
    assert ledger.records.of_batch(1) == [1, 2]
    ledger.records.add([RecordState(1, 9, "fhir", "pending")])
    assert ledger.records.states(batch_no=9) == [], "a record that is known stays as it is"


def test_tables_that_wait_for_a_map_count_as_not_understood(ledger: Ledger) -> None:
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(1))
    table = WaitingTable(1, 40, ("编号", "值"))
    ledger.waves.add_waiting(1, [table])
    assert ledger.accounts.waiting() == ledger.accounts.waiting([1]) == [table]
    assert ledger.records.ends() == {1: ("waiting", UnitAccount(40, 0, 0, 40, 0))}
    ledger.accounts.restart()
    assert ledger.accounts.waiting() == []
    assert ledger.records.ends() == {1: ("pending", UnitAccount())}


def test_names_of_somebody_are_forgotten_and_that_a_file_was_refused_stays(ledger: Ledger) -> None:
    ledger.batches.begin(1, "s")
    ledger.batches.end(1, FileAccount(2, refused=(("ann.zip", "a bomb"), ("b\0.zip", "a bomb"))))
    ledger.batches.forget_names(lambda name: "ann" in name)
    assert sorted(ledger.batches.one(1).files.refused) == [("", "a bomb"), ("b\ufffd.zip", "a bomb")]


def test_units_of_a_record_are_forgotten(ledger: Ledger) -> None:
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(1))
    ledger.waves.add(1, WaveOutcome((), kept=tuple(UnitOutcome(1, n, "quarantined", "r") for n in range(5))))
    ledger.records.forget_units(1, {1, 3})
    assert [held.row_no for held in ledger.quarantine.held(record_no=1)] == [0, 2, 4]


def test_more_records_than_a_statement_has_parameters(ledger: Ledger) -> None:
    numbers = range(70_000)
    ledger.batches.begin(1, "s")
    ledger.records.add(pending(*numbers[:10]))
    ledger.waves.add(1, WaveOutcome(tuple(RecordOutcome(n, 1, 1, done=True) for n in numbers[:10])))
    assert ledger.accounts.units_of(numbers).loaded == 10
    ledger.records.reopen(numbers)
    assert len(ledger.records.states("pending", 1)) == 10


def test_people_are_due_until_their_rows_are_derived(ledger: Ledger) -> None:
    ledger.waves.add(1, WaveOutcome(()), {3, 1, 2})
    ledger.waves.add(1, WaveOutcome(()), {3})
    assert ledger.waves.due_buckets() == [1, 2, 3]
    ledger.waves.derived([1, 3])
    assert ledger.waves.due_buckets() == [2]


def test_what_was_written_is_there_when_it_is_opened_again(opened: Any) -> None:
    opened().batches.begin(1, "s")
    opened().audit.add(Act("a"))
    again = opened()
    assert again.batches.one(1).source == "s"
    assert len(again.audit.entries()) == 1


def test_another_writer_is_waited_for_and_then_told_of(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.db", patience=0.05)
    other = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError) as told:
        ledger.audit.add(Act("a"))
    assert told.value.exit_code == 5
    other.execute("ROLLBACK")
    ledger.audit.add(Act("a"))
    assert len(ledger.audit.entries()) == 1
    other.close()
    ledger.close()


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "l.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError, match="damaged") as told:
        Ledger(tmp_path / "l.db")
    assert "medark rebuild" in told.value.fix
