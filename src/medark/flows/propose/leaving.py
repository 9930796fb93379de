"""Rows of some raw records out of the lake, for a map that is no longer in effect or says otherwise now"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyarrow as pa

from medark.flows.derive import derive
from medark.flows.working import working
from medark.flows.workspace import Workspace
from medark.model.omop import DERIVED_TABLES, RECORD_NO, lake_columns, person_column
from medark.model.progress import Progress
from medark.store.engine import Session
from medark.store.lake import Change, Snapshot, Upsert
from medark.store.lake.places import bucket_of, key_columns

_PERSON = "person"


def leave(workspace: Workspace, record_nos: Collection[int], progress: Progress) -> int:
    """Take the rows of these records away, and derive again what was derived from them. Returns how many went.

    A person stays of whom other records tell. BusyError if another process is at work.
    """
    with working(workspace):
        snapshot = workspace.lake.snapshot()
        with workspace.engine.session() as session:
            session.bind_arrow("leaving", pa.table({"record_no": pa.array(sorted(record_nos), pa.int64())}))
            gone = dict(_gone(session, snapshot))
        changes: dict[str, Change] = {table: Upsert(gone=keys) for table, (keys, _) in gone.items()}
        if changes:
            workspace.lake.commit(changes, "withdrawn")
            people = {person for _, some in gone.values() for person in some}
            derive(workspace, {bucket_of(person, workspace.lake.buckets) for person in people}, progress)
        return sum(keys.num_rows for keys, _ in gone.values())


def _gone(session: Session, snapshot: Snapshot) -> Iterator[tuple[str, tuple[pa.Table, set[int]]]]:
    """Of each table the keys of rows that go, and whose they are. People come last: who is told of elsewhere stays."""
    told = [t for t in snapshot.tables if _tells_records(t) and t not in DERIVED_TABLES and snapshot.rows(t)]
    others: list[str] = []
    for table in sorted(told, key=lambda one: one == _PERSON):
        snapshot.bind(session, table)
        person, keys = person_column(table), ", ".join(key_columns(table))
        stays = _elsewhere(others) if table == _PERSON else ""
        leaves = f"FROM {table} WHERE {RECORD_NO.name} IN (SELECT record_no FROM leaving){stays}"
        found = session.query(f"SELECT {keys} {leaves}")
        if found.num_rows:
            whose = session.query(f"SELECT DISTINCT {person} AS p {leaves}")["p"].to_pylist() if person else []
            yield table, (found, {int(one) for one in whose if one is not None})
        if person:
            others.append(f"SELECT {person} FROM {table} WHERE {RECORD_NO.name} NOT IN (SELECT record_no FROM leaving)")


def _elsewhere(others: Collection[str]) -> str:
    return f" AND person_id NOT IN ({' UNION ALL '.join(others)})" if others else ""


def _tells_records(table: str) -> bool:
    return any(column.name == RECORD_NO.name for column in lake_columns(table))
