"""What a query reads and what its columns are made of: drawn cases, and every step held against the engine"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from medark.errors import DefinitionError
from medark.model.omop import lake_columns, tables
from medark.model.staging import STAGING
from medark.sql.lineage import lineage, reads
from medark.sql.query import Query, parse
from medark.sql.relations import outputs
from medark.sql.render import render
from medark.standardise import lookups
from medark.standardise.domains import DERIVED, STEPS
from medark.standardise.lookups.data import UNIT_READING
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

SCHEMA = {"t": ["k", "a", "b"], "u": ["k", "c"], "v": ["k", "a"]}

# query => what each table gives to it => what each output is made of
CASES = """
select a from t => t.a => a: t.a
select t.a as x, b from t where k = 1 => t.a t.b t.k => x: t.a / b: t.b
select count(*) as n from t => t => n:
select * from t => t.k t.a t.b => k: t.k / a: t.a / b: t.b
select u.*, 1 as one from t join u on t.k = u.k => t.k u.k u.c => k: u.k / c: u.c / one:
select case when t.a > 0 then u.c end as x from t left join u on u.k = t.k => t.a t.k u.c u.k => x: t.a u.c
with x as (select a + b as s from t) select s * 2 as d from x => t.a t.b => d: t.a t.b
with x as (select a from t), y as (select a as z from x) select z from y where z > 1 => t.a => z: t.a
with t as (select c as a from u) select a from t => u.c => a: u.c
with x as (select a from t union all select c from u) select a from x => t.a u.c => a: t.a u.c
with x as (select k, a from t), y as (select * from x) select y.a as q from y => t.k t.a => q: t.a
select a from t union select c from u => t.a u.c => a: t.a u.c
select s.m from (select max(a) as m, k from t group by k) as s => t.a t.k => m: t.a
select a from t where exists (select 1 from u where u.k = t.k) => t.a t.k u.k => a: t.a
select (select max(u.c) from u where u.k = t.k) as m from t => t.k u.c u.k => m: u.c
select a in (select c from u) as is_in from t => t.a u.c => is_in: t.a u.c
select sum(a) as n from t group by b having sum(a) > 1 order by n => t.a t.b => n: t.a
select a as n from t order by n => t.a => n: t.a
select sum(a) filter (where b = 1) as n from t => t.a t.b => n: t.a t.b
select row_number() over (partition by k order by a) as r from t => t.k t.a => r: t.k t.a
select x.a as xa, y.a as ya from t as x join v as y on x.k = y.k => t.a t.k v.a v.k => xa: t.a / ya: v.a
select max_by(a, b) as m, key_hash(k) as h from t => t.a t.b t.k => m: t.a t.b / h: t.k
select a from t as x where a > (select avg(x.a) from v as x where x.k = 1) => t.a v.a v.k => a: t.a
SELECT T.A AS X FROM T => t.a => x: t.a
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.split("=>")[0][:60])
def test_drawn_cases(case: str) -> None:
    sql, read, made = (part.strip() for part in case.split("=>"))
    query = parse(sql)
    wanted: dict[str, set[str]] = {}
    for cell in read.split():
        table, _, column = cell.partition(".")
        wanted.setdefault(table, set()).update([column] if column else [])
    assert reads(query, SCHEMA) == wanted
    cells = (cell.partition(":") for cell in made.split("/"))
    told = {name.strip(): {tuple(s.split(".")) for s in sources.split()} for name, _, sources in cells}
    assert lineage(query, SCHEMA) == told


@pytest.mark.parametrize(
    "sql",
    ["select a from nowhere", "select nothing from t", "select t.c from t", "select z.a from t",
     "with x as (select a from t) select b from x", "select x.c from (select a from t) as x",
     "with x as (select a from y), y as (select a from t) select a from x"],
)  # fmt: skip
def test_names_that_are_not_there_are_told(sql: str) -> None:
    for ask in (reads, lineage):
        with pytest.raises(DefinitionError, match="no such") as told:
            ask(parse(sql), SCHEMA)
        assert told.value.where


# -- the platform's own steps: what is said to be read is enough, and all of it is needed ------------------------------

ALL = (*lookups.STEPS, *STEPS, *DERIVED)


@cache
def schema_of_steps() -> dict[str, list[str]]:
    """Every relation by name: staging, lake, vocabulary, what lookups bring, and what each step makes."""
    known = {f"staged_{name}": list(spec.column_names) for name, spec in STAGING.items()}
    known |= {f"{prefix}{t}": [c.name for c in lake_columns(t)] for t in tables() for prefix in ("", "lake_")}
    known |= {name: rows.column_names for name, rows in lookups.data().items()}
    known["unit_reading"] = UNIT_READING.names
    known["person_link"] = ["person_key", "survivor_key", "person_id", "survivor_id"]
    for name in ("code_map", "local_map", "ucum"):
        sql = files("medark.store.vocabulary").joinpath(f"{name}.sql").read_text(encoding="utf-8")
        known[name] = outputs(parse(sql).tree)
    known["known_product"] = next(outputs(step.query.tree) for step in ALL if step.name == "product")
    for step in ALL:
        known[step.name] = list(lineage(step.query, known))
    return known


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """Every relation's columns with the types that they have when the steps run one after the other, on no rows."""
    with DuckDB(tmp_path_factory.mktemp("scratch")).session() as session:
        for spec in STAGING.values():
            session.view(f"staged_{spec.name}", nothing({c.name: str(c.type) for c in spec.columns}))
        for name in tables():
            for prefix in ("", "lake_"):
                session.view(prefix + name, nothing({c.name: str(c.type) for c in lake_columns(name)}))
        for name, rows in lookups.data().items():
            session.bind_arrow(name, rows)
        session.bind_arrow("unit_reading", UNIT_READING.empty_table())
        session.view("person_link", nothing(dict.fromkeys(schema_of_steps()["person_link"], "VARCHAR")))
        for name in ("code_map", "local_map", "ucum"):
            sql = files("medark.store.vocabulary").joinpath(f"{name}.sql").read_text(encoding="utf-8")
            session.table(name, render(sql))
        products = next(step for step in ALL if step.name == "product").query
        session.view("known_product", nothing(dict.fromkeys(outputs(products.tree), "VARCHAR")))
        for step in ALL:
            session.table(step.name, rendered(step.query))
        yield {name: types(session, name) for name in schema_of_steps() if session.has(name)}


def rendered(query: Query) -> str:
    return render(query, parameters={name: "2024-01-01" if name == "arrived" else "UTC" for name in query.parameters})


def types(session: Session, name: str) -> dict[str, str]:
    return {row["column_name"]: row["column_type"] for row in session.query(f"DESCRIBE {name}").to_pylist()}


def nothing(columns: Mapping[str, str]) -> str:
    cells = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns.items()) or "1 AS one"
    return f"SELECT {cells} WHERE false"


@pytest.mark.parametrize("step", ALL, ids=lambda step: step.name)
def test_a_step_binds_on_just_the_columns_it_is_said_to_read(step, typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """And with any one of them less it does not: what is said is neither too little nor too much."""
    known = schema_of_steps()
    read = reads(step.query, known)
    assert set(read) == set(step.reads)
    sql = rendered(step.query)
    narrow = {table: {c: typed[table][c] for c in columns} for table, columns in read.items()}
    with DuckDB(tmp_path, threads=1).session() as session:
        for table, columns in narrow.items():
            session.view(table, nothing(columns))
        given = session.query(f"SELECT * FROM ({sql}) AS step LIMIT 0").column_names
        assert given == list(lineage(step.query, known))
        for table, columns in narrow.items():
            elsewhere = {c for other, cs in narrow.items() if other != table for c in cs}
            for column in sorted(columns.keys() - elsewhere)[:2]:  # another relation's would stand in for it
                session.view(table, nothing({c: kind for c, kind in columns.items() if c != column}))
                with pytest.raises(DefinitionError):
                    session.query(f"SELECT * FROM ({sql}) AS step LIMIT 0")
            session.view(table, nothing(columns))


def test_a_measurement_comes_from_where_it_should() -> None:
    by_name = {step.name: step for step in STEPS}
    known = schema_of_steps()
    made = lineage(by_name["coded_event"].query, known)
    assert ("staged_event", "value") in made["value_as_number"]
    assert made["unit_concept_id"] >= {("staged_event", "unit"), ("unit_map", "concept_id")}
    assert made["person_id"] == {("person_key", "person_id")}
    assert made["medark_record_no"] == {("staged_event", "record_no")}
