"""A made-up hospital's workspace, and its lake after it took something in, with or without a column"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.define.compile import compile_dataset
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.plans import make, rows
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.store.engine import Session
from unit.flows.lineage import small_source

Contents = Mapping[tuple[str, str], Counter[tuple[object, object]]]  # by column: how often a row holds a value
Lake = Callable[..., Contents]


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the map and the vocabulary, and nothing in it."""
    root = tmp_path_factory.mktemp("small")
    with init_workspace(root / "ws", buckets=1) as made:
        small_source.write_map(made.places.maps)
        made.vocabulary.load([small_source.write_vocabulary(root / "vocabulary")])
    return root / "ws"


@pytest.fixture(scope="session")
def lake_of(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """What the pipeline makes of some tables; `without`: (table, column) that is left out, or `called` otherwise."""
    root = tmp_path_factory.mktemp("taken")

    def taken_in(given: small_source.Tables, without: tuple[str, str] | None = None, called: str = "") -> Contents:
        place = root / uuid4().hex
        shutil.copytree(ready, place)
        files = small_source.write(root / "in", given, without, called)
        with open_workspace(place, {}) as opened:
            ingest(opened, files, "north/small")
            found = contents(opened)
        shutil.rmtree(place)
        return found

    return taken_in


def contents(workspace: Workspace) -> Contents:
    """Every column of the lake. A row is known by the place it came from; what is derived, by whose it is."""
    found: dict[tuple[str, str], Counter[tuple[object, object]]] = {}
    snapshot = workspace.lake.snapshot()
    with workspace.engine.session() as session:
        for table in sorted(set(snapshot.tables) - {"cdm_source"}):
            snapshot.bind(session, table)
            for row in session.query(f"SELECT * FROM {table}").to_pylist():
                place = (row.get("medark_record_no"), row.get("medark_row_no"))
                known_by = place if place[0] is not None else row.get("person_id")
                for column in tables()[table].column_names:
                    found.setdefault((table, column), Counter())[known_by, row[column]] += 1
        for row in answered(workspace, session):
            for column, value in row.items():
                found.setdefault(("study", column), Counter())[row["person_id"], value] += 1
    return found


def answered(workspace: Workspace, session: Session) -> list[dict[str, object]]:
    """The rows of the study over the lake, whose tables the session has."""
    for table in set(tables()) - set(VOCABULARY_TABLES):
        if not session.has(table):
            workspace.lake.snapshot().bind(session, table)
    study = small_source.STUDY
    plan = compile_dataset(study, sets_of(workspace, session, study), today=dt.date(2026, 1, 1))
    make(session, plan)
    return rows(session, plan.result).to_pylist()
