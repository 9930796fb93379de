"""Table files of a source profiled where they lie: each file once, tables of the same name and columns together"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256

import pyarrow as pa

from medark.errors import RefusedInput, StorageError
from medark.flows.ingest.raw_tables import RawTable, opened, pieces, raw_tables
from medark.flows.propose.naming import names, shared, stem
from medark.flows.workspace import Workspace
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES, tabular
from medark.standardise.propose.profile import TableProfile, TableScan, orders, profile_of
from medark.standardise.propose.profile.scan import HEAD
from medark.store.engine import Session

_THREADS = 2
_MANY = 3  # names of files with the same columns: it is one table
_FEW = 4  # files of one table: each may be all of it, delivered again, so what is a key is seen in each alone
_ROWS = 1 << 17  # of a batch
_SMALL = 64 << 10  # bytes of a record


@dataclass(frozen=True, slots=True)
class Profiled:
    """A table and the records that tell of it. `whole`: its rows, of a small table in one file; never written down."""

    table: TableProfile
    record_nos: tuple[int, ...]
    whole: pa.Table | None = field(default=None, repr=False)


def sound_tables(workspace: Workspace, record: RawRecord) -> list[RawTable]:
    """The tables of a record; what can't be read as such is told by the ingest itself."""
    if record.format not in TABLES:
        return []
    try:
        return raw_tables(workspace, record)
    except RefusedInput:
        return []


def profiled(workspace: Workspace, tables: Sequence[RawTable]) -> list[Profiled]:
    """A profile for each table, of all files that tell of it: those of one name with the same columns."""
    groups = _together_by_columns(tables)
    alike = Counter(named for named, _ in groups)
    found: list[Profiled] = []
    taken: set[str] = set()
    with workspace.engine.session() as session, ThreadPoolExecutor(_THREADS) as pool:
        for (named, _), some in groups.items():
            name = next(n for n in names(named, some, is_shared=alike[named] > 1) if n not in taken)
            taken.add(name)
            profile, whole = _together(workspace, session, name, some, pool)
            found.append(Profiled(profile, tuple(dict.fromkeys(table.record.record_no for table in some)), whole))
    return found


_Columns = tuple[str, ...]


def _together_by_columns(tables: Sequence[RawTable]) -> dict[tuple[str, _Columns], list[RawTable]]:
    """Files by the name and the columns of what they tell of. Where many names have the same columns, it is one table,
    in a file for each patient, ward or day: it is called by the words that all of them share.
    """
    by_columns: dict[_Columns, dict[str, list[RawTable]]] = {}
    for table in tables:
        columns = tuple(sorted(name.lower() for name in table.shape.columns))
        by_columns.setdefault(columns, {}).setdefault(stem(table), []).append(table)
    groups: dict[tuple[str, _Columns], list[RawTable]] = {}
    for columns, named in by_columns.items():
        if len(named) >= _MANY:
            groups[shared(named), columns] = [table for some in named.values() for table in some]
        else:
            groups |= {(name, columns): some for name, some in named.items()}
    return groups


def _together(
    workspace: Workspace, session: Session, name: str, tables: Sequence[RawTable], pool: ThreadPoolExecutor
) -> tuple[TableProfile, pa.Table | None]:
    """One profile of files that tell of one table; small ones are read as one, as a book a month is. With it the rows,
    where they are few.
    """
    runs: list[list[RawTable]] = []
    for table in tables:
        if len(tables) > _FEW and runs and runs[-1][-1].record.size <= _SMALL >= table.record.size:
            runs[-1].append(table)
        else:
            runs.append([table])
    whole: TableProfile | None = None
    rows: pa.Table | None = None
    for run in runs:
        scan = TableScan.of(tables[0].shape.columns, seed_of(workspace))
        for table in run:
            _scanned(workspace, session, table, scan, pool)
        columns = tuple(profile_of(column) for column in scan.columns)
        part = TableProfile(name, columns, orders(scan.first_rows, columns))
        rows = scan.first_rows if len(runs) == 1 and scan.rows <= HEAD else None
        whole = part if whole is None else whole.with_more(part)
    assert whole is not None
    return whole, rows


def seed_of(workspace: Workspace) -> int:
    """What values are hashed with, so that hashes tell nothing of them elsewhere."""
    return int.from_bytes(sha256(f"profile|{workspace.salt}".encode()).digest()[:8])


def _scanned(
    workspace: Workspace, session: Session, table: RawTable, scan: TableScan, pool: ThreadPoolExecutor
) -> None:
    own = {column.name.lower(): column.name for column in scan.columns}
    names = [own[name.lower()] for name in table.shape.columns]
    try:
        for rows in _rows(workspace, session, table):
            scan.add(rows.rename_columns(names), pool)
    except (RefusedInput, StorageError):
        return  # the rest can't be read, or not in the memory that there is: what came before is what is known


def _rows(workspace: Workspace, session: Session, table: RawTable) -> Iterator[pa.Table]:
    columns = table.shape.columns
    if table.shape.form is None:
        with opened(workspace, table.record) as content:
            for batch in tabular.rows(content, table.shape):
                yield batch.select(columns)
        return
    cells = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    for _ in pieces(workspace, session, table, "profiled", columns):
        for batch in session.stream(f"SELECT {cells} FROM profiled", _ROWS):
            yield pa.Table.from_batches([batch])
