"""The steps fit the tables they are for: columns, types, lengths, and what they need to be worth running"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from golden.domains.drawn import _TYPES, PARAMETERS, bind, run
from medark.model.omop import lake_columns, tables
from medark.model.staging import STAGING
from medark.model.table import Type
from medark.sql.render import render
from medark.standardise.domains import DERIVED, STEPS
from medark.standardise.step import Step, wanted
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

ROWS = [step for step in (*STEPS, *DERIVED) if step.table]
CANARY = "CANARY-" + "x" * 300
# Of these the platform never keeps text: keys become numbers, what names or leads to a person is left out.
NEVER = {"person_key", "provider_key", "location_key", "plan_key", "event_key", "visit_key", "detail_key", "parent_key",
         "procedure_key", "preceding_key", "about_key", "key_1", "key_2", "production_id"}  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("scratch"), threads=1).session() as session:
        bind(session, {})
        for step in (*STEPS, *DERIVED):
            session.table(step.name, render(step.query, parameters=PARAMETERS))
        yield session


@pytest.mark.parametrize("step", ROWS, ids=lambda step: step.name)
def test_rows_have_the_columns_and_types_of_the_lake(step: Step, empty: Session) -> None:
    found = {field.name: field.type for field in empty.query(f"SELECT * FROM {step.name}").schema}
    part = {} if step in DERIVED else {"part_no": _TYPES[Type.INTEGER]}
    assert found == {c.name: _TYPES[c.type] for c in lake_columns(str(step.table))} | part


def test_nothing_staged_gives_no_rows(empty: Session) -> None:
    for step in ROWS:
        assert empty.query(f"SELECT * FROM {step.name}").num_rows == 0, step.name


def test_every_clinical_table_has_a_step() -> None:
    made = {step.table for step in ROWS}
    later = {"note_nlp", "episode", "episode_event", "metadata", "cdm_source", "cohort", "cohort_definition"}
    vocabulary = {t for t in tables() if lake_columns(t)[-1].name != "medark_row_no"}
    assert made == set(tables()) - later - vocabulary


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_steps_are_portable(engine: str) -> None:
    for step in (*STEPS, *DERIVED):
        assert render(step.query, engine, PARAMETERS)  # type: ignore[arg-type]


def test_a_step_reads_only_what_is_there_before_it() -> None:
    for steps in (STEPS, DERIVED):
        names = [step.name for step in steps]
        for place, step in enumerate(steps):
            assert not step.reads & set(names[place:]), step.name


def test_needs_are_staging_tables_and_every_clinical_one_is_needed() -> None:
    needed = {name for step in STEPS for name in step.needs}
    assert needed == set(STAGING) - {"identifier", "person_link", "person_tie", "product", "unit_count", "unit_issue"}


def test_only_what_the_staged_tables_need_is_wanted() -> None:
    assert [step.name for step in wanted(STEPS, ())] == []
    assert [step.name for step in wanted(STEPS, {"death"})] == ["death_rows"]
    names = [step.name for step in wanted(STEPS, {"event"})]
    assert "coded_event" in names and "visit_day" in names and "person_rows" not in names


def test_a_canary_in_every_staged_text_fits_and_stays_out_of_where_it_must_not_be(tmp_path: Path) -> None:
    """Every text column of every staging table is filled; columns of length n hold no more than n."""
    drawn = {}
    for name, spec in STAGING.items():
        texts = [c.name for c in spec.columns if c.type is Type.TEXT]
        fixed = {"kind": "device", "language": "en", "about_kind": "device", "kind_1": "device", "kind_2": "note"}
        cells = [fixed.get(c, f"SECRET-{c}-{name}" if c in NEVER else CANARY) for c in texts]
        drawn[f"staged_{name}"] = (texts, [cells])
    drawn["person_key"] = (
        ["person_key", "person_id"],
        [[f"SECRET-person_key-{n}", str(i)] for i, n in enumerate(STAGING)],
    )
    with DuckDB(tmp_path, threads=1).session() as session:
        bind(session, drawn)
        run(session, drawn, [], PARAMETERS)
        for step in STEPS:
            if step.table:
                _holds_no_secret(session, step.table)


def _holds_no_secret(session: Session, table: str) -> None:
    for row in session.query(f"SELECT * FROM {table}_rows").to_pylist():
        for column in lake_columns(table):
            value = row[column.name]
            if isinstance(value, str) and (table, column.name) != ("note", "note_text"):
                assert "SECRET" not in value, (table, column.name)
                assert column.length is None or len(value) <= column.length, (table, column.name)
