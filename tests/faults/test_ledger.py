"""kill -9 while the ledger is written: each wave there wholly or not at all, each acknowledged one there"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from faults.test_lake_full import small_files
from medark.errors import StorageError
from medark.model.account import UnitAccount
from medark.model.audit import Act
from medark.store.ledger import Ledger, RecordState

ROUNDS = int(os.environ.get("MEDARK_FAULT_ROUNDS", "3"))
WRITER = """
import sys
from pathlib import Path
from medark.model.audit import Act
from medark.store.ledger import Ledger, RecordOutcome, RecordState, UnitOutcome, WaveOutcome
ledger, n = Ledger(Path(sys.argv[1])), int(sys.argv[2]) * 1000000
ledger.batches.begin(1, "s")
while True:
    n += 1
    ledger.records.add([RecordState(n, 1, "fhir", "pending")])
    kept = tuple(UnitOutcome(n, i, "quarantined", "r") for i in range(3))
    ledger.waves.add(1, WaveOutcome((RecordOutcome(n, 1, 5, 3, done=True),), kept=kept))
    ledger.audit.add(Act("wave", detail={"record": n}))
    print(n, flush=True)
"""


def test_waves_are_whole_or_not_there(tmp_path: Path) -> None:
    moments, acknowledged, path = random.Random(31), set[int](), tmp_path / "ledger.db"
    for round_ in range(ROUNDS):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(path), str(2 * round_ + n)], stdout=subprocess.PIPE, text=True
            )
            for n in (1, 2)
        ]
        first = [writer.stdout.readline() for writer in writers if writer.stdout]
        time.sleep(moments.uniform(0, 0.3))
        for writer in writers:
            writer.kill()
        for line, writer in zip(first, writers, strict=True):
            said = line + writer.communicate()[0]
            acknowledged |= {int(n) for n in said[: said.rfind("\n") + 1].split()}
        ledger = Ledger(path)
        ends, held = ledger.records.ends(), Counter(q.record_no for q in ledger.quarantine.held())
        for number, (state, account) in ends.items():
            assert (state, account, held[number]) in (
                ("done", UnitAccount(5, 2, 3, 0, 0), 3),
                ("pending", UnitAccount(), 0),
            )
        audited = {entry.detail["record"] for entry in ledger.audit.entries()}
        assert acknowledged <= audited <= ends.keys()
        assert all(ends[n][0] == "done" for n in audited)  # type: ignore[index]
        ledger.close()
    assert len(acknowledged) > ROUNDS


def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.batches.begin(1, "s")
    ledger.audit.add(Act("before"))
    many = [RecordState(n, 1, "fhir", "pending") for n in range(20_000)]
    with small_files(tmp_path), pytest.raises(StorageError) as told:
        ledger.records.add(many)
    assert told.value.exit_code == 6
    assert ledger.records.states() == []
    assert [entry.action for entry in ledger.audit.entries()] == ["before"]
    ledger.records.add(many)
    assert len(ledger.records.states()) == len(many)
    ledger.close()
