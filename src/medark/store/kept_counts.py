"""What was counted of each version of the lake, in one SQLite file: results by scan, and what each data file adds"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from medark.errors import StorageError
from medark.store.write_ahead import write_ahead

_SCHEMA = """
CREATE TABLE IF NOT EXISTS result (
  over TEXT, scan TEXT, version INTEGER NOT NULL, told BLOB NOT NULL, PRIMARY KEY (over, scan)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS line (
  over TEXT, scan TEXT, file TEXT, told BLOB NOT NULL, PRIMARY KEY (over, scan, file)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (stamp TEXT PRIMARY KEY, version INTEGER NOT NULL, told BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (name TEXT PRIMARY KEY, told BLOB NOT NULL) WITHOUT ROWID;
"""
_WAIT_S = 10


@dataclass(frozen=True, slots=True)
class Result:
    """What a scan says, `told`; of data files that are otherwise than before, what each adds; files that are gone.

    `is_anew`: nothing that was kept of other files holds any more.
    """

    scan: str
    told: bytes
    lines: Mapping[str, bytes] = field(default_factory=dict)
    gone: Sequence[str] = ()
    is_anew: bool = False


class KeptCounts:
    """A file that can be made again: one that can't be read is. Several processes may have it open; use it with `with`,
    from one thread.

    A result takes the place of one of the same or an older version of the lake, with all its lines or not at all.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def __enter__(self) -> KeptCounts:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def results(self, over: str) -> dict[str, bytes]:
        """What scans of a table say, by the scan's name."""
        with self._reading() as db:
            return dict(db.execute("SELECT scan, told FROM result WHERE over = ?", (over,)))

    def lines(self, over: str, scan: str, files: Iterable[str]) -> dict[str, bytes]:
        """What some data files add to a scan, as far as that is kept."""
        asked = "SELECT told FROM line WHERE over = ? AND scan = ? AND file = ?"
        with self._reading() as db:
            found = {file: db.execute(asked, (over, scan, file)).fetchone() for file in files}
        return {file: told[0] for file, told in found.items() if told is not None}

    def files(self, stamp: str) -> bytes | None:
        """The files that have a stamp."""
        with self._reading() as db:
            found = db.execute("SELECT told FROM files WHERE stamp = ?", (stamp,)).fetchone()
        return found[0] if found else None

    def told(self, name: str) -> bytes | None:
        """Something else that is kept, by its name."""
        with self._reading() as db:
            found = db.execute("SELECT told FROM told WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def tell(self, name: str, told: bytes) -> None:
        """Keep something else in the place of what had the name."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (name, told))

    def put(self, over: str, version: int, results: Iterable[Result], files: Mapping[str, bytes]) -> None:
        """Keep what scans of a table say of a `version` of the lake; `files`: what its stamps stand for."""
        with self._writing() as db:
            for one in results:
                _put(db, over, version, one)
            told = [(stamp, version, paths) for stamp, paths in files.items()]
            db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", told)
            db.execute("DELETE FROM files WHERE version < (SELECT min(version) FROM result)")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with _as_ours():
            self._db = self._db or self._opened()
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connected(self._path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # no database, or half of one
            for end in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            return _connected(self._path)


def _connected(path: Path) -> sqlite3.Connection:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    db = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    try:
        write_ahead(db, _WAIT_S)
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def _put(db: sqlite3.Connection, over: str, version: int, one: Result) -> None:
    kept = db.execute("SELECT version FROM result WHERE over = ? AND scan = ?", (over, one.scan)).fetchone()
    if kept and kept[0] > version:
        return
    if one.is_anew:
        db.execute("DELETE FROM line WHERE over = ? AND scan = ?", (over, one.scan))
    lines = [(over, one.scan, file) for file in one.gone]
    db.executemany("DELETE FROM line WHERE over = ? AND scan = ? AND file = ?", lines)
    told = [(over, one.scan, file, line) for file, line in one.lines.items()]
    db.executemany("INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?)", told)
    db.execute("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?)", (over, one.scan, version, one.told))


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        number = getattr(error, "errno", None) or 0
        raise StorageError("counts can't be kept", fix="check rights and space", errno=number) from None
