"""A plan run in a session over tables held as columns"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from medark.define.compile import CONCEPTS, NAMES, Plan
from medark.define.tables import TABLES
from medark.model.omop import lake_columns
from medark.model.table import Type
from medark.sql.linter import lint
from medark.sql.render import render
from medark.store.engine import Session

_ARROW = {
    Type.INTEGER: pa.int32(), Type.BIGINT: pa.int64(), Type.FLOAT: pa.float64(), Type.TEXT: pa.string(),
    Type.DATE: pa.date32(), Type.DATETIME: pa.timestamp("us"), Type.BOOLEAN: pa.bool_(),
}  # fmt: skip
_NAMED = pa.schema(
    [("list_no", pa.int32()), ("name", pa.string()), ("code_text", pa.string()), ("code_no", pa.int64())]
)
Tables = Mapping[str, Mapping[str, Sequence[Any]]]


def bind(session: Session, tables: Tables) -> None:
    """Name every table of events as the lake would: all columns, no rows where nothing is given."""
    for name in TABLES:
        held = tables.get(name, {})
        rows = len(next(iter(held.values()))) if held else 0
        cells = {c.name: pa.array(held.get(c.name, [None] * rows), _ARROW[c.type]) for c in lake_columns(name)}
        session.bind_arrow(name, pa.table(cells))


def run(session: Session, plan: Plan, relation: str = "") -> list[dict[str, Any]]:
    """The rows of a plan's result (or of another of its relations). All of its SQL must be portable."""
    kind = pa.int32()
    columns = list(zip(*plan.concepts, strict=True)) or [(), (), ()]
    names = ("list_no", "concept_id", "class_no")
    session.bind_arrow(CONCEPTS, pa.table({n: pa.array(c, kind) for n, c in zip(names, columns, strict=True)}))
    named = {name: [row[at] for row in plan.coded] for at, name in enumerate(_NAMED.names)}
    session.bind_arrow(NAMES, pa.table(named, _NAMED))
    for step in plan.steps:
        assert lint(step.sql) == (), step.sql
        (session.table if step.keep else session.view)(step.name, render(step.sql, session.dialect))
    return session.query(f"SELECT * FROM {relation or plan.result}").to_pylist()
