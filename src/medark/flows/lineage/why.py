"""How one row of the lake came to be: read through the gate, and then walked again from its raw record"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any, Final

import pyarrow.parquet as pq

from medark.errors import AccessError, MedarkError, NotFoundError
from medark.flows.lineage.again import Again, walked
from medark.flows.lineage.way import Came, Way
from medark.flows.query import query
from medark.flows.raw import record as steward_record
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.omop import RECORD_NO, ROW_NO, VOCABULARY_TABLES, person_column, tables
from medark.store.lake import Snapshot

OPENED: Final = "origin of a row opened"


def why(workspace: Workspace, reader: Reader, table: str, key: int) -> Way:
    """How a row came to be. What the source said is shown to owners and data stewards alone; that is in the audit.

    NotFoundError for a table or row that is not there, or not for this reader; AccessError where no grant opens it.
    """
    if table not in tables() or table in VOCABULARY_TABLES:
        raise NotFoundError("no such table", fix="medark why WS measurement 123", table=table)
    row = _row(workspace, reader, table, key)
    record_no, row_no = row.get(RECORD_NO.name), row.get(ROW_NO.name)
    if record_no is None:
        return Way(table, key, None, made_by=(f"domains/{table}.sql",))
    came = _came(workspace, table, key, int(record_no), int(row_no or 0), row)
    again = Again()
    with suppress(MedarkError):  # erased, or a map that is no longer there: what is known is told
        again = walked(workspace, came, table, key)
    sees = _may_see(workspace, reader, came)
    return Way(
        table, key, came, again.made_by, again.looked_up if sees else (),
        _is_same(_stored(workspace, table, key, row), again.row),
        again.staged if sees else {}, again.raw if sees else "",
    )  # fmt: skip


def _row(workspace: Workspace, reader: Reader, table: str, key: int) -> Mapping[str, Any]:
    primary = tables()[table].primary_key or person_column(table)
    found = query(workspace, reader, f"SELECT * FROM {table} WHERE {primary} = {int(key)}").to_pylist()
    if not found:
        raise NotFoundError("there is no such row, or not for you", fix="medark query WS shows which there are")
    row: Mapping[str, Any] = found[0]
    return row


def _may_see(workspace: Workspace, reader: Reader, came: Came) -> bool:
    """May a reader see what the source said? Written to the audit either way."""
    try:
        steward_record(workspace, reader.user, str(came.record_no), OPENED)
    except AccessError:
        return False
    return True


def _came(workspace: Workspace, table: str, key: int, record_no: int, row_no: int, row: Mapping[str, Any]) -> Came:
    raw = workspace.landing.record(record_no)
    wave, commit, committed_ms = _written(workspace, table, key, row)
    arrived = int(workspace.landing.arrived(raw) * 1000)
    wave = wave or f"ingest {raw.batch_no}"
    return Came(
        record_no, row_no, raw.id, raw.source, str(raw.format), raw.batch_no, arrived, wave, commit, committed_ms
    )


def _written(workspace: Workspace, table: str, key: int, row: Mapping[str, Any]) -> tuple[str, int, int]:
    """The oldest version that has the file in which the row lies; nothing where that is no longer kept."""
    snapshot = workspace.lake.snapshot()
    path = next(
        (path for path in _files(snapshot, table, row) if _read(snapshot, table, path, key, ["medark_record_no"])), ""
    )
    for before, commit in pairwise(workspace.lake.history()):
        if not _has(workspace, before.version, table, path) and _has(workspace, commit.version, table, path):
            return commit.batch, commit.version, commit.committed_ms
    return "", 0, 0  # it lay so in the oldest version that is kept


def _has(workspace: Workspace, version: int, table: str, path: str) -> bool:
    return any(one.path == path for one in workspace.lake.snapshot(version).data_files(table))


def _files(snapshot: Snapshot, table: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The files in which a row may lie."""
    owner = row.get(person_column(table) or "")
    buckets = {owner % snapshot.buckets} if isinstance(owner, int) else None
    yield from (one.path for one in snapshot.data_files(table, buckets))


def _read(
    snapshot: Snapshot, table: str, path: str, key: int, columns: list[str] | None = None
) -> list[dict[str, Any]]:
    primary = tables()[table].primary_key or person_column(table) or ""
    file = snapshot.places.data(table, path)
    found: list[dict[str, Any]] = pq.read_table(file, columns=columns, filters=[(primary, "=", key)]).to_pylist()
    return found


def _stored(workspace: Workspace, table: str, key: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row as it lies in the lake, with what a reader's grants leave out: it is compared, and never shown."""
    snapshot = workspace.lake.snapshot()
    return next((found for path in _files(snapshot, table, row) for found in _read(snapshot, table, path, key)), row)


def _is_same(row: Mapping[str, Any], again: Mapping[str, Any] | None) -> bool | None:
    """Do both say the same? References are left out: they need the whole wave."""
    if again is None:
        return None
    names: Sequence[str] = [n for n in row if (n in again and not n.endswith("_id")) or n.endswith("_concept_id")]
    return all(row[name] == again[name] for name in names if name in again)
