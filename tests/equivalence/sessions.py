"""A definition asked of tables in a session of an engine: DuckDB's, or Spark's"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from medark.define.answers import reads
from medark.define.compile import Plan, compile_cohort, compile_dataset, compile_measure
from medark.define.concepts.ids import ResolvedSets
from medark.define.definitions import Cohort, Dataset, Measure
from medark.flows.definitions.plans import PEOPLE, bind_people, make
from medark.model.arrow import ARROW
from medark.model.omop import lake_columns
from medark.store.engine import Session

Columns = Mapping[str, Sequence[Any]]
Rows = list[dict[str, Any]]
Definition = Dataset | Cohort | Measure


def on_engine(
    session: Session,
    definition: Definition,
    tables: Mapping[str, Columns],
    resolved: ResolvedSets,
    today: dt.date,
    people: Collection[int] | None = None,
) -> Rows:
    """The rows of a definition over tables given as columns; only what `reads` says is there to be read."""
    plan = planned(definition, resolved, today, None if people is None else PEOPLE)
    return made(session, definition, plan, tables, (plan.result,), people or ())[0]


def planned(definition: Definition, resolved: ResolvedSets, today: dt.date, people: str | None = None) -> Plan:
    """A definition compiled."""
    match definition:
        case Cohort():
            return compile_cohort(definition, resolved, today=today, people=people)
        case Measure():
            return compile_measure(definition, resolved, today=today, people=people)
    return compile_dataset(definition, resolved, today=today, people=people)


def made(
    session: Session,
    definition: Definition,
    plan: Plan,
    tables: Mapping[str, Columns],
    wanted: Sequence[str],
    people: Collection[int] = (),
) -> list[Rows]:
    """The rows of relations of a plan, which leaves nothing behind."""
    read = reads(definition)
    for table, columns in read.items():
        session.bind_arrow(table, arrow(table, tables.get(table, {}), only=columns))
    bind_people(session, people)
    try:
        make(session, plan)
        return [session.query(f"SELECT * FROM {name}").to_pylist() for name in wanted]
    finally:
        for name in (*reversed(plan.names), *read, PEOPLE):
            session.drop(name)


def arrow(table: str, columns: Columns, only: frozenset[str]) -> pa.Table:
    """A table of the lake with these columns; those not given are missing."""
    rows = len(next(iter(columns.values()), ()))
    held = [column for column in lake_columns(table) if column.name in only]
    return pa.table({one.name: pa.array(columns.get(one.name, [None] * rows), ARROW[one.type]) for one in held})
