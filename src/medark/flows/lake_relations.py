"""Rows that the lake already has, under the names by which steps read them"""

from __future__ import annotations

from collections.abc import Collection

from medark.model.omop import VOCABULARY_TABLES, person_column, tables
from medark.store.engine import Session
from medark.store.lake import Snapshot

_LAKE = "lake_"


def bind_lake(
    session: Session, snapshot: Snapshot, names: Collection[str], buckets: Collection[int] | None = None
) -> None:
    """Name the lake's rows that a step reads: `lake_person` is the table person, of some buckets or of all.

    Rows that are nobody's lie in no bucket: of those tables all rows are named.
    """
    for name in names:
        table = name.removeprefix(_LAKE)
        if name.startswith(_LAKE) and table in tables() and table not in VOCABULARY_TABLES:
            snapshot.bind(session, table, buckets if person_column(table) else None, name)
