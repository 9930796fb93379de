"""Rows of some files of a table in a session, and a check's query in its words"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from medark.check.counting import FILE_NO
from medark.model.omop import VOCABULARY_TABLES, lake_columns
from medark.sql.render import plain
from medark.store.engine import Engine, Session
from medark.store.lake import Snapshot


class Parts:
    """The files of a version of the lake, and of those before as far as they are still there."""

    def __init__(self, engine: Engine, snapshot: Snapshot, today: dt.date) -> None:
        self.engine, self.snapshot, self.today = engine, snapshot, today
        self._rows = {t: {f.path: f.rows for f in s.files} for t, s in snapshot.tables.items()}

    def files(self, table: str) -> tuple[str, ...]:
        """The paths of a table's files; of one of the vocabulary none."""
        return tuple(sorted(self._rows.get(table, ()))) if table not in VOCABULARY_TABLES else ()

    def rows(self, table: str, files: Sequence[str] | None = None) -> int:
        """How many rows there are in a table, or in some of its files."""
        return sum(n for path, n in self._rows.get(table, {}).items() if files is None or path in files)

    def are_there(self, table: str, files: Sequence[str]) -> bool:
        """Can these files, of a version that may be gone, still be read?"""
        return all(self.snapshot.places.data(table, path).exists() for path in files)

    def bind(
        self, session: Session, table: str, files: Sequence[str], name: str = "", told_apart: bool = False
    ) -> None:
        """The rows of some files, under the table's name unless `name` says another."""
        paths = [self.snapshot.places.data(table, path) for path in files]
        number = FILE_NO if told_apart else None
        session.bind_parquet(name or table, paths, lake_columns(table), file_number=number)

    def words(self, session: Session, sql: str) -> str:
        """A check's query: names, casts and comparisons, and the day."""
        return plain(sql.replace(":today", f"'{self.today}'"), session.dialect)


def listed(texts: Sequence[str]) -> str:
    """A union of queries."""
    return " union all ".join(texts)
