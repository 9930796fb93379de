"""SELECT over the lake and the vocabulary, as a reader sees them"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa
from sqlglot import exp

from medark.errors import DefinitionError
from medark.flows.gate import About, Governed, Reads, decide, reading
from medark.flows.gate.decide import columns_of
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.omop import tables
from medark.sql.lineage import reads as read_by
from medark.sql.linter import lint
from medark.sql.query import Query, parse, place
from medark.sql.relations import cte_of
from medark.store.engine import Engine


def query(workspace: Workspace, reader: Reader, sql: str, version: int | None = None) -> pa.Table:
    """The rows of one SELECT over OMOP tables, of the newest version or an older one.

    DefinitionError for anything but a SELECT over OMOP tables; AccessError where no grant opens what it reads;
    NotFoundError for a version that is not kept.
    """
    with querying(workspace, reader, sql, version) as governed:
        return governed.query(sql)


def stream(workspace: Workspace, reader: Reader, sql: str, rows: int = 65536) -> Iterator[pa.RecordBatch]:
    """The same in batches, for results that don't fit in memory."""
    with querying(workspace, reader, sql) as governed:
        yield from governed.stream(sql, rows)


@contextmanager
def querying(
    workspace: Workspace, reader: Reader, sql: str, version: int | None = None, engine: Engine | None = None
) -> Iterator[Governed]:
    """A session that sees the tables a query names, as the reader may, and nothing else of the machine."""
    asked = parse(sql)
    named = _tables(asked)
    portable = not lint(asked)
    about = About("query", hashlib.sha256(sql.encode()).hexdigest())
    reads = _reads(workspace, reader, asked, named)
    # Of a query that is not portable it can't be told for sure which columns it reads: NATURAL JOIN names none.
    with reading(workspace, reader, reads, about, engine=engine, version=version, narrow=portable) as governed:
        yield governed


def _reads(workspace: Workspace, reader: Reader, query: Query, named: set[str]) -> Reads:
    """The columns that a query reads: of * those that there are to see. None where that can't be told by its text."""
    views = decide(workspace, reader, dict.fromkeys(named)).views
    there: Mapping[str, tuple[str, ...]] = {table: tuple(view.columns) for table, view in views.items()}
    for schema in (there, {table: columns_of(table) for table in named}):
        try:
            found = read_by(query, schema)
        except DefinitionError:
            continue
        if set(found) == named:
            return found
    return dict.fromkeys(named)


def _tables(query: Query) -> set[str]:
    """The OMOP tables that a query names. DefinitionError for a file, a function that reads one, or another name."""
    own = {cte.alias_or_name.lower() for cte in query.tree.find_all(exp.CTE)}
    found: set[str] = set()
    for table in query.tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            _allowed_function(table)
            continue
        name = table.name.lower()
        if table.db or (name not in own and name not in tables()):
            raise DefinitionError("no such table", fix="medark map WS shows what there is", **place(table))
        if cte_of(table) is None and name in tables():
            found.add(name)
    return found


def _allowed_function(table: exp.Table) -> None:
    if not isinstance(table.this, exp.Unnest | exp.GenerateSeries) and table.name.lower() not in _ROW_MAKERS:
        raise DefinitionError("tables can only be OMOP's, not made by a function", fix="name a table", **place(table))


_ROW_MAKERS = frozenset({"range", "generate_series", "unnest"})
