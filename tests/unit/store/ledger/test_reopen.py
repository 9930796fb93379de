"""Records that are judged again: nothing of them counts any longer, what is of others stays."""

from __future__ import annotations

import pytest

from medark.model.account import FileAccount, ReasonCount, TableAccount
from medark.store.ledger import EndCount, Ledger, RecordOutcome, RecordState, UnitOutcome, WaveOutcome


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """Two records of a batch, each with a row of nobody known; the second with a unit that can't be read besides."""
    batch = ledger.batches.begin(1, "lis")
    ledger.records.add([RecordState(1, 1, "hl7v2", "pending"), RecordState(2, 1, "hl7v2", "pending")])
    unknown = [UnitOutcome(n, 0, "quarantined", "person not known", "person_id", "measurement") for n in (1, 2)]
    broken = UnitOutcome(2, 1, "quarantined", "no MSH")
    wave = WaveOutcome(
        records=(RecordOutcome(1, 1, units=1, quarantined=1, done=True), RecordOutcome(2, 1, 2, 2, done=True)),
        tables=(TableAccount("measurement", staged=5, loaded=3, replaced=0, quarantined=2),),
        kept=(*unknown, broken),
        reasons=(
            ReasonCount("quarantined", "person not known", 2, "measurement"),
            ReasonCount("quarantined", "no MSH", 1),
            ReasonCount("excluded", "planned", 5),
            ReasonCount("unlinked", "provider_id", 1, "measurement"),
        ),
        ends=(
            EndCount("", "excluded", "planned", [1, 2], [4, 1]),
            EndCount("", "quarantined", "no MSH", [2], [1]),
            EndCount("measurement", "loaded", "", [1, 2], [2, 1]),
            EndCount("measurement", "quarantined", "person not known", [1, 2], [1, 1]),
            EndCount("measurement", "unlinked", "provider_id", [2], [1]),
        ),
    )
    ledger.waves.add(batch.batch_no, wave)
    ledger.batches.end(1, FileAccount(2, 2))
    return ledger


def test_one_of_two(told: Ledger) -> None:
    told.records.reopen([2])
    assert {(r.reason, r.count) for r in told.accounts.reasons()} == {("person not known", 1), ("planned", 4)}
    assert told.accounts.tables() == [TableAccount("measurement", 3, 2, 0, 1)]
    assert [q.record_no for q in told.quarantine.held()] == [1]


def test_all(told: Ledger) -> None:
    told.records.reopen([1, 2])
    assert (told.accounts.reasons(), told.accounts.tables(), told.quarantine.held()) == ([], [], [])


def test_one_after_the_other(told: Ledger) -> None:
    for number in (2, 2, 1, 1, 7):
        told.records.reopen([number])
    assert (told.accounts.reasons(), told.accounts.tables(), told.quarantine.held()) == ([], [], [])


def test_what_is_told_again_counts_once(told: Ledger) -> None:
    for _ in range(3):
        told.records.reopen([2])
        again = EndCount("observation", "loaded", "", [2], [2])
        told.waves.add(
            1,
            WaveOutcome(
                (RecordOutcome(2, 1, 2, done=True),), (TableAccount("observation", 2, 2, 0, 0),), ends=(again,)
            ),
        )
    assert told.accounts.tables() == [TableAccount("measurement", 3, 2, 0, 1), TableAccount("observation", 2, 2, 0, 0)]


def test_batches_are_told_apart(told: Ledger) -> None:
    told.batches.begin(2, "lis")
    told.records.add([RecordState(3, 2, "hl7v2", "pending")])
    ends = (EndCount("measurement", "replaced", "", [3], [9]),)
    told.waves.add(2, WaveOutcome((RecordOutcome(3, 1, 1),), (TableAccount("measurement", 9, 0, 9, 0),), ends=ends))
    told.records.reopen([1, 2])
    assert told.accounts.tables() == [TableAccount("measurement", 9, 0, 9, 0)]
    told.records.reopen([3])
    assert told.accounts.tables() == []
