"""What sources say of pairs of keys: that they are one person's (HL7 A24), or no longer (A37); part of the crosswalk"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from medark.store.part import Part

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tie (
  people TEXT NOT NULL, person_key TEXT NOT NULL, other_key TEXT NOT NULL, tie TEXT NOT NULL, source TEXT NOT NULL,
  at_ms INTEGER NOT NULL, record_no INTEGER NOT NULL, row_no INTEGER NOT NULL, part_no INTEGER NOT NULL,
  PRIMARY KEY (record_no, row_no, part_no)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tie_followed (is_so INTEGER PRIMARY KEY);
"""
_SAID: Final = ("person_key", "other_key", "tie", "at_ms", "record_no", "row_no", "part_no")


@dataclass(frozen=True, slots=True)
class Tie:
    """What a source said of two keys: "linked" or "unlinked", and when; `place`: its record, row and part."""

    left_key: int
    right_key: int
    tie: str
    source: str
    at_ms: int
    place: tuple[int, int, int]


class Ties(Part):
    """The part of an open crosswalk that keeps what sources say of pairs."""

    def put(self, people: str, source: str, ties: pa.Table) -> None:
        """Keep what a source says of keys of a namespace (person_key, other_key, tie, at_ms and the place)."""
        ask = f"INSERT OR REPLACE INTO tie (people, source, {', '.join(_SAID)}) VALUES (?, ?{', ?' * len(_SAID)})"
        with self._writing():
            self._db.execute("DELETE FROM tie_followed")
            self._db.executemany(ask, ((people, source, *(row[name] for name in _SAID)) for row in ties.to_pylist()))

    def any(self) -> bool:
        """Did any source say anything?"""
        with self._reading():
            return self._db.execute("SELECT 1 FROM tie LIMIT 1").fetchone() is not None

    def are_new(self) -> bool:
        """Did any source say anything since all was followed?"""
        with self._reading():
            return self.any() and self._db.execute("SELECT 1 FROM tie_followed").fetchone() is None

    def are_followed(self) -> None:
        """Keep that persons are as all that was said until now has them."""
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO tie_followed VALUES (1)")

    def all(self) -> list[Tie]:
        """What was said of pairs of keys that are there, the smaller key of each first; in no order."""
        ask = (
            "SELECT min(l.key_no, r.key_no), max(l.key_no, r.key_no), t.tie, t.source, t.at_ms, t.record_no, t.row_no,"
            " t.part_no FROM tie AS t JOIN person AS l ON l.people = t.people AND l.person_key = t.person_key"
            " JOIN person AS r ON r.people = t.people AND r.person_key = t.other_key"
        )
        with self._reading():
            return [Tie(*row[:5], row[5:]) for row in self._db.execute(ask)]


def forget(database: sqlite3.Connection, person_id: int) -> None:
    """Take out what is about a person; within the caller's transaction."""
    mine = "SELECT people, person_key FROM person WHERE person_id = ?"
    for key in ("person_key", "other_key"):
        database.execute(f"DELETE FROM tie WHERE (people, {key}) IN ({mine})", (person_id,))
