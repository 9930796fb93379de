"""Reading and writing the ledger"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from medark.errors import BusyError, NotFoundError, StorageError
from medark.model.account import FileAccount, ReasonCount, TableAccount, UnitAccount, WaitingTable
from medark.store.ledger.audit import AuditEntry
from medark.store.ledger.outcome import WaveOutcome
from medark.store.ledger.schema import TABLES

_FRESH = "state = 'pending', units = 0, quarantined = 0, not_understood = 0, excluded = 0, chunks_done = 0"
# What is held back of some records is counted no longer in the accounts of their batches: it is to be judged again.
_HELD = """
SELECT batch_no, outcome, reason, table_name, count(*) AS n FROM unit_outcome JOIN record_state USING (record_no)
WHERE record_no IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4"""
_UNCOUNT_REASONS = f"""
UPDATE reason_count AS r SET count = r.count - h.n FROM ({_HELD}) AS h
WHERE (r.batch_no, r.outcome, r.reason, r.table_name) = (h.batch_no, h.outcome, h.reason, h.table_name)"""
_UNCOUNT_ROWS = f"""
UPDATE table_account AS t SET staged = t.staged - h.n, quarantined = t.quarantined - h.n
FROM (SELECT batch_no, table_name, sum(n) AS n FROM ({_HELD}) WHERE outcome = 'quarantined' GROUP BY 1, 2) AS h
WHERE (t.batch_no, t.table_name) = (h.batch_no, h.table_name)"""
_PATIENCE = 60.0  # seconds to wait for another writer


@dataclass(frozen=True, slots=True)
class Batch:
    """One ingest: `started_ms` is also the day on which its open stays are known to last."""

    batch_no: int
    source: str
    started_ms: int
    ended_ms: int | None
    files: FileAccount


@dataclass(frozen=True, slots=True)
class RecordState:
    """How far a record is: pending, waiting (for a map), done or erased."""

    record_no: int
    batch_no: int
    format: str
    state: str
    chunks_done: int = 0  # whole chunks that are in the lake: a killed ingest goes on behind them


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A unit or row in quarantine, or not understood."""

    record_no: int
    row_no: int
    outcome: str
    reason: str
    place: str
    table: str


class Ledger:
    """The ledger in one file. Every write is on disk on return. Not for two threads at once."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = path, clock
        with _errors():
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._db.executescript(
                f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; {TABLES}"
            )

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    # -- batches ---------------------------------------------------------------------------------------------------

    def begin_batch(self, batch_no: int, source: str, *, started: float | None = None) -> Batch:
        """Note that a batch began (now, or at `started`, in seconds); one that was begun before goes on as it was."""
        with self._writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO batch (batch_no, source, started_ms) VALUES (?, ?, ?)",
                (batch_no, source, self._now_ms() if started is None else int(started * 1000)),
            )
        return self.batch(batch_no)

    def end_batch(self, batch_no: int, files: FileAccount) -> None:
        """Note how a batch's files ended."""
        with self._writing() as db:
            db.execute(
                "UPDATE batch SET ended_ms = ?, found = ?, landed = ?, already = ?, bytes = ? WHERE batch_no = ?",
                (self._now_ms(), files.found, files.landed, files.already, files.bytes, batch_no),
            )
            db.execute("DELETE FROM refused_file WHERE batch_no = ?", (batch_no,))
            db.executemany("INSERT INTO refused_file VALUES (?, ?, ?)", [(batch_no, *r) for r in files.refused])

    def batch(self, batch_no: int) -> Batch:
        """A batch by number; NotFoundError."""
        found = self._batches("WHERE batch_no = ?", (batch_no,))
        if not found:
            raise NotFoundError("no such batch", fix="medark account", batch=batch_no)
        return found[0]

    def batches(self) -> list[Batch]:
        """All batches, oldest first."""
        return self._batches("", ())

    def _batches(self, where: str, values: tuple[int, ...]) -> list[Batch]:
        told = f"SELECT batch_no, source, started_ms, ended_ms, found, landed, already, bytes FROM batch {where}"
        refused: dict[int, list[tuple[str, str]]] = {}
        for number, name, reason in self._rows(f"SELECT batch_no, name, reason FROM refused_file {where}", values):
            refused.setdefault(number, []).append((name, reason))
        return [
            Batch(no, source, start, end, FileAccount(found, landed, already, tuple(refused.get(no, ())), size))
            for no, source, start, end, found, landed, already, size in self._rows(f"{told} ORDER BY batch_no", values)
        ]

    # -- records and units -----------------------------------------------------------------------------------------

    def add_records(self, records: Iterable[RecordState]) -> None:
        """Note records; those already noted stay as they are."""
        with self._writing() as db:
            db.executemany(
                "INSERT OR IGNORE INTO record_state (record_no, batch_no, format, state) VALUES (?, ?, ?, ?)",
                [(r.record_no, r.batch_no, r.format, r.state) for r in records],
            )

    def states(self, state: str | None = None, batch_no: int | None = None) -> list[RecordState]:
        """Records by state or batch, in order of arrival."""
        wanted = {"state": state, "batch_no": batch_no}
        named = {k: v for k, v in wanted.items() if v is not None}
        where = " AND ".join(f"{k} = ?" for k in named) or "1"
        rows = self._rows(
            "SELECT record_no, batch_no, format, state, chunks_done FROM record_state"
            f" WHERE {where} ORDER BY record_no",
            tuple(named.values()),
        )
        return [RecordState(*row) for row in rows]

    def records_of(self, batch_no: int) -> list[int]:
        """The records that a batch brought."""
        rows = self._rows("SELECT record_no FROM record_state WHERE batch_no = ? ORDER BY 1", (batch_no,))
        return [number for (number,) in rows]

    def ends(self) -> dict[int, tuple[str, UnitAccount]]:
        """Of every record, its state and how its units ended."""
        rows = self._rows(
            "SELECT record_no, state, units, units - quarantined - not_understood - excluded, quarantined,"
            " not_understood, excluded FROM record_state"
        )
        return {number: (state, UnitAccount(*counts)) for number, state, *counts in rows}

    def reopen(self, record_nos: Sequence[int]) -> None:
        """Forget how records ended: they are to be standardised (again)."""
        with self._writing() as db:
            self._reopen(db, record_nos)

    @staticmethod
    def _reopen(db: sqlite3.Connection, record_nos: Sequence[int]) -> None:
        each = [(number,) for number in record_nos]
        db.execute(_UNCOUNT_REASONS, (orjson.dumps(list(record_nos)).decode(),))
        db.execute(_UNCOUNT_ROWS, (orjson.dumps(list(record_nos)).decode(),))
        db.execute("DELETE FROM reason_count WHERE count <= 0")
        db.executemany("DELETE FROM unit_outcome WHERE record_no = ?", each)
        db.executemany("DELETE FROM waiting_table WHERE record_no = ?", each)
        db.executemany(
            f"UPDATE record_state SET {_FRESH} WHERE record_no = ?",
            each,
        )

    def forget_record(self, record_no: int) -> None:
        """Remove every trace of a record but that it came: it was erased, and is never standardised again."""
        with self._writing() as db:
            self._reopen(db, [record_no])
            db.execute("UPDATE record_state SET state = 'erased' WHERE record_no = ?", (record_no,))

    def forget_units(self, record_no: int, row_nos: Iterable[int]) -> None:
        """Remove what is said of some units of a record: they were erased. The counts of their batch stay."""
        with self._writing() as db:
            db.executemany(
                "DELETE FROM unit_outcome WHERE record_no = ? AND row_no = ?", [(record_no, row) for row in row_nos]
            )

    def forget_names(self, tells: Callable[[str], bool]) -> None:
        """Forget the names of refused files that tell of somebody who was erased; that they were refused stays."""
        with self._writing() as db:
            names = [name for (name,) in db.execute("SELECT DISTINCT name FROM refused_file") if tells(name)]
            db.executemany("UPDATE refused_file SET name = '' WHERE name = ?", [(name,) for name in names])
        if names:
            with _errors():  # pages and log may hold old copies of a name: write the file anew
                self._db.execute("VACUUM")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def add_wave(self, batch_no: int, wave: WaveOutcome, buckets: Iterable[int] = ()) -> None:
        """Add what a wave did, all or nothing. `buckets`: of people whose derived rows are due from here on."""
        with self._writing() as db:
            db.executemany("INSERT OR IGNORE INTO due_bucket VALUES (?)", [(bucket,) for bucket in buckets])
            db.executemany(
                "UPDATE record_state SET units = units + ?, quarantined = quarantined + ?,"
                " not_understood = not_understood + ?, excluded = excluded + ?, chunks_done = chunks_done + ?,"
                " state = CASE WHEN ? THEN 'done' ELSE state END WHERE record_no = ?",
                [
                    (r.units, r.quarantined, r.not_understood, r.excluded, r.chunks, r.done, r.record_no)
                    for r in wave.records
                ],
            )
            db.executemany(
                "INSERT INTO unit_outcome VALUES (?, ?, ?, ?, ?, ?)",
                [(u.record_no, u.row_no, u.outcome, u.reason, u.place, u.table) for u in wave.kept],
            )
            db.executemany(
                "INSERT INTO reason_count VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET count = count + excluded.count",
                [(batch_no, r.outcome, r.reason, r.table, r.count, r.example) for r in wave.reasons],
            )
            db.executemany(
                "INSERT INTO table_account VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " staged = staged + excluded.staged, loaded = loaded + excluded.loaded,"
                " replaced = replaced + excluded.replaced, quarantined = quarantined + excluded.quarantined",
                [(batch_no, t.table, t.staged, t.loaded, t.replaced, t.quarantined) for t in wave.tables],
            )

    def due_buckets(self) -> list[int]:
        """Buckets of people whose derived rows are older than what they are derived from."""
        return [bucket for (bucket,) in self._rows("SELECT bucket FROM due_bucket ORDER BY bucket")]

    def derived(self, buckets: Iterable[int]) -> None:
        """Note that derived rows of these buckets are as they should be."""
        with self._writing() as db:
            db.executemany("DELETE FROM due_bucket WHERE bucket = ?", [(bucket,) for bucket in buckets])

    def add_waiting(self, batch_no: int, tables: Iterable[WaitingTable]) -> None:
        """Note tables that wait for a map; all their rows count as not understood until there is one."""
        with self._writing() as db:
            for table in tables:
                db.execute(
                    "INSERT OR REPLACE INTO waiting_table VALUES (?, ?, ?, ?)",
                    (table.record_no, batch_no, table.rows, orjson.dumps(table.columns).decode()),
                )
                db.execute(
                    "UPDATE record_state SET state = 'waiting', units = ?, not_understood = ? WHERE record_no = ?",
                    (table.rows, table.rows, table.record_no),
                )

    def restart_accounts(self) -> None:
        """Forget how everything ended: the lake is to be made again from the landing store."""
        with self._writing() as db:
            for table in ("unit_outcome", "waiting_table", "reason_count", "table_account"):
                db.execute(f"DELETE FROM {table}")
            db.execute(f"UPDATE record_state SET {_FRESH} WHERE state <> 'erased'")

    # -- accounts --------------------------------------------------------------------------------------------------

    def units_by_format(self, batch_nos: Sequence[int] | None = None) -> dict[str, UnitAccount]:
        """How units ended, by format, of some batches or of all."""
        where, values = self._of_batches(batch_nos)
        rows = self._rows(
            "SELECT format, sum(units), sum(units - quarantined - not_understood - excluded), sum(quarantined),"
            f" sum(not_understood), sum(excluded) FROM record_state {where} GROUP BY format ORDER BY format",
            values,
        )
        return {name: UnitAccount(*counts) for name, *counts in rows}

    def units_of(self, record_nos: Sequence[int]) -> UnitAccount:
        """How the units of some records ended."""
        marks = orjson.dumps(list(record_nos)).decode()
        ((units, quarantined, not_understood, excluded),) = self._rows(
            "SELECT coalesce(sum(units), 0), coalesce(sum(quarantined), 0), coalesce(sum(not_understood), 0),"
            " coalesce(sum(excluded), 0) FROM record_state WHERE record_no IN (SELECT value FROM json_each(?))",
            (marks,),
        )
        return UnitAccount(
            units, units - quarantined - not_understood - excluded, quarantined, not_understood, excluded
        )

    def tables(self, batch_nos: Sequence[int] | None = None) -> list[TableAccount]:
        """How rows ended, by OMOP table."""
        where, values = self._of_batches(batch_nos)
        rows = self._rows(
            "SELECT table_name, sum(staged), sum(loaded), sum(replaced), sum(quarantined)"
            f" FROM table_account {where} GROUP BY table_name",
            values,
        )
        return [TableAccount(*row) for row in rows]

    def reasons(self, batch_nos: Sequence[int] | None = None) -> list[ReasonCount]:
        """Why units and rows did not load, most frequent first."""
        where, values = self._of_batches(batch_nos)
        rows = self._rows(
            "SELECT outcome, reason, sum(count), table_name, min(example) FROM reason_count"
            f" {where} GROUP BY outcome, reason, table_name ORDER BY 3 DESC, 1, 2, 4",
            values,
        )
        return [ReasonCount(*row) for row in rows]

    def waiting(self, batch_nos: Sequence[int] | None = None) -> list[WaitingTable]:
        """Tables that wait for a map."""
        where, values = self._of_batches(batch_nos)
        rows = self._rows(f"SELECT record_no, rows, columns FROM waiting_table {where} ORDER BY record_no", values)
        return [WaitingTable(number, count, tuple(orjson.loads(columns))) for number, count, columns in rows]

    def quarantined(self, *, record_no: int | None = None, limit: int = -1) -> list[Quarantined]:
        """Units and rows in quarantine or not understood, in order."""
        where, values = ("", ()) if record_no is None else ("WHERE record_no = ?", (record_no,))
        rows = self._rows(
            "SELECT record_no, row_no, outcome, reason, place, table_name FROM unit_outcome"
            f" {where} ORDER BY record_no, row_no, table_name LIMIT {int(limit)}",
            values,
        )
        return [Quarantined(*row) for row in rows]

    def records_with_quarantine(self, reasons: Sequence[str] = ()) -> list[int]:
        """Records that have something in quarantine (for one of some reasons)."""
        marks = ", ".join("?" * len(reasons))
        where = f"AND reason IN ({marks})" if reasons else ""
        rows = self._rows(
            f"SELECT DISTINCT record_no FROM unit_outcome WHERE outcome = 'quarantined' {where} ORDER BY 1",
            tuple(reasons),
        )
        return [number for (number,) in rows]

    @staticmethod
    def _of_batches(batch_nos: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
        if batch_nos is None:
            return "", ()
        return "WHERE batch_no IN (SELECT value FROM json_each(?))", (orjson.dumps(list(batch_nos)).decode(),)

    # -- audit -----------------------------------------------------------------------------------------------------

    def audit(self, action: str, detail: Mapping[str, str | int]) -> None:
        """Add an entry; entries are never changed or removed."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO audit (at_ms, action, detail) VALUES (?, ?, ?)",
                (self._now_ms(), action, orjson.dumps(dict(detail)).decode()),
            )

    def audited(self) -> list[AuditEntry]:
        """All entries, oldest first."""
        rows = self._rows("SELECT entry_no, at_ms, action, detail FROM audit ORDER BY entry_no")
        return [AuditEntry(number, at, action, orjson.loads(detail)) for number, at, action, detail in rows]

    # -- the file --------------------------------------------------------------------------------------------------

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with _errors():
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with _errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise BusyError("another process holds the ledger", fix="try again") from None
        raise StorageError("the ledger can't be read or written", fix="check space and rights of its disk") from None
    except sqlite3.DatabaseError:
        raise StorageError("the ledger is damaged", fix="move ledger.db away, then: medark rebuild") from None
