"""Older ledgers are taken over whole, newer ones are refused, one in a file moves to PostgreSQL"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from medark.errors import BusyError, SettingsError, StorageError, WorkspaceError
from medark.govern.chain import verified
from medark.model.account import FileAccount, ReasonCount, TableAccount, UnitAccount, WaitingTable
from medark.model.audit import Act, signing_key
from medark.model.task import Task
from medark.store.ledger import Ledger, RecordOutcome, RecordState, UnitOutcome, WaveOutcome, migrations
from medark.store.ledger.tables import METADATA
from support.postgresql import Server

KEY = signing_key("secret")
# A ledger as it was before it carried a version.
BEFORE = """
PRAGMA journal_mode = WAL;
CREATE TABLE batch (
  batch_no INTEGER PRIMARY KEY, source TEXT NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER,
  found INTEGER NOT NULL DEFAULT 0, landed INTEGER NOT NULL DEFAULT 0, already INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE refused_file (batch_no INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE record_state (
  record_no INTEGER PRIMARY KEY, batch_no INTEGER NOT NULL, format TEXT NOT NULL, state TEXT NOT NULL,
  units INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
  not_understood INTEGER NOT NULL DEFAULT 0, excluded INTEGER NOT NULL DEFAULT 0, chunks_done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX record_state_by_state ON record_state (state, record_no) WHERE state <> 'done';
CREATE INDEX record_state_by_batch ON record_state (batch_no, record_no);
CREATE TABLE unit_outcome (
  record_no INTEGER NOT NULL, row_no INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  place TEXT NOT NULL, table_name TEXT NOT NULL
);
CREATE INDEX unit_outcome_by_record ON unit_outcome (record_no, row_no);
CREATE TABLE reason_count (
  batch_no INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, table_name TEXT NOT NULL,
  count INTEGER NOT NULL, example TEXT NOT NULL, PRIMARY KEY (batch_no, outcome, reason, table_name)
);
CREATE TABLE table_account (
  batch_no INTEGER NOT NULL, table_name TEXT NOT NULL, staged INTEGER NOT NULL, loaded INTEGER NOT NULL,
  replaced INTEGER NOT NULL, quarantined INTEGER NOT NULL, PRIMARY KEY (batch_no, table_name)
);
CREATE TABLE waiting_table (
  record_no INTEGER PRIMARY KEY, batch_no INTEGER NOT NULL, rows INTEGER NOT NULL, columns TEXT NOT NULL
);
CREATE TABLE due_bucket (bucket INTEGER PRIMARY KEY);
CREATE TABLE audit (
  entry_no INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE entry_no = NEW.entry_no)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
INSERT INTO batch VALUES (1, 'north/lis', 1000, 2000, 3, 1, 1, 70), (2, 'south/his', 3000, NULL, 0, 0, 0, 0);
INSERT INTO refused_file VALUES (1, '坏.zip', 'a bomb');
INSERT INTO record_state VALUES (1, 1, 'hl7v2', 'done', 9, 2, 1, 0, 3), (2, 1, 'csv', 'waiting', 40, 0, 40, 0, 0);
INSERT INTO unit_outcome VALUES (1, 4, 'quarantined', 'person not known', 'PID-3', '');
INSERT INTO reason_count VALUES (1, 'quarantined', 'person not known', '', 2, 'record=1 row=4');
INSERT INTO table_account VALUES (1, 'measurement', 5, 3, 1, 1);
INSERT INTO waiting_table VALUES (2, 1, 40, '["编号","值"]');
INSERT INTO due_bucket VALUES (3), (5);
INSERT INTO audit (at_ms, action, detail) VALUES (10, 'vocabulary', '{"digest": "9f"}'), (20, 'erased', '{"rows": 3}');
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(BEFORE)
    return path


def open_at(place: Path | str, tmp_path: Path, **told: Any) -> Ledger:
    return Ledger(place, salt="secret", head=tmp_path / "audit-head", **told)


def holds_what_it_had(ledger: Ledger) -> None:
    files = FileAccount(3, 1, 1, (("坏.zip", "a bomb"),), 70)
    assert [(b.batch_no, b.source, b.started_ms, b.ended_ms) for b in ledger.batches.all()] == [
        (1, "north/lis", 1000, 2000),
        (2, "south/his", 3000, None),
    ]
    assert ledger.batches.one(1).files == files
    assert ledger.records.states() == [RecordState(1, 1, "hl7v2", "done", 3), RecordState(2, 1, "csv", "waiting")]
    assert ledger.records.ends()[1] == ("done", UnitAccount(9, 6, 2, 1, 0))
    assert [(h.record_no, h.row_no, h.reason, h.place) for h in ledger.quarantine.held()] == [
        (1, 4, "person not known", "PID-3")
    ]
    assert ledger.accounts.reasons() == [ReasonCount("quarantined", "person not known", 2, "", "record=1 row=4")]
    assert ledger.accounts.tables() == [TableAccount("measurement", 5, 3, 1, 1)]
    assert ledger.accounts.waiting() == [WaitingTable(2, 40, ("编号", "值"))]
    assert ledger.waves.due_buckets() == [3, 5]
    told = [(e.entry_no, e.at_ms, e.action, dict(e.detail)) for e in ledger.audit.entries()][:2]
    assert told == [(1, 10, "vocabulary", {"digest": "9f"}), (2, 20, "erased", {"rows": 3})]
    found = verified(ledger.audit.lines(), KEY, ledger.audit.head())
    assert found.holds and found.head == ledger.audit.head()


# -- older -----------------------------------------------------------------------------------------------------------


def test_an_older_ledger_is_taken_over_without_loss(old: Path, tmp_path: Path) -> None:
    with closing(open_at(old, tmp_path)) as ledger:
        holds_what_it_had(ledger)
        ledger.waves.add(1, WaveOutcome((RecordOutcome(1, 1, 1),), kept=(UnitOutcome(1, 5, "quarantined", "r"),)))
        assert ledger.audit.add(Act("read")).entry_no == 3
        ledger.records.reopen([1])  # of what ended before, what was held back is taken back
        assert [r.count for r in ledger.accounts.reasons()] == [1] and not ledger.quarantine.held()
    with closing(open_at(old, tmp_path)) as again:
        assert len(again.audit.entries()) == 3 and again.quarantine.held() == []
    with closing(sqlite3.connect(old)) as raw:
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE name LIKE 'audit%'")}
    assert "audit_before" not in names and "audit_is_never_changed" not in names


OPENER = """
import sys
from pathlib import Path
from medark.store.ledger import Ledger
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
place = sys.argv[1]
Ledger(place if "://" in place else Path(place), salt="secret", head=Path(sys.argv[2])).close()
"""


def openers(place: Path | str, tmp_path: Path, count: int) -> list[subprocess.Popen[str]]:
    """Processes that have loaded everything, and open the ledger when they are told to."""
    command, pipe = [sys.executable, "-c", OPENER, str(place), str(tmp_path / "audit-head")], subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    for process in started:
        assert process.stdout and process.stdin and process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    return started


def test_killed_while_it_takes_over_it_is_as_it_was(old: Path, tmp_path: Path) -> None:
    moments, before = random.Random(5), old.read_bytes()
    killed = 0
    for _ in range(int(os.environ.get("MEDARK_FAULT_ROUNDS", "6"))):
        for file in tmp_path.glob("ledger.db-*"):
            file.unlink()
        old.write_bytes(before)
        (tmp_path / "audit-head").unlink(missing_ok=True)
        (process,) = openers(old, tmp_path, 1)
        time.sleep(moments.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode != 0
        with closing(open_at(old, tmp_path)) as ledger:
            holds_what_it_had(ledger)
    assert killed


@pytest.mark.parametrize("kind", ["new", "old"])
def test_two_processes_may_open_it_for_the_first_time_at_once(kind: str, request: Any, tmp_path: Path) -> None:
    path = request.getfixturevalue("old") if kind == "old" else tmp_path / "ledger.db"
    assert [process.wait(60) for process in openers(path, tmp_path, 3)] == [0, 0, 0]
    with closing(open_at(path, tmp_path)) as ledger:
        assert len(ledger.audit.entries()) == (2 if kind == "old" else 0)


def test_two_processes_may_make_it_in_postgresql_at_once(postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.database()
    assert [process.wait(60) for process in openers(url, tmp_path, 3)] == [0, 0, 0]
    with closing(open_at(url, tmp_path)) as ledger:
        ledger.audit.add(Act("read"))


# -- of today --------------------------------------------------------------------------------------------------------


def test_migrations_lead_to_the_tables_that_the_code_asks(ledger: Ledger, place: Path | str) -> None:
    engine = create_engine(place if isinstance(place, str) else f"sqlite:///{place}")
    with engine.connect() as connection:
        told = {"compare_type": True, "compare_server_default": True, "include_object": _is_no_index}
        context = MigrationContext.configure(connection, opts=told)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def _is_no_index(_: object, __: str, kind: str, *___: object) -> bool:
    return kind != "index"  # only the migrations tell of them


def test_the_newest_step_is_the_one_that_the_code_knows() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [migrations.NEWEST]
    numbers = [script.revision for script in scripts.walk_revisions()]
    assert sorted(numbers, reverse=True) == numbers, "steps are compared by their numbers"


def test_a_newer_ledger_is_refused_and_left_alone(ledger: Ledger, raw: Any, opened: Any) -> None:
    raw("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(WorkspaceError, match="made by a newer medark") as told:
        opened()
    assert told.value.where == {"found": "0999", "known": migrations.NEWEST}
    assert raw("SELECT version_num FROM alembic_version") == [("0999",)]


# -- moved -----------------------------------------------------------------------------------------------------------


def test_a_ledger_in_a_file_goes_on_in_postgresql(old: Path, postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.database()
    with closing(open_at(old, tmp_path)) as before:
        before.tasks.raise_(Task(0, "mapping", "t"), "li")
        before.audit.add(Act("read"), [7])
    with closing(open_at(url, tmp_path, before=old)) as ledger:
        holds_what_it_had(ledger)
        assert [e.action for e in ledger.audit.about(7)] == ["read"]
        assert ledger.tasks.raise_(Task(0, "mapping", "u")).number == 2, "numbers go on"
        assert ledger.audit.add(Act("read")).entry_no == 4
    assert not old.exists() and old.with_name("ledger.db.moved").exists()
    with closing(open_at(url, tmp_path, before=old)) as again:
        assert len(again.audit.entries()) == 4


def test_a_database_that_has_a_ledger_takes_over_no_other(old: Path, postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.database()
    open_at(url, tmp_path).close()
    with closing(open_at(url, tmp_path, before=old)) as ledger:
        assert ledger.batches.all() == []
    assert old.exists()


# -- held by another -------------------------------------------------------------------------------------------------


def test_another_writer_in_postgresql_is_waited_for_and_then_told_of(postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.database()
    with closing(open_at(url, tmp_path, patience=0.05)) as ledger:
        engine = create_engine(url)
        with engine.connect() as other:
            other.execute(text("LOCK TABLE audit"))
            with pytest.raises(BusyError):
                ledger.audit.add(Act("read"))
        ledger.audit.add(Act("read"))
        assert len(ledger.audit.entries()) == 1
        engine.dispose()


def test_a_server_that_was_started_again_is_found_again(postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.database()
    with closing(open_at(url, tmp_path)) as ledger:
        ledger.audit.add(Act("read"))
        postgresql.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'medark'")
        ledger.audit.add(Act("read"))
        assert len(ledger.audit.entries()) == 2


# -- reached ---------------------------------------------------------------------------------------------------------


def test_a_password_is_asked_for_and_never_shown(postgresql: Server, tmp_path: Path) -> None:
    database = postgresql.database().partition("@/")[2].partition("?")[0]
    postgresql.psql("CREATE ROLE keeper LOGIN PASSWORD 'Qzx-secret'")
    postgresql.psql(f"ALTER DATABASE {database} OWNER TO keeper")
    url = f"postgresql+psycopg://keeper@127.0.0.1:{postgresql.port}/{database}"
    for wrong in ("", "Qzx-wrong"):
        with pytest.raises(StorageError) as told:
            open_at(url, tmp_path, password=wrong)
        assert "MEDARK_LEDGER_PASSWORD" in told.value.fix and "Qzx" not in repr(told.value) + str(told.value)
    with closing(open_at(url, tmp_path, password="Qzx-secret")) as ledger:
        ledger.audit.add(Act("read"))
        assert "Qzx" not in repr(ledger) and "127.0.0.1" in repr(ledger)


def test_a_database_that_is_not_there_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="can't be reached"):
        open_at(f"postgresql+psycopg://nobody@/none?host={tmp_path}", tmp_path)


@pytest.mark.parametrize("url", ["", "postgresql", "mysql:/x"])
def test_what_is_no_url_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError):
        open_at(url, tmp_path)
