"""Records that are judged again: what was held back of them counts no longer, what is of others stays."""

from __future__ import annotations

import pytest

from medark.model.account import FileAccount, ReasonCount, TableAccount
from medark.store.ledger import Ledger, RecordOutcome, RecordState, UnitOutcome, WaveOutcome


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
            ReasonCount("excluded", "planned", 4),
        ),
    )
    ledger.waves.add(batch.batch_no, wave)
    ledger.batches.end(1, FileAccount(2, 2))
    return ledger


def test_one_of_two(told: Ledger) -> None:
    told.records.reopen([2])
    assert {(r.reason, r.count) for r in told.accounts.reasons()} == {("person not known", 1), ("planned", 4)}
    assert told.accounts.tables() == [TableAccount("measurement", 4, 3, 0, 1)]
    assert [q.record_no for q in told.quarantine.held()] == [1]


def test_all(told: Ledger) -> None:
    told.records.reopen([1, 2])
    assert {(r.reason, r.count) for r in told.accounts.reasons()} == {("planned", 4)}
    assert told.accounts.tables() == [TableAccount("measurement", 3, 3, 0, 0)]
    assert told.quarantine.held() == []
