"""A compiled definition run in a session of any engine"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from medark.define.compile.plan import CONCEPTS, NAMES, Plan
from medark.sql.render import render
from medark.store.engine import Session

_NAME_LISTS = pa.schema(
    [("list_no", pa.int32()), ("name", pa.string()), ("code_text", pa.string()), ("code_no", pa.int64())]
)
PEOPLE = "asked_person"  # the people that a run is restricted to, where it is


def bind_people(session: Session, people: Collection[int]) -> None:
    """Name the people that a run is restricted to."""
    session.bind_arrow(PEOPLE, pa.table({"person_id": pa.array(sorted(people), pa.int64())}))


def make(session: Session, plan: Plan) -> None:
    """Run the steps of a plan: after it, its relations are there to be read."""
    columns = list(zip(*plan.concepts, strict=True)) or [(), (), ()]
    names = ("list_no", "concept_id", "class_no")
    arrays = {name: pa.array(cells, pa.int32()) for name, cells in zip(names, columns, strict=True)}
    session.bind_arrow(CONCEPTS, pa.table(arrays))
    if plan.coded:
        cells = zip(_NAME_LISTS.names, zip(*plan.coded, strict=True), strict=True)
        session.bind_arrow(NAMES, pa.table({name: list(cell) for name, cell in cells}, _NAME_LISTS))
    for step in plan.steps:
        (session.table if step.keep else session.view)(step.name, render(step.sql, session.dialect))


def rows(session: Session, relation: str) -> pa.Table:
    """All rows of a relation."""
    return session.query(f"SELECT * FROM {relation}")
