"""SELECT over the lake and the vocabulary, for the workspace's owner at the terminal"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from sqlglot import exp

from medark.errors import DefinitionError
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.sql.query import Query, parse, place
from medark.store.engine import Session


def query(workspace: Workspace, sql: str, version: int | None = None) -> pa.Table:
    """The rows of one SELECT over OMOP tables, of the newest version or an older one.

    DefinitionError for anything but a SELECT over OMOP tables; NotFoundError for a version that is not kept.
    """
    with querying(workspace, sql, version) as session:
        return session.query(sql)


def stream(workspace: Workspace, sql: str, rows: int = 65536) -> Iterator[pa.RecordBatch]:
    """The same in batches, for results that don't fit in memory."""
    with querying(workspace, sql) as session:
        yield from session.stream(sql, rows)


@contextmanager
def querying(workspace: Workspace, sql: str, version: int | None = None) -> Iterator[Session]:
    """A session that sees the tables a query names, and nothing else of the machine."""
    wanted = _tables(parse(sql))
    snapshot = workspace.lake.snapshot(version)
    with workspace.engine.session() as session:
        if wanted & set(VOCABULARY_TABLES):
            workspace.vocabulary.bind(session)
        for table in wanted - set(VOCABULARY_TABLES):
            snapshot.bind(session, table)
        session.confine([workspace.places.lake, workspace.places.vocabulary])
        yield session


def _tables(query: Query) -> set[str]:
    """The OMOP tables that a query names. DefinitionError for a file, a function that reads one, or another name."""
    own = {cte.alias_or_name.lower() for cte in query.tree.find_all(exp.CTE)}
    found = set()
    for table in query.tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            _allowed_function(table)
            continue
        name = table.name.lower()
        if table.db or (name not in own and name not in tables()):
            raise DefinitionError("no such table", fix="medark map WS shows what there is", **place(table))
        found.add(name)
    return found & set(tables())


def _allowed_function(table: exp.Table) -> None:
    if not isinstance(table.this, exp.Unnest | exp.GenerateSeries) and table.name.lower() not in _ROW_MAKERS:
        raise DefinitionError("tables can only be OMOP's, not made by a function", fix="name a table", **place(table))


_ROW_MAKERS = frozenset({"range", "generate_series", "unnest"})
