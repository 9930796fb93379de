"""Whatever is drawn, what comes out of query, run, explain and person is what filtering row by row first gives"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from medark.define import Dataset, conditions, everyone, measurements, person, visits
from medark.define.answers import reads
from medark.define.memory import Record, compiled, explain_dataset
from medark.define.tables import event_table
from medark.errors import AccessError
from medark.flows.definitions.explain import explain
from medark.flows.definitions.run import run
from medark.flows.gate import person as governed
from medark.flows.gate import reader_of
from medark.flows.query import query
from medark.govern.masks import MASKS
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, person_column, tables
from medark.model.user import BreakGlass, User
from medark.store.duckdb import DuckDB
from unit.flows.gate import filter_first
from unit.flows.gate.conftest import NOW_MS, TABLES, Small
from unit.govern.drawn_rows import PEOPLE

DAY = 86_400_000
USER, OTHER = (Holder.USER, "ann"), (Holder.USER, "bo")
WARD, STUDY, BOARD = (Holder.ROLE, "ward"), (Holder.ROLE, "study"), (Holder.APP, "board")
HOLDERS = (USER, USER, USER, WARD, STUDY, BOARD, BOARD, OTHER)
PURPOSES = (Purpose.CARE, Purpose.RESEARCH)
ASKED = {
    "counts": Dataset(
        everyone(dt.date(2026, 11, 26)), {"labs": measurements.count(), "ill": conditions.exists()}, "counts"
    ),
    "born": Dataset(everyone(dt.date(2026, 11, 26)), {"born": person.year_of_birth, "stays": visits.count()}, "born"),
}
TODAY = dt.date(2026, 11, 26)


# -- drawing -----------------------------------------------------------------------------------------------------------


def draw_book(chance: Random, small: Small) -> Reader:
    """Another user, other grants, refusals and broken glass; the reader who asks."""
    roles = frozenset(chance.sample(("ward", "study", "owner"), chance.randrange(3)))
    user = User(
        "ann", organisation=chance.choice(("north", "north", "south", "")), roles=roles, disabled=chance.random() < 0.03
    )
    world, book = small.world, small.book
    book.users, world.user = {"ann": user}, user
    app = "board" if chance.random() < 0.25 else ""
    book.given = world.grants = [draw_grant(chance, number + 1) for number in range(chance.randrange(2, 12))]
    book.said_no = world.refusals = [draw_refusal(chance) for _ in range(chance.randrange(4))]
    book.broken = world.glass = [
        BreakGlass(
            n,
            chance.choice(("ann", "bo")),
            chance.choice(PEOPLE),
            "why",
            NOW_MS - DAY,
            NOW_MS + chance.choice((-1, DAY)),
        )
        for n in range(chance.randrange(4))
    ]
    reader = reader_of(small.workspace, "ann", chance.choice(PURPOSES), app)
    return replace(reader, roles=frozenset({"ward", "study"})) if chance.random() < 0.2 else reader


def draw_grant(chance: Random, number: int) -> Grant:
    named: dict[str, frozenset[str] | None] = {}
    for table in chance.sample(sorted(TABLES), chance.randrange(1, 8)):
        columns = [c.name for c in lake_columns(table)]
        named[table] = (
            frozenset(chance.sample(columns, chance.randrange(1, len(columns)))) if chance.random() < 0.3 else None
        )
    if chance.random() < 0.7:
        named["*"] = None
    masks = {}
    for _ in range(chance.choice((0, 0, 3))):
        table = chance.choice(sorted(TABLES))
        column = chance.choice([c for c in lake_columns(table) if c.name != person_column(table)])
        masks[f"{table}.{column.name}"] = chance.choice([m.name for m in MASKS.values() if column.type in m.types])
    kind, holder = chance.choice(HOLDERS)
    rows, level = chance.choice((Rows.ALL, Rows.ALL, Rows.ORGANISATION, Rows.CARE)), chance.choice((2, 3, 3, 4, 4, 5))
    starts = NOW_MS + chance.choice((-DAY, -DAY, -DAY, -DAY, 0, 1))
    ends, revoked = (chance.choice((None, None, None, NOW_MS + 1, NOW_MS)) for _ in range(2))
    return Grant(
        number, kind, holder, chance.choice(PURPOSES), named, rows, level, starts, ends, masks, revoked_ms=revoked
    )


def draw_refusal(chance: Random) -> Refusal:
    return Refusal(
        chance.choice(PEOPLE), chance.choice((None, *PURPOSES)), chance.choice((None, "north", "south")),
        NOW_MS + chance.choice((-DAY, 0, 1)), chance.choice((None, NOW_MS, NOW_MS + 1)),
    )  # fmt: skip


# -- what is asked, of the gate and of the oracle ----------------------------------------------------------------------


def filtered(
    small: Small, reader: Reader, asked: Mapping[str, Iterable[str] | None]
) -> dict[str, list[dict[str, Any]]] | None:
    """What the oracle lets through, by table; None where it refuses."""
    frozen = {table: None if columns is None else frozenset(columns) for table, columns in asked.items()}
    sights = filter_first.sights(small.world, reader, frozen)
    return sights and {t: filter_first.seen(small.world, reader, t, sight) for t, sight in sights.items()}


def columns_seen(small: Small, reader: Reader, asked: Mapping[str, Iterable[str] | None]) -> dict[str, list[str]]:
    frozen = {table: None if columns is None else frozenset(columns) for table, columns in asked.items()}
    return {
        table: list(sight.columns) for table, sight in (filter_first.sights(small.world, reader, frozen) or {}).items()
    }


def bag(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter(repr(sorted((k, str(v)) for k, v in row.items())) for row in rows)


def ask_person(chance: Random, small: Small, reader: Reader) -> bool:
    of_people = [table for table in TABLES if person_column(table)]
    asked: dict[str, frozenset[str] | None] = {}
    for table in chance.sample(of_people, chance.randrange(1, 4)):
        names = [c.name for c in lake_columns(table)]
        asked[table] = None if chance.random() < 0.5 else frozenset(chance.sample(names, 2))
    whose = chance.choice((*PEOPLE, 99))
    wanted = filtered(small, reader, asked)
    if wanted is None:
        with pytest.raises(AccessError):
            governed(small.workspace, reader, whose, asked)
        return False
    found = governed(small.workspace, reader, whose, asked)
    for table, columns in asked.items():
        seen = columns_seen(small, reader, asked)[table]
        shown = [name for name in seen if columns is None or name in columns]
        mine = [
            row for row, full in zip(wanted[table], _whose(small, reader, table, asked), strict=True) if full == whose
        ]
        told = found[table].to_pylist() if table in found else []
        assert bag(told) == bag({name: row[name] for name in shown} for row in mine)
    return any(table.num_rows for table in found.values())


def _whose(small: Small, reader: Reader, table: str, asked: Mapping[str, Iterable[str] | None]) -> list[int]:
    """Whose the rows are that the oracle lets through, in their order."""
    frozen = {name: None if columns is None else frozenset(columns) for name, columns in asked.items()}
    sight = (filter_first.sights(small.world, reader, frozen) or {})[table]
    rows = [row for row in small.world.lake[table] if filter_first.is_seen(small.world, reader, table, row, sight)]
    return [row[person_column(table) or ""] for row in rows]


def ask_sql(chance: Random, small: Small, reader: Reader, oracle: DuckDB) -> bool:
    table = chance.choice(sorted(TABLES))
    some = chance.sample([c.name for c in lake_columns(table)], 2)
    a, b = some
    person_id = person_column(table)
    sql, asked = chance.choice((
        (f"SELECT {a}, {b} FROM {table}", {table: some}),
        (f"SELECT * FROM {table}", {table: None}),
        (f"SELECT count(*) AS n FROM {table}", {table: []}),
        (f"SELECT {a}, count(*) AS n, count(DISTINCT {b}) AS m FROM {table} GROUP BY {a}", {table: some}),
        (f'WITH "person" AS (SELECT {a} AS x FROM {table.upper()} AS t) SELECT "x" FROM "person"', {table: [a]}),
        (f"SELECT {a} FROM {table} WHERE {b} IS NOT NULL ORDER BY {b} DESC, {a}", {table: some}),
        (f"SELECT min({a}) AS least, max({b}) AS most FROM {table}", {table: some}),
        (f"SELECT {a} FROM {table} UNION ALL SELECT {a} FROM {table} WHERE {b} IS NULL", {table: some}),
    ))  # fmt: skip
    if person_id and chance.random() < 0.1:
        joined = f"{table} AS q JOIN person AS p ON p.person_id = q.{person_id}"
        sql = f"SELECT q.{a}, count(*) AS n FROM {joined} GROUP BY q.{a}"
        asked = {table: {a, person_id}, "person": {"person_id"} | ({a} if table == "person" else set())}
    wanted = filtered(small, reader, asked)
    if wanted is None:
        with pytest.raises(AccessError):
            query(small.workspace, reader, sql)
        return False
    with oracle.session() as session:
        for name, rows in wanted.items():
            seen = columns_seen(small, reader, asked)[name]
            schema = arrow_schema([c for c in lake_columns(name) if c.name in seen])
            session.bind_arrow(name, pa.Table.from_pylist(rows, schema))
        expected = session.query(sql)
    found = query(small.workspace, reader, sql)
    assert found.column_names == expected.column_names and bag(found.to_pylist()) == bag(expected.to_pylist())
    return found.num_rows > 0


def ask_definition(chance: Random, small: Small, reader: Reader, *, explained: bool) -> bool:
    definition = ASKED[chance.choice(sorted(ASKED))]
    asked = reads(definition)
    wanted = filtered(small, reader, asked)
    whose = chance.choice(PEOPLE)
    if wanted is None:
        with pytest.raises(AccessError):
            if explained:
                explain(small.workspace, reader, definition, whose, today=TODAY)
            else:
                run(small.workspace, reader, definition, today=TODAY)
        return False
    if explained:
        plain = explain_dataset(definition, {}, record(wanted, whose, asked), today=TODAY)
        assert told(explain(small.workspace, reader, definition, whose, today=TODAY)) == told(plain)
        return bool(plain)
    ready = compiled(definition, {})
    rows = [row for one in PEOPLE for row in ready.rows(record(wanted, one, asked), today=TODAY)]
    found = run(small.workspace, reader, definition, today=TODAY)
    assert bag(found.rows.to_pylist()) == bag(rows)
    return bool(rows)


def told(entries: Any) -> list[Any]:
    """Values of variables with the rows that decided them; without their times rows have no order."""
    return [
        (
            one.entry,
            {name: (of.value, sorted((e.table, e.key) for e in of.evidence)) for name, of in one.variables.items()},
        )
        for one in entries
    ]


def record(rows: Mapping[str, list[dict[str, Any]]], person_id: int, asked: Mapping[str, Iterable[str]]) -> Record:
    """What the oracle lets through of a person: the columns that are asked for, and keys that are seen."""
    held = {}
    for table, seen in rows.items():
        mine = [row for row in seen if row.get(person_column(table) or "") == person_id]
        if mine:
            key = event_table(table).key
            numbers = {key: list(range(len(mine)))}
            held[table] = numbers | {
                name: [row[name] for row in mine] for name in mine[0] if name in {key, *asked[table]}
            }
    return Record.of(person_id, held)


# -- the tests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_one_person(seed: int, small: Small) -> None:
    chance = Random(f"person {seed}")
    given = sum(ask_person(chance, small, draw_book(chance, small)) for _ in range(1200))
    assert 100 < given < 900  # neither all is refused nor nothing


@pytest.mark.parametrize("seed", range(3))
def test_sql(seed: int, small: Small, tmp_path: Any) -> None:
    chance = Random(f"sql {seed}")
    oracle = DuckDB(tmp_path, memory="200MB", threads=1)
    given = sum(ask_sql(chance, small, draw_book(chance, small), oracle) for _ in range(120))
    assert 15 < given < 110


@pytest.mark.parametrize("explained", [False, True])
def test_definitions(explained: bool, small: Small) -> None:
    chance = Random(f"definition {explained}")
    asked = 600 if explained else 100
    given = sum(ask_definition(chance, small, draw_book(chance, small), explained=explained) for _ in range(asked))
    assert given > 10


def test_every_table_that_is_drawn_is_of_the_lake() -> None:
    assert set(TABLES) <= set(tables())
