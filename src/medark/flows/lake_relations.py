"""Rows that the lake already has, under the names by which steps read them"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from medark.model.omop import VOCABULARY_TABLES, person_column, tables
from medark.store.engine import Session
from medark.store.lake import Snapshot

_LAKE = "lake_"


class LakeRelations:
    """The lake's rows of people in some buckets, named in a session as steps come to read them, each table once.

    `lake_person` is the table person. Rows that are nobody's lie in no bucket: of those tables all rows are named.
    """

    def __init__(self, session: Session, snapshot: Snapshot, buckets: Collection[int]) -> None:
        self.buckets = frozenset(buckets)
        self._session, self._snapshot = session, snapshot
        self._bound: set[str] = set()

    def bind(self, names: Iterable[str]) -> None:
        """Name those of `names` that mean a table of the lake."""
        for name in names:
            table = name.removeprefix(_LAKE)
            is_lake = name.startswith(_LAKE) and table in tables() and table not in VOCABULARY_TABLES
            if is_lake and name not in self._bound:
                self._snapshot.bind(self._session, table, self.buckets if person_column(table) else None, name)
                self._bound.add(name)
