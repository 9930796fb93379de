"""Many people's rows to the numbers that they go by from here on, in one commit"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from medark.flows.ingest.people import settled
from medark.flows.workspace import Workspace
from medark.model.omop import DERIVED_TABLES, lake_columns, person_column
from medark.sql.render import plain
from medark.store.engine import Session
from medark.store.lake import Query, Snapshot, Upsert
from medark.store.lake.places import key_columns

_ONE_EACH: Final = ("person", "death")  # tables that have one row of a person
_MOVED: Final = pa.schema([("from_id", pa.int64()), ("to_id", pa.int64())])


def rename(workspace: Workspace, session: Session, numbers: Mapping[int, int]) -> set[int]:
    """Give the rows of many people to the numbers that they go by from here on, in one commit. Returns the buckets that
    this changed. Done again, it changes nothing.

    Where both had a row of a table that has one a person, what was said last stands, filled from the other; birth and
    sex are what the person goes by.
    """
    buckets = {number % workspace.lake.buckets for pair in numbers.items() for number in pair}
    snapshot = workspace.lake.snapshot()
    moved = pa.table({"from_id": list(numbers), "to_id": list(numbers.values())}, schema=_MOVED)
    session.bind_arrow("moved", moved)
    session.bind_arrow("settled_person", settled(workspace, set(numbers.values())))
    changes = {}
    for table in snapshot.tables:
        person = person_column(table)
        if person is not None and table not in DERIVED_TABLES and snapshot.rows(table):
            snapshot.bind(session, table, buckets, f"old_{table}")
            change = _one_each(session, table) if table in _ONE_EACH else _many(session, table, person)
            changes |= {table: change} if change is not None else {}
    if changes:
        workspace.lake.commit(changes, "identity")
    _forget(session, snapshot)
    return buckets


def _many(session: Session, table: str, person: str) -> Upsert | None:
    """The rows of a table that go to another number; as they were they go, where the number is part of their key."""
    columns = [column.name for column in lake_columns(table)]
    cells = ", ".join(f'm.to_id AS "{c}"' if c == person else f'o."{c}"' for c in columns)
    joined = f'old_{table} AS o JOIN moved AS m ON m.from_id = o."{person}"'
    session.table(f"moving_{table}", plain(f"SELECT {cells} FROM {joined}", session.dialect))
    if not session.query(f"SELECT 1 AS n FROM moving_{table} LIMIT 1").num_rows:
        return None
    keys = key_columns(table)
    gone = None
    if person in keys:
        gone = session.query(f"SELECT {', '.join(f'o.{c}' for c in keys)} FROM {joined}")
    return Upsert(Query(session, f"SELECT * FROM moving_{table}"), anywhere=True, gone=gone)


def _one_each(session: Session, table: str) -> Upsert | None:
    """One row of each number that others come to, of all their rows; theirs go."""
    gone = session.query(f"SELECT person_id FROM old_{table} WHERE person_id IN (SELECT from_id FROM moved)")
    if not gone.num_rows:
        return None
    said = "coalesce(medark_record_no, -1) * 68719476736 + coalesce(medark_row_no, 0)"
    cells = [
        f"max_by({c.name}, said_no) FILTER (WHERE {_is_said(c.name)}) AS {c.name}"
        for c in lake_columns(table)
        if c.name != "person_id"
    ]
    every = (
        f"SELECT coalesce(m.to_id, o.person_id) AS person_id, {said} AS said_no,"
        f" {', '.join('o.' + c.name for c in lake_columns(table) if c.name != 'person_id')}"
        f" FROM old_{table} AS o LEFT JOIN moved AS m ON m.from_id = o.person_id"
        " WHERE m.to_id IS NOT NULL OR o.person_id IN (SELECT to_id FROM moved)"
    )
    session.table(f"said_{table}", plain(every, session.dialect))
    one = f"SELECT person_id, {', '.join(cells)} FROM said_{table} GROUP BY person_id"
    sql = _gone_by(one) if table == "person" else one
    session.table(f"moving_{table}", plain(sql, session.dialect))
    return Upsert(Query(session, f"SELECT * FROM moving_{table}"), anywhere=True, gone=gone)


def _is_said(column: str) -> str:
    return f"coalesce({column}, 0) <> 0" if column.endswith("concept_id") else f"{column} IS NOT NULL"


def _gone_by(one: str) -> str:
    """Person rows with the birth and sex that people go by, as a wave writes them."""
    cells = {
        "gender_concept_id": "CASE s.sex WHEN 'M' THEN 8507 WHEN 'F' THEN 8532"
        " ELSE coalesce(p.gender_concept_id, 0) END",
        "gender_source_value": "coalesce(s.sex, p.gender_source_value)",
        "year_of_birth": "coalesce(CAST(substr(s.birth, 1, 4) AS INTEGER), p.year_of_birth)",
        "month_of_birth": "CASE WHEN s.birth IS NULL THEN p.month_of_birth"
        " WHEN length(s.birth) >= 7 THEN CAST(substr(s.birth, 6, 2) AS INTEGER) END",
        "day_of_birth": "CASE WHEN s.birth IS NULL THEN p.day_of_birth"
        " WHEN length(s.birth) = 10 THEN CAST(substr(s.birth, 9, 2) AS INTEGER) END",
        "birth_datetime": "CASE WHEN s.birth IS NULL THEN p.birth_datetime END",
        **{f"{name}_concept_id": f"coalesce(p.{name}_concept_id, 0)" for name in ("race", "ethnicity")},
        **{f"{name}_source_concept_id": "0" for name in ("gender", "race", "ethnicity")},
    }
    columns = (column.name for column in lake_columns("person"))
    shown = ", ".join(f"{cells[name]} AS {name}" if name in cells else f"p.{name}" for name in columns)
    return f"SELECT {shown} FROM ({one}) AS p LEFT JOIN settled_person AS s ON s.person_id = p.person_id"


def _forget(session: Session, snapshot: Snapshot) -> None:
    for table in snapshot.tables:
        for name in (f"moving_{table}", f"said_{table}", f"old_{table}"):
            session.drop(name)
    for name in ("moved", "settled_person"):
        session.drop(name)
