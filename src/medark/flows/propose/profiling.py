"""Table files of a source profiled where they lie: each file once, tables of the same name and columns together"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256

import pyarrow as pa

from medark.errors import RefusedInput, StorageError
from medark.flows.ingest.raw_tables import RawTable, opened, pieces, raw_tables
from medark.flows.workspace import Workspace
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES, tabular
from medark.standardise.propose.names import concepts
from medark.standardise.propose.profile import TableProfile, TableScan, orders, profile_of
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.profile.scan import HEAD
from medark.store.engine import Session

_THREADS = 2
_MANY = 3  # names of files with the same columns: it is one table
_FEW = 4  # files of one table: each may be all of it, delivered again, so what is a key is seen in each alone
_ROWS = 1 << 17  # of a batch
_SMALL = 64 << 10  # bytes of a record
_PLACES = re.compile(r"[\W_]*\d[\d\W_]*$")  # what tells one file of a table from another: 0001, 2024-05, (2)
_UNSPEAKABLE = re.compile(r"\W+")


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
    found: list[Profiled] = []
    taken: set[str] = set()
    with workspace.engine.session() as session, ThreadPoolExecutor(_THREADS) as pool:
        for (named, _), some in groups.items():
            name = next(n for n in _names(named) if n not in taken)
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
            groups[_shared(named), columns] = [table for some in named.values() for table in some]
        else:
            groups |= {(name, columns): some for name, some in named.items()}
    return groups


def _shared(names: Iterable[str]) -> str:
    """The words that all of some names have; "table" if there are none.

    >>> _shared(["lab_zhang", "lab_li", "lab_wang"]), _shared(["zhang", "li", "wang"])
    ('lab', 'table')
    """
    first, *others = (name.split("_") for name in names)
    return "_".join(word for word in first if all(word in other for other in others)) or "table"


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


def _names(stem_: str) -> Iterator[str]:
    yield stem_
    yield from (f"{stem_}_{number}" for number in range(2, 10_000))


def stem(table: RawTable) -> str:
    """What the table is called, by its file, sheet or element: a word that SQL can say, without numbers and days."""
    of_file = table.record.name.replace("\\", "/").rsplit("/", 1)[-1]
    while "." in of_file.strip(".") and of_file.rpartition(".")[2].lower() in _ENDINGS:
        of_file = of_file.rpartition(".")[0]
    bare = _PLACES.sub("", of_file.rpartition(".")[2] if "." in of_file else of_file)
    words = _UNSPEAKABLE.sub("_", (bare or of_file).lower()).strip("_").split("_")
    said = "_".join(word for word in words if not _is_somebodys(word))
    if table.shape.element:
        said = f"{said}_{table.shape.element.lower()}".strip("_")
    return said if said and not said[0].isdigit() else f"table_{said}".rstrip("_")


def _is_somebodys(word: str) -> bool:
    """Is it a name of somebody, and no word that names of tables are made of?

    >>> _is_somebodys("王伟"), _is_somebodys("高值耗材"), _is_somebodys("诊断")
    (True, False, False)
    """
    return not word.isascii() and "name" in forms(word) and not concepts(word)


_ENDINGS = frozenset(
    ["csv", "tsv", "txt", "parquet", "xlsx", "xls", "jsonl", "ndjson", "json", "xml", "gz", "zst", "bz2", "sql", "dat"]
)


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
