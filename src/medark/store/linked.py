"""Which keys are one person's, across organisations: what is said of people, pairs, decisions, and the numbers joined

Part of the crosswalk's file, and as secret: what people are told apart by stands in it and nowhere else.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from medark.store.part import Part

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS trait (
  key_no INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key_no, kind, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_by_own ON person (own_id);
CREATE TABLE IF NOT EXISTS joined (own_id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS joined_by_person ON joined (person_id);
CREATE TABLE IF NOT EXISTS pair (
  left_key INTEGER NOT NULL, right_key INTEGER NOT NULL, weight REAL NOT NULL, verdict TEXT NOT NULL, why TEXT NOT NULL,
  evidence TEXT NOT NULL, PRIMARY KEY (left_key, right_key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pair_by_right ON pair (right_key);
CREATE TABLE IF NOT EXISTS decision (
  decision_no INTEGER PRIMARY KEY, left_key INTEGER NOT NULL, right_key INTEGER NOT NULL, verdict TEXT NOT NULL,
  by TEXT NOT NULL, at_ms INTEGER NOT NULL, reason TEXT NOT NULL, undone_by TEXT, undone_ms INTEGER
);
CREATE TABLE IF NOT EXISTS moving (
  step_no INTEGER PRIMARY KEY, kind TEXT NOT NULL, own_id INTEGER NOT NULL, from_id INTEGER NOT NULL,
  to_id INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS compared (key_no INTEGER PRIMARY KEY, digest INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS linkage (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
WITHOUT: Final = "without traits"  # noted of a file of older form: birth and sex of its people stand in the lake alone
FROM_1: Final = f"INSERT OR REPLACE INTO linkage VALUES ('{WITHOUT}', '1');"
TRAITS: Final = pa.schema([(name, pa.string()) for name in ("person_key", "kind", "value")])
JOINED: Final = pa.schema([("own_id", pa.int64()), ("person_id", pa.int64())])
PAIRS: Final = pa.schema(
    [("left_key", pa.int64()), ("right_key", pa.int64()), ("weight", pa.float64())]
    + [(name, pa.string()) for name in ("verdict", "why", "evidence")]
)
_SAID: Final = (
    "SELECT key_no, kind, value FROM identifier WHERE kind IN (SELECT kind FROM asked_kind)"
    " UNION ALL SELECT key_no, kind, value FROM trait WHERE kind IN (SELECT kind FROM asked_kind)"
)
RENAME, REPLAY = "rename", "replay"
_BATCH: Final = 8192


@dataclass(frozen=True, slots=True)
class Known:
    """One key with all that its sources said of the person, by kind. `own_id`: its number while nothing is joined."""

    key_no: int
    people: str
    person_key: str = field(repr=False)
    own_id: int
    person_id: int
    said: Mapping[str, list[str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """Two keys that were compared: the bits of evidence, what became of them, and of each attribute level and bits."""

    left_key: int
    right_key: int
    weight: float
    verdict: str
    why: str
    evidence: Mapping[str, tuple[int | None, float]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided of two keys: "same" or "different"; undone, it counts no more and stays written."""

    number: int
    left_key: int
    right_key: int
    verdict: str
    by: str
    at_ms: int
    reason: str
    undone_by: str | None = None
    undone_ms: int | None = None

    @property
    def act(self) -> tuple[str, int, str]:
        """What decisions have in common that were made together: a person taken apart is many pairs."""
        return self.by, self.at_ms, self.verdict


@dataclass(frozen=True, slots=True)
class Step:
    """What the lake has still to follow in: rows of `from_id` are `to_id`'s, all of them, or those of `own_id`."""

    kind: str
    own_id: int
    from_id: int
    to_id: int


class Linked(Part):
    """The linkage part of an open crosswalk."""

    _joined: tuple[int, pa.Table] | None = None

    # -- what is said of people ----------------------------------------------------------------------------------------

    def known(
        self, kinds: Iterable[str], *, own_ids: Iterable[int] | None = None, person_ids: Iterable[int] | None = None
    ) -> Iterator[Known]:
        """Every key with what was said of it of some kinds (birth and sex among them); of some numbers, or people."""
        named = person_ids if own_ids is None else own_ids
        with self._writing():
            self._asked("asked_kind", "kind TEXT PRIMARY KEY", ((kind,) for kind in kinds))
            self._asked("asked_number", "number INTEGER PRIMARY KEY", ((n,) for n in named or ()))
        column = "person_id" if own_ids is None else "own_id"
        only = f"WHERE {column} IN (SELECT number FROM asked_number)" if named is not None else ""
        ask = (
            "SELECT p.key_no, p.people, p.person_key, p.own_id, p.person_id, s.kind, s.value"
            f" FROM (SELECT * FROM person {only}) AS p LEFT JOIN ({_SAID}) AS s USING (key_no) ORDER BY p.key_no"
        )
        with self._reading():
            yield from _grouped(self._db.execute(ask))

    def put_traits(self, traits: Iterable[tuple[int, str, str]]) -> None:
        """Keep what is said of people by number (number, kind, value): it is said of each of their keys."""
        with self._writing():
            ask = "INSERT OR IGNORE INTO trait SELECT key_no, ?2, ?3 FROM person WHERE own_id = ?1"
            self._db.executemany(ask, traits)

    def compared(self) -> dict[int, int]:
        """What was kept of each key when it was compared last."""
        with self._reading():
            return dict(self._db.execute("SELECT key_no, digest FROM compared"))

    def put_compared(self, digests: Iterable[tuple[int, int]]) -> None:
        """Keep, of each key, what it was like when it was compared."""
        with self._writing():
            self._db.executemany("INSERT OR REPLACE INTO compared VALUES (?, ?)", digests)

    def of_keys(self, key_nos: Iterable[int]) -> dict[int, int]:
        """The own number of each key."""
        with self._reading():
            ask = "SELECT own_id FROM person WHERE key_no = ?"
            found = ((key, self._db.execute(ask, (key,)).fetchone()) for key in set(key_nos))
            return {key: row[0] for key, row in found if row}

    def persons(self, key_nos: Iterable[int]) -> dict[int, int]:
        """The person's number of each key."""
        with self._reading():
            ask = "SELECT person_id FROM person WHERE key_no = ?"
            found = ((key, self._db.execute(ask, (key,)).fetchone()) for key in set(key_nos))
            return {key: row[0] for key, row in found if row}

    def own_ids(self, person_id: int) -> list[int]:
        """The own numbers that a person's keys have, in order."""
        with self._reading():
            ask = "SELECT DISTINCT own_id FROM person WHERE person_id = ? ORDER BY 1"
            return [row[0] for row in self._db.execute(ask, (person_id,))]

    # -- numbers joined ------------------------------------------------------------------------------------------------

    def joined(self) -> pa.Table:
        """Each own number that is joined with others, and the person's number (JOINED). Read anew once it changed."""
        stamp = int(self.note("joined") or 0)
        if self._joined is None or self._joined[0] != stamp:
            with self._reading():
                rows = self._db.execute("SELECT own_id, person_id FROM joined ORDER BY own_id").fetchall()
            columns = list(zip(*rows, strict=True)) or [(), ()]
            self._joined = stamp, pa.table(dict(zip(JOINED.names, map(list, columns), strict=True)), schema=JOINED)
        return self._joined[1]

    def join(self, person_of: Mapping[int, int], steps: Iterable[Step]) -> None:
        """Let exactly these numbers be joined; `steps` wait until the lake has followed (`moving`, `moved`)."""
        with self._writing():
            self._db.execute("DELETE FROM joined")
            self._db.executemany("INSERT INTO joined VALUES (?, ?)", person_of.items())
            self._db.execute(
                "UPDATE person SET person_id = coalesce((SELECT j.person_id FROM joined AS j WHERE"
                " j.own_id = person.own_id), own_id) WHERE person_id <> coalesce((SELECT j.person_id FROM joined AS j"
                " WHERE j.own_id = person.own_id), own_id)"
            )
            self._db.executemany(
                "INSERT INTO moving (kind, own_id, from_id, to_id) VALUES (?, ?, ?, ?)",
                ((step.kind, step.own_id, step.from_id, step.to_id) for step in steps),
            )
            self._note("joined", str(int(self.note("joined") or 0) + 1))

    def moving(self) -> list[Step]:
        """What the lake has still to follow in."""
        with self._reading():
            return [
                Step(*row) for row in self._db.execute("SELECT kind, own_id, from_id, to_id FROM moving ORDER BY 1, 2")
            ]

    def places(self, own_ids: Iterable[int]) -> dict[str, tuple[set[str], set[int]]]:
        """Of some numbers: by namespace, their keys, and the raw records that say something of them."""
        with self._writing():
            self._asked("asked_number", "number INTEGER PRIMARY KEY", ((n,) for n in own_ids))
            found: dict[str, tuple[set[str], set[int]]] = {}
            ask = (
                "SELECT people, person_key, record_no FROM person LEFT JOIN place USING (key_no)"
                " WHERE own_id IN (SELECT number FROM asked_number)"
            )
            for people, key, record_no in self._db.execute(ask):
                keys, records = found.setdefault(people, (set(), set()))
                keys.add(key)
                records |= {record_no} if record_no is not None else set()
            return found

    def moved(self) -> None:
        """The lake has followed."""
        with self._writing():
            self._db.execute("DELETE FROM moving")

    # -- pairs and decisions -------------------------------------------------------------------------------------------

    def keep(self, pairs: pa.Table, *, about: Iterable[int] | None = None) -> None:
        """Keep pairs (PAIRS) in place of those that were: of every key, or of the keys of these own numbers."""
        with self._writing():
            if about is None:
                self._db.execute("DELETE FROM pair")
            else:
                self._asked("asked_number", "number INTEGER PRIMARY KEY", ((n,) for n in about))
                keys = "SELECT key_no FROM person WHERE own_id IN (SELECT number FROM asked_number)"
                self._db.execute(f"DELETE FROM pair WHERE left_key IN ({keys}) OR right_key IN ({keys})")
            for batch in pairs.to_batches(_BATCH):
                rows = zip(*(batch[name].to_pylist() for name in PAIRS.names), strict=True)
                self._db.executemany("INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?, ?, ?)", rows)

    def pairs(self, verdict: str = "", *, limit: int = 0, person_id: int | None = None) -> list[LinkedPair]:
        """Pairs that are kept, the surest first: of a verdict, of a person's keys."""
        ask, told = "SELECT left_key, right_key, weight, verdict, why, evidence FROM pair WHERE 1", []
        if verdict:
            ask, told = f"{ask} AND verdict = ?", [*told, verdict]
        if person_id is not None:
            keys = "(SELECT key_no FROM person WHERE person_id = ?)"
            ask, told = f"{ask} AND (left_key IN {keys} OR right_key IN {keys})", [*told, person_id, person_id]
        ask += " ORDER BY weight DESC, left_key, right_key" + (f" LIMIT {int(limit)}" if limit else "")
        with self._reading():
            return [_pair(row) for row in self._db.execute(ask, told)]

    def edges(self, verdict: str) -> list[tuple[int, int, float]]:
        """Own numbers and weight of each pair of a verdict."""
        ask = (
            "SELECT l.own_id, r.own_id, max(p.weight) FROM pair AS p JOIN person AS l ON l.key_no = p.left_key"
            " JOIN person AS r ON r.key_no = p.right_key WHERE p.verdict = ? AND l.own_id <> r.own_id GROUP BY 1, 2"
        )
        with self._reading():
            return self._db.execute(ask, (verdict,)).fetchall()

    def decide(self, left_key: int, right_key: int, verdict: str, by: str, at_ms: int, reason: str) -> int:
        """Write down what somebody decided of two keys; what was decided of them before is undone by it."""
        left, right = sorted((left_key, right_key))
        with self._writing():
            self._undo("left_key = ? AND right_key = ?", (left, right), by, at_ms)
            ask = "INSERT INTO decision (left_key, right_key, verdict, by, at_ms, reason) VALUES (?, ?, ?, ?, ?, ?)"
            return int(self._db.execute(ask, (left, right, verdict, by, at_ms, reason)).lastrowid or 0)

    def told(self, left_key: int, right_key: int, by: str, at_ms: int, reason: str) -> int:
        """Write down that a source says of two keys that they are one person's; what people decided stands beside."""
        ask = "INSERT INTO decision (left_key, right_key, verdict, by, at_ms, reason) VALUES (?, ?, 'same', ?, ?, ?)"
        with self._writing():
            row = (min(left_key, right_key), max(left_key, right_key), by, at_ms, reason)
            return int(self._db.execute(ask, row).lastrowid or 0)

    def undo(self, number: int, by: str, at_ms: int) -> bool:
        """Let a decision count no more. False if there is none that counts."""
        with self._writing():
            return self._undo("decision_no = ?", (number,), by, at_ms) > 0

    def count_again(self, number: int) -> None:
        """Let a decision count that was undone."""
        with self._writing():
            self._db.execute("UPDATE decision SET undone_by = NULL, undone_ms = NULL WHERE decision_no = ?", (number,))

    def decisions(self, *, counting: bool = True) -> list[Decision]:
        """What was decided, in order; `counting`: without what was undone."""
        ask = "SELECT * FROM decision" + (" WHERE undone_ms IS NULL" if counting else "") + " ORDER BY decision_no"
        with self._reading():
            return [Decision(*row) for row in self._db.execute(ask)]

    # -- what else is kept ---------------------------------------------------------------------------------------------

    def note(self, name: str) -> str | None:
        """What is kept under a name."""
        with self._reading():
            row = self._db.execute("SELECT value FROM linkage WHERE name = ?", (name,)).fetchone()
            return row[0] if row else None

    def put_note(self, name: str, value: str) -> None:
        """Keep a text under a name."""
        with self._writing():
            self._note(name, value)

    def _note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO linkage VALUES (?, ?)", (name, value))

    def _undo(self, where: str, told: tuple[int, ...], by: str, at_ms: int) -> int:
        ask = f"UPDATE decision SET undone_by = ?, undone_ms = ? WHERE undone_ms IS NULL AND {where}"
        return self._db.execute(ask, (by, at_ms, *told)).rowcount

    def _asked(self, name: str, column: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({column}) WITHOUT ROWID")
        self._db.execute(f"DELETE FROM {name}")
        self._db.executemany(f"INSERT OR IGNORE INTO {name} VALUES (?)", rows)


def forget(database: sqlite3.Connection, keys_sql: str, person_id: int) -> None:
    """Take out of the linkage what is about some keys; within the caller's transaction."""
    columns = {
        "trait": ("key_no",), "compared": ("key_no",), "pair": ("left_key", "right_key"),
        "decision": ("left_key", "right_key"),
    }  # fmt: skip
    for table, column in ((table, column) for table, some in columns.items() for column in some):
        database.execute(f"DELETE FROM {table} WHERE {column} IN ({keys_sql})", (person_id,))
    database.execute("DELETE FROM joined WHERE person_id = ?", (person_id,))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[Known]:
    one: Known | None = None
    for key_no, people, person_key, own_id, person_id, kind, value in rows:
        if one is None or one.key_no != key_no:
            if one is not None:
                yield one
            one = Known(key_no, people, person_key, own_id, person_id, {})
        if kind is not None:
            one.said.setdefault(kind, []).append(value)  # type: ignore[attr-defined]
    if one is not None:
        yield one


def _pair(row: tuple[Any, ...]) -> LinkedPair:
    *told, evidence = row
    return LinkedPair(*told, {name: (level, bits) for name, (level, bits) in json.loads(evidence).items()})
