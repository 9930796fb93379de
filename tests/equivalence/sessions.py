"""A dataset asked of tables in a session of an engine: DuckDB's, or Spark's"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from medark.define.answers import reads
from medark.define.compile import compile_dataset
from medark.define.definitions import Dataset
from medark.define.resolved import ResolvedSets
from medark.flows.definitions.plans import make
from medark.model.omop import lake_columns
from medark.model.table import Type
from medark.store.engine import Session

ARROW = {
    Type.INTEGER: pa.int32(), Type.BIGINT: pa.int64(), Type.FLOAT: pa.float64(), Type.TEXT: pa.string(),
    Type.DATE: pa.date32(), Type.DATETIME: pa.timestamp("us"), Type.BOOLEAN: pa.bool_(),
}  # fmt: skip
Columns = Mapping[str, Sequence[Any]]


def on_engine(
    session: Session, dataset: Dataset, tables: Mapping[str, Columns], resolved: ResolvedSets, today: dt.date
) -> list[dict[str, Any]]:
    """The rows of a dataset over tables given as columns; only what `reads` says is there to be read."""
    wanted = reads(dataset)
    for table, columns in wanted.items():
        session.bind_arrow(table, arrow(table, tables.get(table, {}), only=columns))
    plan = compile_dataset(dataset, resolved, today=today)
    make(session, plan)
    rows: list[dict[str, Any]] = session.query(f"SELECT * FROM {plan.result}").to_pylist()
    for name in (*reversed(plan.names), *wanted):
        session.drop(name)
    return rows


def arrow(table: str, columns: Columns, only: frozenset[str]) -> pa.Table:
    """A table of the lake with these columns; those not given are missing."""
    rows = len(next(iter(columns.values()), ()))
    held = [column for column in lake_columns(table) if column.name in only]
    return pa.table({one.name: pa.array(columns.get(one.name, [None] * rows), ARROW[one.type]) for one in held})
