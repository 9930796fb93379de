"""A session in which checks run: every table of the newest version of the lake, and the vocabulary, by name"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from medark.check.dqd import FACTS
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.sql.query import parse
from medark.sql.render import render
from medark.store.engine import Session
from medark.store.lake import Snapshot


@contextmanager
def bound(workspace: Workspace, snapshot: Snapshot | None = None) -> Iterator[Session]:
    """Everything that a check may read. All rows of everybody: what leaves it is counts and numbers of records."""
    with workspace.engine.session() as session:
        bind_all(workspace, session, snapshot or workspace.lake.snapshot())
        yield session


def bind_all(workspace: Workspace, session: Session, snapshot: Snapshot) -> None:
    """Name everything that a check may read in a session of any engine."""
    workspace.vocabulary.bind(session)
    for table in tables():
        if table not in VOCABULARY_TABLES:
            snapshot.bind(session, table)
    for name, facts in FACTS.items():
        session.view(name, render(facts.sql, session.dialect))


def rendered(workspace: Workspace, session: Session, sql: str) -> str:
    """A check's portable SQL for the session; its one parameter is the day."""
    query = parse(sql)
    return render(query, session.dialect, dict.fromkeys(query.parameters, workspace.today()))
