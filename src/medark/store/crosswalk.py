"""People and their keys and identifiers: the one place that knows who is who, readable by its owner only"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from medark.errors import BusyError, InternalError, MedarkError, StorageError, WorkspaceError
from medark.store import linked, ties
from medark.store.linked import TRAITS as TRAITS
from medark.store.linked import Linked
from medark.store.ties import Ties

_SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
  key_no INTEGER PRIMARY KEY, people TEXT NOT NULL, person_key TEXT NOT NULL, person_id INTEGER NOT NULL,
  own_id INTEGER NOT NULL DEFAULT 0, UNIQUE (people, person_key)
);
CREATE INDEX IF NOT EXISTS person_by_id ON person (person_id);
CREATE TABLE IF NOT EXISTS identifier (
  value TEXT NOT NULL, kind TEXT NOT NULL, system TEXT NOT NULL, key_no INTEGER NOT NULL,
  PRIMARY KEY (value, kind, system, key_no)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identifier_by_key ON identifier (key_no);
CREATE TABLE IF NOT EXISTS place (
  key_no INTEGER NOT NULL, record_no INTEGER NOT NULL, PRIMARY KEY (key_no, record_no)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS place_by_record ON place (record_no);
CREATE TABLE IF NOT EXISTS link (
  people TEXT NOT NULL, record_no INTEGER NOT NULL, row_no INTEGER NOT NULL, part_no INTEGER NOT NULL,
  person_key TEXT NOT NULL, survivor_key TEXT NOT NULL, PRIMARY KEY (people, record_no, row_no, part_no)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_by_key ON link (people, person_key);
CREATE INDEX IF NOT EXISTS link_by_survivor ON link (people, survivor_key);
"""
_VERSION = 2
_FROM_1 = "ALTER TABLE person ADD COLUMN own_id INTEGER NOT NULL DEFAULT 0; UPDATE person SET own_id = person_id;"
_BATCH_ROWS = 8192
_LINK = ("person_key", "survivor_key", "record_no", "row_no", "part_no")

PERSONS = pa.schema([("person_key", pa.string()), ("person_id", pa.int64())])
IDENTIFIERS = pa.schema([(name, pa.string()) for name in ("person_key", "kind", "system", "value")])
PLACES = pa.schema([("person_key", pa.string()), ("record_no", pa.int64())])
NUMBERED = pa.schema(
    [(name, pa.int64() if name in ("key_no", "person_id") else pa.string())
     for name in ("people", "key_no", "person_id", "kind", "value")]
)  # fmt: skip
LINKS = pa.schema([(name, pa.string() if name.endswith("key") else pa.int64()) for name in _LINK])


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One key of a person: a patient number, and the namespace it is unique in."""

    people: str
    person_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier of a person, as the source gave it ('' where it said nothing)."""

    kind: str
    system: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that a person had until now, and the number that the same person goes by from here on."""

    person_id: int
    to: int


class Crosswalk:
    """The file at `path`, made if it is not there, with rights for its owner alone. Deleted content is overwritten.

    BusyError if another process writes for longer than `patience` seconds. No error holds a key or identifier.
    """

    def __init__(self, path: Path, *, patience: float = 60.0) -> None:
        self._path = path
        with _errors_without_values():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)  # the write-ahead log takes its rights from here
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
            self._db.executescript(
                "PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;"  # nothing of it in a temporary file
            )
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version not in range(_VERSION + 1):
                raise WorkspaceError("the crosswalk was made by another version", found=version, wanted=_VERSION)
            older, noted = (_FROM_1, linked.FROM_1) if version == 1 else ("", "")
            self._db.executescript(
                f"BEGIN IMMEDIATE; {older} {_SCHEMA} {linked.SCHEMA} {ties.SCHEMA} {noted}"
                f" PRAGMA user_version = {_VERSION}; COMMIT;"
            )
        self.linked = Linked(self._db, _errors_without_values, self._writing)
        self.ties = Ties(self._db, _errors_without_values, self._writing)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def put(
        self,
        people: str,
        persons: pa.Table,
        *,
        identifiers: pa.Table | None = None,
        places: pa.Table | None = None,
        links: pa.Table | None = None,
        traits: pa.Table | None = None,
    ) -> tuple[Moved, ...]:
        """Note what a wave says of people (columns: PERSONS, IDENTIFIERS, PLACES, LINKS, TRAITS), all or nothing.

        Keys that are there take the number given now, or that of the person it is joined with. Returns the numbers
        that this changed, so that rows already in the lake can follow; saying the same again changes nothing. Rows
        about keys that nobody has are left out.
        """
        with self._writing():
            moved = self._put_persons(people, persons)
            if identifiers is not None:
                self._db.executemany(
                    "INSERT OR IGNORE INTO identifier SELECT ?, coalesce(?, ''), coalesce(?, ''), key_no FROM person"
                    " WHERE people = ? AND person_key = ?",
                    _rows(identifiers, ("value", "kind", "system"), people, ("person_key",)),
                )
            if traits is not None:
                self._db.executemany(
                    "INSERT OR IGNORE INTO trait SELECT key_no, ?, ? FROM person WHERE people = ? AND person_key = ?",
                    _rows(traits, ("kind", "value"), people, ("person_key",)),
                )
            if places is not None:
                self._db.executemany(
                    "INSERT OR IGNORE INTO place SELECT key_no, ? FROM person WHERE people = ? AND person_key = ?",
                    _rows(places, ("record_no",), people, ("person_key",)),
                )
            if links is not None:
                self._db.executemany(
                    "INSERT OR REPLACE INTO link (record_no, row_no, part_no, people, person_key, survivor_key)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    _rows(links, ("record_no", "row_no", "part_no"), people, ("person_key", "survivor_key")),
                )
            return moved

    def persons(self, people: str, keys: Iterable[str] | None = None) -> dict[str, int]:
        """The number of each key that is known; all keys of a namespace if none are named."""
        with _errors_without_values():
            if keys is None:
                return dict(self._db.execute("SELECT person_key, person_id FROM person WHERE people = ?", (people,)))
            ask = "SELECT person_id FROM person WHERE people = ? AND person_key = ?"
            found = ((key, self._db.execute(ask, (people, key)).fetchone()) for key in keys)
            return {key: row[0] for key, row in found if row}

    def find(self, value: str, *, kind: str | None = None, system: str | None = None) -> list[int]:
        """Persons who have this identifier, in order of number; without kind and system, also those with this key."""
        sql = (
            "SELECT p.person_id FROM identifier AS i JOIN person AS p USING (key_no)"
            " WHERE i.value = :value AND i.kind = coalesce(:kind, i.kind) AND i.system = coalesce(:system, i.system)"
        )
        if kind is None and system is None:
            sql += " UNION SELECT person_id FROM person WHERE person_key = :value"
        with _errors_without_values():
            rows = self._db.execute(sql, {"value": value, "kind": kind, "system": system})
            return sorted({row[0] for row in rows})

    def keys(self, person_id: int) -> list[PersonKey]:
        """The keys of a person; empty if there is none of this number."""
        with _errors_without_values():
            ask = "SELECT people, person_key FROM person WHERE person_id = ? ORDER BY people, person_key"
            return [PersonKey(*row) for row in self._db.execute(ask, (person_id,))]

    def identifiers(self, person_id: int) -> list[Identifier]:
        """The identifiers of a person."""
        with _errors_without_values():
            ask = (
                "SELECT DISTINCT i.kind, i.system, i.value FROM person AS p JOIN identifier AS i USING (key_no)"
                " WHERE p.person_id = ? ORDER BY 1, 2, 3"
            )
            return [Identifier(*row) for row in self._db.execute(ask, (person_id,))]

    def register(self, kinds: Sequence[str]) -> pa.Table:
        """Every key with its identifiers of some kinds (NUMBERED); of each key also a row of kind "key" without value.

        People's names and numbers: for who may see them, and never to be kept.
        """
        places = ", ".join("?" * len(kinds))
        ask = (
            "SELECT people, key_no, person_id, 'key', '' FROM person UNION ALL"
            " SELECT people, key_no, person_id, kind, value FROM person JOIN identifier USING (key_no)"
            f" WHERE kind IN ({places})"
        )
        with _errors_without_values():
            found, batches = self._db.execute(ask, tuple(kinds)), []
            while rows := found.fetchmany(_BATCH_ROWS):
                columns = zip(*rows, strict=True)
                batches.append(pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, NUMBERED, strict=True)],
                                               schema=NUMBERED))  # fmt: skip
        return pa.Table.from_batches(batches, NUMBERED)

    def stamp(self) -> tuple[int, int]:
        """What changes whenever a key or an identifier is added or taken away: how many there are of each."""
        with _errors_without_values():
            ask = "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM identifier)"
            return tuple(map(int, self._db.execute(ask).fetchone()))  # type: ignore[return-value]

    def records(self, person_id: int) -> list[int]:
        """The raw records that say something of a person, in order."""
        with _errors_without_values():
            ask = "SELECT DISTINCT record_no FROM person JOIN place USING (key_no) WHERE person_id = ? ORDER BY 1"
            return [row[0] for row in self._db.execute(ask, (person_id,))]

    def people_of(self, record_nos: Iterable[int]) -> int:
        """How many persons these raw records say something of."""
        with self._writing():
            self._db.execute("CREATE TEMP TABLE asked (record_no INTEGER PRIMARY KEY)")
            self._db.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((number,) for number in record_nos))
            ask = "SELECT count(DISTINCT person_id) FROM asked JOIN place USING (record_no) JOIN person USING (key_no)"
            (count,) = self._db.execute(ask).fetchone()
            self._db.execute("DROP TABLE asked")
            return int(count)

    def links(self, people: str) -> pa.Table:
        """Which keys of a namespace were said to be the same person, in order of arrival (LINKS)."""
        with _errors_without_values():
            ask = f"SELECT {', '.join(_LINK)} FROM link WHERE people = ? ORDER BY record_no, row_no, part_no"
            return _table(self._db.execute(ask, (people,)).fetchall())

    def forget(self, person_id: int) -> int:
        """Remove a person's keys, identifiers, links and places from the file. Returns how many keys there were."""
        mine = "SELECT key_no FROM person WHERE person_id = ?"
        with self._writing():
            linked.forget(self._db, mine, person_id)
            ties.forget(self._db, person_id)
            for table in ("identifier", "place"):
                self._db.execute(f"DELETE FROM {table} WHERE key_no IN ({mine})", (person_id,))
            for key in ("person_key", "survivor_key"):
                self._db.execute(
                    f"DELETE FROM link WHERE (people, {key}) IN (SELECT people, person_key FROM person"
                    " WHERE person_id = ?)",
                    (person_id,),
                )
            gone = self._db.execute("DELETE FROM person WHERE person_id = ?", (person_id,)).rowcount
        with _errors_without_values():
            # Pages that were split or merged may hold old copies of a row, and so does the log: write the file anew.
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def _put_persons(self, people: str, persons: pa.Table) -> tuple[Moved, ...]:
        self._db.execute(
            "CREATE TEMP TABLE said (person_key TEXT PRIMARY KEY, own_id INTEGER, person_id INTEGER) WITHOUT ROWID"
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO said VALUES"
            " (?1, ?2, coalesce((SELECT person_id FROM joined WHERE own_id = ?2), ?2))",
            _rows(persons, ("person_key", "person_id")),
        )
        moved = self._db.execute(
            "SELECT DISTINCT p.person_id, s.person_id FROM said AS s JOIN person AS p USING (person_key)"
            " WHERE p.people = ? AND p.person_id <> s.person_id ORDER BY 1, 2",
            (people,),
        ).fetchall()
        self._db.execute(
            "INSERT INTO person (people, person_key, own_id, person_id)"
            " SELECT ?, person_key, own_id, person_id FROM said WHERE true"
            " ON CONFLICT (people, person_key) DO UPDATE SET own_id = excluded.own_id, person_id = excluded.person_id"
            " WHERE person_id <> excluded.person_id OR own_id <> excluded.own_id",
            (people,),
        )
        self._db.execute("DROP TABLE said")
        return tuple(Moved(*row) for row in moved)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _errors_without_values():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _rows(
    table: pa.Table, before: Sequence[str], people: str = "", after: Sequence[str] = ()
) -> Iterator[tuple[object, ...]]:
    """The rows of an Arrow table as parameters: columns of `before`, the namespace, columns of `after`."""
    for batch in table.to_batches(_BATCH_ROWS):  # a wave may name a million identifiers: never all as Python objects
        left = [batch[name].to_pylist() for name in before]
        right = [batch[name].to_pylist() for name in after]
        middle = [[people] * batch.num_rows] if after else []
        yield from zip(*left, *middle, *right, strict=True)


def _table(rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(LINKS)
    return pa.table([pa.array(values, f.type) for values, f in zip(columns, LINKS, strict=True)], schema=LINKS)


@contextmanager
def _errors_without_values() -> Iterator[None]:
    """SQLite's and the disk's complaints as errors of ours, which never quote what was being written."""
    try:
        yield
    except MedarkError:
        raise
    except sqlite3.OperationalError as error:
        raise _refused(getattr(error, "sqlite_errorcode", 0) & 0xFF) from None
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise WorkspaceError("the crosswalk's file is damaged or none", fix="restore it from a backup") from None
        raise InternalError("the crosswalk can't take this", kind=type(error).__name__) from None
    except OSError as error:
        raise StorageError("the crosswalk can't be opened", fix="check its rights", errno=error.errno or 0) from None


def _refused(code: int) -> MedarkError:
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError("another process is writing to the crosswalk", fix="try again")
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return StorageError(
            "the crosswalk could not be written or read", fix="check space and rights of its disk", code=code
        )
    return InternalError("the crosswalk can't do this", code=code)
