"""The journal: one SQLite file that says which records there are, and holds the small ones"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from medark.errors import BusyError, MedarkError, StorageError, WorkspaceError
from medark.store.durable import sync

Row = tuple[Any, ...]

_VERSION = 2
_WAL_BYTES = 64 << 20  # a log that is longer is brought home after the next commit
_PAUSE = 0.02  # seconds between two tries to empty the log

# Cells that hold patients' data (content.bytes, replacement.bytes, record.name) are never moved by an update: rows are
# appended, and erasure overwrites a cell in place. A B-tree that moves a cell may leave a copy of it behind.
_SCHEMA = """
CREATE TABLE source (
  source_no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, time_zone TEXT, authorities TEXT, own_people TEXT);
CREATE TABLE batch (
  source_no INTEGER NOT NULL, batch_no INTEGER NOT NULL, began REAL NOT NULL,
  PRIMARY KEY (source_no, batch_no)) WITHOUT ROWID;
CREATE TABLE record (
  record_no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, source_no INTEGER NOT NULL,
  batch_no INTEGER NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL, object TEXT, name BLOB NOT NULL);
CREATE TABLE content (record_no INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE replacement (
  replacement_no INTEGER PRIMARY KEY AUTOINCREMENT, record_no INTEGER NOT NULL, size INTEGER NOT NULL, digest BLOB,
  object TEXT, bytes BLOB);
CREATE INDEX replacement_of ON replacement (record_no, replacement_no);
CREATE TABLE erased_row (record_no INTEGER, row_no INTEGER, PRIMARY KEY (record_no, row_no)) WITHOUT ROWID;
CREATE TABLE unfinished (erasure_no INTEGER PRIMARY KEY AUTOINCREMENT, object TEXT);
CREATE VIEW current AS
  SELECT r.record_no, r.id, s.name AS source, r.name, coalesce(x.size, r.size) AS size, r.format, r.batch_no,
    CASE WHEN x.record_no IS NULL THEN r.id ELSE x.digest END AS digest,
    CASE WHEN x.record_no IS NULL THEN r.object ELSE x.object END AS object,
    x.replacement_no
  FROM record r JOIN source s USING (source_no)
  LEFT JOIN replacement x
    ON x.replacement_no = (SELECT max(replacement_no) FROM replacement y WHERE y.record_no = r.record_no);
"""


class Journal:
    """One SQLite file in WAL mode: a commit is on disk when it returns. For several threads and processes.

    Writers wait for each other at most `patience` seconds, then BusyError.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path, self._patience = path, patience
        self._write_lock, self._read_lock = threading.RLock(), threading.Lock()
        with sqlite_errors():
            fresh = not path.exists()
            self._writer = self._connect()
            if fresh or not self._user_version():
                self._create()
                sync(path.parent)
            self._reader = self._connect()
        if self._user_version() != _VERSION:
            raise WorkspaceError("the landing store is of another medark version", version=self._user_version())

    def close(self) -> None:
        """Release the file."""
        with self._write_lock, self._read_lock:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on disk when the block is left, or nothing of it. Locks out other writers everywhere."""
        with self._write_lock, sqlite_errors():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            self._bring_home()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows of a short query; no read transaction is left open, so the log can always be emptied."""
        with self._read_lock, sqlite_errors():
            return self._reader.execute(sql, parameters).fetchall()

    def empty_log(self) -> None:
        """Everything in the main file and the log of zero length. BusyError if others read on and on."""
        until = time.monotonic() + self._patience
        while True:
            with self._write_lock, self._read_lock, sqlite_errors():
                busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            if time.monotonic() >= until:
                raise BusyError("another process is reading the landing store", fix="try again")
            time.sleep(_PAUSE)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=self._patience, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        for setting in (
            "page_size = 8192",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            # By hand instead: were it part of COMMIT, a full disk could fail a commit that has already happened.
            "wal_autocheckpoint = 0",
        ):
            connection.execute(f"PRAGMA {setting}")
        return connection

    def _create(self) -> None:
        self._writer.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.strip().split(";\n"):
            self._writer.execute(statement.rstrip(";"))
        self._writer.execute(f"PRAGMA user_version = {_VERSION}")
        self._writer.execute("COMMIT")

    def _user_version(self) -> int:
        return int(self._writer.execute("PRAGMA user_version").fetchone()[0])

    def _bring_home(self) -> None:
        log = self._path.with_name(f"{self._path.name}-wal")
        try:
            if log.stat().st_size > _WAL_BYTES:
                self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except (OSError, sqlite3.Error):
            return  # the commit stands; the next one tries again


@contextmanager
def sqlite_errors() -> Iterator[None]:
    """What SQLite refuses, as errors of ours. SQLite's own text may quote values: it is not passed on."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(getattr(error, "sqlite_errorcode", 0) & 0xFF) from None


def _ours(code: int) -> MedarkError:
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError("another process is writing to the landing store", fix="try again")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StorageError("the landing journal is damaged", fix="bring it back from a backup", sqlite=code)
    if code == sqlite3.SQLITE_FULL:
        return StorageError("the landing store's disk is full", fix="make room, then send the same again", sqlite=code)
    return StorageError("the landing store could not be written or read", fix="check its disk", sqlite=code)
