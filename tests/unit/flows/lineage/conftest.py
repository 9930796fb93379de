"""A made-up hospital's workspace, and its lake after it took something in, with or without a column"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.omop import tables
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
    return found
