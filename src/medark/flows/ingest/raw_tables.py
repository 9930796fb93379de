"""Table files: which table of which source each is, and its rows piece by piece as a relation of text"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pyarrow as pa

from medark.errors import MedarkError, RefusedInput
from medark.flows.maps import maps_of
from medark.flows.workspace import Workspace
from medark.model.delimited import Delimited
from medark.model.record import Format, RawRecord
from medark.model.table import Column, Type
from medark.standardise.formats import TABLES, tabular
from medark.standardise.maps import SourceMap, recognise
from medark.standardise.maps.omop import omop_table
from medark.store.engine import Session

PIECE_BYTES = 96 << 20  # of text; with what is made of it, a piece stays well under the engine's memory
WAITING = "waiting for a map"  # what a table is that nobody has described
_PIECE_ROWS = 1_000_000
_NEEDS_SEEK = (Format.PARQUET, Format.XLSX)


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of one record. `source` and `name` say which known table it is; neither: it waits for a map."""

    record: RawRecord
    shape: tabular.TableShape
    source: SourceMap | None = None
    name: str = ""

    @property
    def is_omop(self) -> bool:
        """Is it an OMOP table as it stands?"""
        return self.source is None and self.name != ""

    @property
    def title(self) -> str:
        """What it is, for people."""
        if self.source is not None:
            return f"{self.source.name}.{self.name}"
        return f"omop.{self.name}" if self.name else WAITING


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table, bound as `relation`: its columns as text, record_no and row_no; and the lines left out."""

    rows: int
    rejects: pa.Table  # row_no, line_no, reason


def raw_tables(workspace: Workspace, record: RawRecord) -> list[RawTable]:
    """The tables in a record. RefusedInput if its content is not a sound table."""
    with opened(workspace, record) as content:
        shapes = tabular.shapes(content, record.format, record.name)
    maps = maps_of(workspace)
    return [_recognised(record, shape, maps) for shape in shapes]


def _recognised(record: RawRecord, shape: tabular.TableShape, maps: Mapping[str, SourceMap]) -> RawTable:
    if omop := omop_table(shape.columns):
        return RawTable(record, shape, None, omop)
    known = recognise(shape.columns, record.name, maps)
    return RawTable(record, shape, *known) if known else RawTable(record, shape)


@contextmanager
def opened(workspace: Workspace, record: RawRecord) -> Iterator[BinaryIO]:
    """A record's bytes; in a scratch file where the format needs to be read from its end."""
    with workspace.landing.open(record) as content:
        if record.format not in _NEEDS_SEEK:
            yield content
            return
        copy = workspace.places.scratch / f"{uuid4().hex}.raw"
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            with copy.open("wb") as out:
                shutil.copyfileobj(content, out, 1 << 20)
            with copy.open("rb") as again:
                yield again
        finally:
            copy.unlink(missing_ok=True)


def pieces(
    workspace: Workspace, session: Session, table: RawTable, relation: str, columns: Sequence[str] = (), skip: int = 0
) -> Iterator[Piece]:
    """Bind `relation` to one piece of a table after the other, leaving out the first `skip`.

    `columns` narrows what is read. RefusedInput where the content can't be cut any further; what came before stands.
    """
    found = every_piece(workspace, session, table, relation, columns, skip)
    yield from (piece for piece in found if piece is not None)


def every_piece(
    workspace: Workspace, session: Session, table: RawTable, relation: str, columns: Sequence[str] = (), skip: int = 0
) -> Iterator[Piece | None]:
    """As `pieces`, with None in the place of each of the first `skip`: so many there were."""
    wanted = tuple(columns) or table.shape.columns
    with opened(workspace, table.record) as content:
        if table.shape.form is not None:
            yield from _delimited(workspace, session, table, relation, wanted, content, skip)
        else:
            yield from _arrow(session, table, relation, wanted, content, skip)


def _delimited(
    workspace: Workspace,
    session: Session,
    table: RawTable,
    relation: str,
    wanted: Sequence[str],
    content: BinaryIO,
    skip: int,
) -> Iterator[Piece | None]:
    form = table.shape.form
    assert form is not None
    folder = workspace.places.scratch / f"pieces-{uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        for number, first, path in _piece_files(content, table.shape, folder, skip):
            yield _bound(session, table, relation, wanted, path, form, first) if number >= skip else None
    finally:
        session.drop(relation)
        shutil.rmtree(folder, ignore_errors=True)


def _piece_files(
    content: BinaryIO, shape: tabular.TableShape, folder: Path, skip: int
) -> Iterator[tuple[int, int, Path]]:
    """Each piece in a file: its number, its first row and the path. What was whole before a refusal is given first.

    One file takes all pieces, under one name after the other: to write over it is cheaper than to make a new one.
    """
    blocks = tabular.cut(content, shape, PIECE_BYTES)
    path = folder / "next.csv"
    refused: RefusedInput | None = None
    with path.open("wb") as out:
        block = next(blocks, None)
        while block is not None:
            number, first = block.piece_no, block.first_row_no
            out.seek(0)
            try:
                while block is not None and block.piece_no == number:
                    if number >= skip:
                        out.write(block.content)
                    block = next(blocks, None)
            except RefusedInput as error:
                block, refused = None, error
            out.truncate()
            path = path.rename(folder / f"{number}.csv")
            yield number, first, path
    if refused is not None:
        raise refused


def _bound(
    session: Session,
    table: RawTable,
    relation: str,
    wanted: Sequence[str],
    path: Path,
    form: Delimited,
    first_row_no: int,
) -> Piece:
    """The piece as a table of the session. One scan; a second, slow one only for a piece with bad lines."""
    cells = ", ".join(_quoted(name) for name in wanted)
    place = f"CAST({table.record.record_no} AS BIGINT) AS record_no, row_no + {first_row_no} AS row_no"
    sql = f"SELECT {cells}, {place} FROM piece_lines"
    form = _utf8(form)
    rejects = _NO_REJECTS
    try:
        session.bind_delimited("piece_lines", [path], form, row_number="row_no")
        session.table(relation, sql)
    except RefusedInput:
        session.bind_delimited("piece_lines", [path], form, row_number="row_no", rejects="piece_rejects")
        session.table(relation, sql)
        rejects = session.query(f"SELECT row_no + {first_row_no} AS row_no, line_no, reason FROM piece_rejects")
    session.drop("piece_lines")
    return Piece(_count(session, relation), rejects)


_REJECTS = pa.schema([("row_no", pa.int64()), ("line_no", pa.int64()), ("reason", pa.string())])
_NO_REJECTS = _REJECTS.empty_table()


def _arrow(
    session: Session, table: RawTable, relation: str, wanted: Sequence[str], content: BinaryIO, skip: int
) -> Iterator[Piece | None]:
    rejects: list[tabular.Reject] = []
    number = 0
    try:
        for batches in _runs(tabular.rows(content, table.shape, rejects), rejects):
            if number >= skip:
                whole = pa.concat_tables(batches).select([*wanted, "row_no"])
                ids = pa.array([table.record.record_no] * whole.num_rows, pa.int64())
                session.bind_arrow(relation, whole.append_column("record_no", ids))
                yield Piece(whole.num_rows, _rejected(rejects))
            else:
                yield None
            rejects.clear()
            number += 1
    finally:
        session.drop(relation)


def _runs(batches: Iterator[pa.Table], rejects: Sequence[tabular.Reject]) -> Iterator[list[pa.Table]]:
    """Batches together, as much as memory is for: rows count, those that are rejected too, and so do bytes."""
    run: list[pa.Table] = []
    rows = size = 0
    for batch in batches:
        run.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows + len(rejects) >= _PIECE_ROWS or size >= PIECE_BYTES:
            yield run
            run, rows, size = [], 0, 0
    if run:
        yield run


def _rejected(rejects: Sequence[tabular.Reject]) -> pa.Table:
    columns = zip(*rejects, strict=True) if rejects else ([], [], [])
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, _REJECTS, strict=True)], schema=_REJECTS)


_NO_TEXT = "substr('', 1, NULL)"  # a NULL of text: what its type is called differs between engines


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A whole raw table as a relation of a session, with what is known of it."""

    relation: str
    name: str
    state: str
    record_no: int
    rows: int
    columns: tuple[Column, ...]


def bound_raw_tables(workspace: Workspace, session: Session, records: Sequence[RawRecord]) -> Iterator[BoundTable]:
    """Each table of some records, whole, one after the other; what can't be read as a table is left out."""
    for record in records:
        if record.format not in TABLES:
            continue
        with suppress(MedarkError):
            for number, table in enumerate(raw_tables(workspace, record)):
                rows = bind_whole(workspace, session, [table], "raw_profiled", table.shape.columns)
                columns = tuple(Column(name, Type.TEXT) for name in table.shape.columns)
                name = table.name or f"table {record.record_no}" + (f".{number + 1}" if number else "")
                yield BoundTable("raw_profiled", name, table.title, record.record_no, rows, columns)


def bind_whole(
    workspace: Workspace, session: Session, tables: Sequence[RawTable], relation: str, columns: Sequence[str]
) -> int:
    """Bind `relation` to all rows of all `tables`, NULL where one lacks a column. Returns how many rows."""
    parts: list[str] = []
    for table in tables:
        there = {name.lower(): name for name in table.shape.columns}
        kept = [there[name.lower()] for name in columns if name.lower() in there]
        with suppress(RefusedInput):  # told where the table itself is staged
            for _ in pieces(workspace, session, table, "piece", kept or table.shape.columns[:1]):
                parts.append(f"{relation}_{len(parts)}")
                session.table(parts[-1], f"SELECT {_cells(columns, there)}, record_no, row_no FROM piece")
    empty = (
        f"SELECT {_cells(columns, {})}, CAST(NULL AS BIGINT) AS record_no, CAST(NULL AS BIGINT) AS row_no WHERE false"
    )
    session.table(relation, " UNION ALL ".join([empty, *(f"SELECT * FROM {part}" for part in parts)]))
    for part in parts:
        session.drop(part)
    return _count(session, relation)


def _cells(columns: Sequence[str], there: Mapping[str, str]) -> str:
    """Text columns, NULL where a table lacks one. `there`: the table's own spelling of what it has."""
    own = ((there.get(name.lower()), name) for name in columns)
    return ", ".join(f"{_quoted(mine) if mine else _NO_TEXT} AS {_quoted(name)}" for mine, name in own)


def _count(session: Session, relation: str) -> int:
    count: int = session.query(f"SELECT count(*) AS n FROM {relation}").column("n")[0].as_py()
    return count


def _utf8(form: Delimited) -> Delimited:
    return Delimited(form.columns, form.delimiter, form.quote, form.escape, form.header)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
