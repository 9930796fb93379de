"""Lookups run as a wave runs them, over a made-up vocabulary in Athena's form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medark.model.staging import STAGING
from medark.sql.render import render
from medark.standardise import lookups
from medark.standardise.formats.staged import Staged, schema
from medark.standardise.lookups.data import UNITS_SAID
from medark.standardise.step import wanted
from medark.standardise.units import unit_readings
from medark.store.duckdb import DuckDB
from medark.store.vocabulary import Vocabulary

HERE = Path(__file__).parent
Rows = list[dict[str, Any]]
Run = Callable[..., dict[str, Rows]]


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """The vocabulary of tests/unit/standardise/lookups/vocabulary."""
    root = tmp_path_factory.mktemp("made-up")
    vocabulary = Vocabulary(root / "vocabulary", DuckDB(root / "scratch"))
    vocabulary.load([HERE / "vocabulary"])
    return vocabulary


@pytest.fixture
def run(tmp_path: Path, made_up: Vocabulary) -> Iterator[Run]:
    """`run(staged)`: the rows of each relation that lookups make."""

    def rows_of(
        staged: Staged, vocabulary: Vocabulary = made_up, people: str = "north", known: Staged | None = None
    ) -> dict[str, Rows]:
        parameters = {"salt": "salt", "source": f"{people}/lis", "people": people}
        tables = staged.tables()
        with DuckDB(tmp_path / "scratch").session() as session:
            vocabulary.bind(session)
            for name, table in lookups.data().items():
                session.bind_arrow(name, table)
            for name in STAGING:
                session.bind_arrow(f"staged_{name}", tables.get(name, schema(name).empty_table()))
            links = [tables["person_link"]] if "person_link" in tables else []
            session.bind_arrow(
                "known_product", (known or Staged()).tables().get("product", schema("product").empty_table())
            )
            session.bind_arrow("unit_reading", unit_readings(session.query(render(UNITS_SAID))["unit"].to_pylist()))
            session.bind_arrow("person_link", lookups.person_links(*links))
            for step in wanted(lookups.STEPS, tables):
                needed = {name: parameters[name] for name in step.query.parameters}
                session.table(step.name, render(step.query, "duckdb", needed))
            return {step.name: session.query(f"select * from {step.name}").to_pylist() for step in lookups.STEPS}

    yield rows_of
