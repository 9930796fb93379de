"""What is said of a definition unrun, held against runs: on DuckDB's tables, and on made-up people in memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equivalence.sessions import arrow
from medark.define.answers import TIME, Trigger, reads, triggers
from medark.define.compile import Plan, compile_dataset
from medark.define.concepts.ids import ResolvedSets
from medark.define.dummy import Dummy, dummy_population
from medark.define.dummy.branches import of_entries
from medark.define.memory import Compiled, Record, compiled
from medark.define.tables import event_table
from medark.errors import DefinitionError
from medark.flows.definitions.plans import make
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from unit.define.answers.examples import EXAMPLES
from unit.define.dummy.people import records

NAMES = list(EXAMPLES)
Row = dict[str, Any]


@cache
def population(name: str) -> Dummy:
    return dummy_population(EXAMPLES[name], 40, seed=3)


@cache
def people(name: str) -> list[Record]:
    return records(population(name).tables)


@cache
def ready(name: str) -> Compiled:
    return compiled(of_entries(EXAMPLES[name]), population(name).resolved)


def told(name: str, record: Record) -> list[Row]:
    lines: list[Row] = ready(name).rows(record, today=population(name).today)
    return sorted(lines, key=lambda line: line["entry_id"])


# -- reads --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), threads=1).session() as opened:
        yield opened


def binds(session: Session, plan: Plan, tables: dict[str, frozenset[str]]) -> bool:
    """Can a plan be run on tables with these columns, and no others?"""
    for table, columns in tables.items():
        session.bind_arrow(table, arrow(table, {}, only=columns))
    try:
        make(session, plan)
        session.query(f"SELECT * FROM {plan.result}")
    except DefinitionError:
        return False
    finally:
        for name in (*reversed(plan.names), *tables):
            session.drop(name)
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_run_needs_the_columns_that_are_read_and_no_others(name: str, session: Session) -> None:
    made, dataset = population(name), of_entries(EXAMPLES[name])
    read, plan = dict(reads(dataset)), compile_dataset(dataset, made.resolved, today=made.today)
    assert binds(session, plan, read)
    for table, columns in read.items():
        for column in columns if len(columns) > 1 else ():  # a table without columns is none at all
            assert not binds(session, plan, {**read, table: columns - {column}}), (table, column)


# -- triggers -----------------------------------------------------------------------------------------------------


def matches(row: Row, trigger: Trigger, table: str, resolved: ResolvedSets) -> bool:
    """Is the row of a table one of those that a trigger names?"""
    if trigger.table != table or trigger.concepts is None:
        return trigger.table == table
    spec = event_table(table)
    if trigger.source:
        return row.get(spec.source_concept) in resolved[trigger.concepts].source
    return row.get(spec.concept) in resolved[trigger.concepts].standard


def stored_rows(name: str) -> list[tuple[str, Row]]:
    """The rows of a population, with the table each is of."""
    return [
        (table, dict(zip(columns, cells, strict=True)))
        for table, columns in population(name).tables.items()
        for cells in zip(*columns.values(), strict=True)
    ]


@cache
def rows_of_any() -> list[tuple[str, Row]]:
    return [row for name in NAMES for row in stored_rows(name) if row[0] != "person"]


def arrived(table: str, row: Row, record: Record, concept: int, source_concept: int) -> Row:
    """A row as a new one of a person: under a key of its own, of other concepts."""
    spec = event_table(table)
    new = {**row, spec.concept: concept, spec.source_concept: source_concept, spec.person: record.person_id}
    if spec.key != spec.person:
        new[spec.key] = 10**12
    return {column: value for column, value in new.items() if column}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_row_that_matches_no_trigger_changes_nothing(name: str, data: st.DataObject) -> None:
    resolved, fires = population(name).resolved, triggers(EXAMPLES[name]) - {TIME}
    ids = sorted({0, 7, *(one for ids in resolved.values() for one in ids.standard | ids.source)})
    record = data.draw(st.sampled_from(people(name)))
    before = told(name, record)
    for _ in range(3):
        table, row = data.draw(st.sampled_from(rows_of_any()))
        new = arrived(table, row, record, data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids)))
        if not any(matches(new, one, table, resolved) for one in fires):
            record = record.with_rows(table, [new])
    assert told(name, record) == before


@pytest.mark.parametrize("name", NAMES)
def test_rows_that_match_a_trigger_change_an_answer(name: str) -> None:
    for trigger in triggers(EXAMPLES[name]) - {TIME}:
        assert any(told(name, changed) != told(name, record) for record, changed in with_and_without(name, trigger))


def with_and_without(name: str, trigger: Trigger) -> Iterator[tuple[Record, Record]]:
    """Each person, with a row more that matches, and without any."""
    spec, resolved = event_table(trigger.table), population(name).resolved
    rows = [row for table, row in stored_rows(name) if matches(row, trigger, table, resolved)]
    for record in people(name):
        own = [row[spec.key] for row in rows if row[spec.person] == record.person_id]
        yield record, record.without_rows(trigger.table, own)
        for row in rows[:30]:
            new = arrived(trigger.table, row, record, row.get(spec.concept, 0), row.get(spec.source_concept, 0))
            yield record, record.with_rows(trigger.table, [new])
