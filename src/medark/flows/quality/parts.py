"""Rows of some files of a table in a session, and a check's query in its words"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from copy import copy
from types import TracebackType

import pyarrow as pa

from medark.check.counting import FILE_NO
from medark.check.dqd import FACTS
from medark.flows.quality.digests import Keys
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, lake_columns
from medark.sql.render import plain
from medark.store.engine import Session
from medark.store.lake import Snapshot
from medark.store.lake.of_people import rows_of_people


class Parts:
    """The files of a version of the lake, and of those before as far as they are still there; one session, opened once
    it is needed, in which names stand for what was bound last. Use it with `with`.
    """

    def __init__(self, workspace: Workspace, snapshot: Snapshot) -> None:
        self._workspace, self.snapshot, self.today = workspace, snapshot, workspace.today()
        self._rows = {t: {f.path: f.rows for f in s.files} for t, s in snapshot.tables.items()}
        self._held = ExitStack()
        self._session: Session | None = None
        self._has_vocabulary = False
        self._stamps: dict[str, str] = {}

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()

    @property
    def session(self) -> Session:
        """The one session: to open one takes longer than a small query."""
        if self._session is None:
            self._session = self._held.enter_context(self._workspace.engine.session())
        return self._session

    def beside(self, lent: Collection[str]) -> Parts:
        """The same for another thread: with a session beside this one's. Use it with `with`."""
        found = copy(self)
        found._held = ExitStack()
        found._session = found._held.enter_context(self.session.beside(lent))
        return found

    def bind_ancestors(self) -> None:
        """The vocabulary's table of ancestors."""
        if not self._has_vocabulary:
            self._workspace.vocabulary.bind(self.session, ["concept_ancestor"])

    def bind_vocabulary(self) -> None:
        """The vocabulary's tables, and what is told of them."""
        if not self._has_vocabulary:
            self._workspace.vocabulary.bind(self.session)
            for name, facts in FACTS.items():
                if facts.table in VOCABULARY_TABLES:
                    self.session.view(name, self.words(facts.sql))
            self._has_vocabulary = True

    def files(self, table: str) -> tuple[str, ...]:
        """The paths of a table's files; of one of the vocabulary none."""
        return tuple(sorted(self._rows.get(table, ()))) if table not in VOCABULARY_TABLES else ()

    def stamp(self, table: str) -> str:
        """What tells a table's files from those of another version."""
        if table not in self._stamps:
            self._stamps[table] = hashlib.blake2b("\n".join(self.files(table)).encode(), digest_size=12).hexdigest()
        return self._stamps[table]

    @staticmethod
    def bucket(path: str) -> str:
        """What the files of the same people have in common; empty where a table's rows are of nobody."""
        return path.rpartition("/")[0]

    def rows(self, table: str, files: Sequence[str] | None = None) -> int:
        """How many rows there are in a table, or in some of its files."""
        return sum(n for path, n in self._rows.get(table, {}).items() if files is None or path in files)

    def are_there(self, table: str, files: Sequence[str]) -> bool:
        """Can these files, of a version that may be gone, still be read?"""
        return all(self.snapshot.places.data(table, path).exists() for path in files)

    def bind(self, table: str, files: Sequence[str], name: str = "", told_apart: bool = False) -> None:
        """The rows of some files, under the table's name unless `name` says another."""
        paths = [self.snapshot.places.data(table, path) for path in files]
        number = FILE_NO if told_apart else None
        self.session.bind_parquet(name or table, paths, lake_columns(table), file_number=number)

    def rows_of_people(self, table: str, people: Mapping[str, Keys], columns: Sequence[str]) -> pa.Table:
        """Rows of some people in each of some files, told apart."""
        files = [(self.snapshot.places.data(table, path), some) for path, some in people.items()]
        return rows_of_people(table, files, [name for name in columns if name != FILE_NO], FILE_NO)

    def words(self, sql: str) -> str:
        """A check's query: names, casts and comparisons, and the day."""
        return plain(sql.replace(":today", f"'{self.today}'"), self.session.dialect)


def listed(texts: Sequence[str]) -> str:
    """A union of queries."""
    return " union all ".join(texts)
