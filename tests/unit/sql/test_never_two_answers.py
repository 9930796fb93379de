"""Queries that the linter lets pass over columns of every type: the same answer on both engines, or none on one

The linter sees no column's type. Where a type decides, a query may fail on one engine; never may it answer differently.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest

from medark.errors import DefinitionError
from medark.sql.linter import lint
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark

TABLES = {
    "t": pa.table({
        "id": pa.array([1, 2, 3, None], pa.int64()), "g": ["a", "a", "b", None],
        "n": pa.array([1, 2, 2, None], pa.int32()),
        "x": [1.5, None, 1e20, 1e-5], "s": ["2024-01", "1", "x y", None], "b": [True, False, None, True],
        "d": pa.array([dt.date(2024, 1, 1), dt.date(2024, 2, 29), None, dt.date(2024, 1, 1)]),
        "ts": pa.array(
            [dt.datetime(2024, 1, 1, 1), None, dt.datetime(2024, 1, 1), dt.datetime(2024, 3, 1)], pa.timestamp("us")
        ),
    }),
    "u": pa.table({"id": pa.array([1, 1, 2], pa.int64()), "m": pa.array([5, 6, None], pa.int64())}),
}  # fmt: skip
QUERIES = r"""
select id, (select m from u where u.id = t.id and m = 5) as m from t
select t.id, u.m from t left join u on u.id = t.id and exists (select 1 from u as v where v.id = t.id)
select t.id, u.m from t join u on u.id = t.id and exists (select 1 from u as v where v.id = t.id)
select id from t where exists (select id from u where u.id = t.id group by id having count(*) > 1)
select id from t where exists (select m from u where u.id = t.id order by m limit 1)
select id from t where exists (select count(*) from u where u.id = t.id)
select id, (select count(*) from u where u.id = t.id and u.m > t.n) as k from t
select id, (select max(m) from u where u.id > t.id) as k from t
select id, (select max(m) + min(t.n) from u where u.id = t.id) as k from t
select id, case when exists (select 1 from u where u.id = t.id) or n = 2 then 1 else 0 end as k from t
select n + 1 as k, k * 2 as kk from t
select n + 1 as n, n * 2 as kk from t
select g, sum(n) as total, total * 2 as tt from t group by g
select n as k from t where k > 1
select -n as n, count(*) as c from t group by n
select id % 2 as id, count(*) as c from t group by id
select g, count(*) as n from t group by g having n > 1
select g, sum(n) as n from t group by g having n > 2
select g, n from t order by -n nulls first, g limit 2
select distinct g from t order by g desc
select max(n) as m from t having count(*) > 1
select a.id, b.id as other from t as a join t as b on a.n = b.n or a.g = b.g
select n from t union select x from t
select n from t union all select id from t
select d from t union all select ts from t
select s from t union select null
select cast(x as varchar) as c from t
select cast(d as varchar) || 'x' as c from t
select s || x as c from t
select concat(s, n) as c from t
select concat(x, '|') as c from t
select cast(s as date) as c from t where id = 1
select cast(s as timestamp) as c from t where id = 1
select s = 1 as c from t where id = 2
select d = '2024-01-01' as c from t
select d >= '2024-01-15' and ts < '2024-02-01 00:00:00' as c from t
select s > d as c from t
select n in (1.0, 2.5) as c from t
select id = x as c from t
select coalesce(s, n) as c from t
select case when b then n else x end as c from t
select case when b then s else n end as c from t
select sum(b) as c from t
select min(b) as c, max(b) as dd from t
select count(distinct b) as c from t
select b > false as c from t
select b in (true) as c from t
select avg(id) as a, avg(d) as c from t
select n / x as c, n % x as r, x % 2 as q from t
select 7 % -3 as a, -7 % 3 as b, 7.5 % 2 as c
select abs(-2.5) as a, round(-2.5) as b, round(x) as c from t
select ln(x) as a from t
select row_number() over (order by n, id) as r from t where r > 1
select rank() over (order by b, n) as r from t
select sum(x) over (order by id) as r from t
select lag(d) over (order by id) as r from t
select first_value(s) over (partition by g order by id desc) as r from t
select max(s) over (partition by g) as r from t
select count(*) over (order by d rows between 1 preceding and 1 preceding) as r from t
select avg(x) over (order by id rows between current row and current row) as r from t
select n from t where n not in (1, null)
select id from t where id in (select u.id from u where u.m > t.n)
select id from t where id not in (select u.id from u where u.m > t.n)
select id from t where id = (select max(id) from u)
select nullif(n, 2.0) as c from t
select nullif(s, 'x y') as c, nullif(d, ts) as e from t
select greatest(n, x) as c, least(id, n, x) as e from t
select greatest(d, ts) as c from t
select substr(s, 1, n - 2) as c from t
select replace(s, '-', n) as c from t
select s like '%' as c, s like '' as e, s like '_-_' as f, s like '2024-0_' as g2 from t
select regexp_matches(s, '^[0-9]+-') as c, regexp_extract(s, '([0-9]+)-([0-9]+)', 2) as e from t
select date_diff('day', d, ts) as c from t
select extract(hour from s) as c from t
select cast(d + interval 1 month as timestamp) as c, cast(ts + interval 1 day as date) as e from t
select cast(ts + interval 1 month as timestamp) as c from t
select cast(d + 2 * interval 1 week as date) as c from t
select * from t cross join u
select t.*, u.m as mm from t join u on t.id = u.id
select count(t.id) as c from t full join u on t.id = u.id and t.n = 1
select a.c from (select count(*) as c from t group by n) as a order by a.c
select sum(case when b then 1.0 end) as c from t
select sum(n * 0.1) as c from t
select 1 as one, 'a' as two, null as three, true as four, date '2024-02-29' as five
select max_by(n, id) as c, min_by(d, x) as e from t group by g
select max_by(s, x) filter (where x > 0) as c from t
select bool_or(b) as c, bool_and(b) as e, bool_or(n > 1) as f from t group by g
select key_hash(s) as k, key_hash(cast(id as varchar)) as j from t
select in_zone(s, 'UTC', 'Asia/Shanghai') as c from t
select t.id from t, u where t.id = u.id
select upper(g) || lower(s) as c, trim(s) as e from t
select x = x as c, x is distinct from 1e20 as e, x between 0 and 1 as f from t
select sum(distinct n) as c, avg(distinct n) as e from t
select count(*) as c from t where g = 'a' and not b is true
select (n = 1) = b as c from t
select not (n > 1 and b) as c from t
select * from (select id, n from t union all select id, m from u) as z where n > 1
select case n when 1 then 'a' when null then 'b' else 'c' end as c from t
select case when n = 2 then d end as c from t
select 2147483647 + n as c from t where n = 1
select id * 9223372036854775807 as c from t where id = 2
select 3000000000 * n as c from t
select floor(n / 2) as c, ceil(x) as e, floor(id) as f from t
select count(n) as c, sum(n) as s2 from t where false
select '''' as q, 'a\nb' as w, '\' as e
select "id", "g" from "t"
select id as "odd name", g as "select" from t
select z."odd name" as k from (select id as "odd name" from t) as z
""".strip().splitlines()


@pytest.fixture(scope="module")
def on_spark(spark: Spark) -> Iterator[Session]:
    with spark.session() as session:
        yield bound(session)


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("scratch"), threads=1).session() as session:
        yield bound(session)


def bound(session: Session) -> Session:
    for name, rows in TABLES.items():
        session.bind_arrow(name, rows)
    return session


@pytest.mark.parametrize("sql", QUERIES)
def test_never_two_answers(sql: str, on_spark: Session, on_duckdb: Session) -> None:
    assert lint(sql) == ()
    answers = [answer(session, sql) for session in (on_duckdb, on_spark)]
    told = [found for found in answers if found is not None]
    assert len(told) < 2 or told[0] == told[1]
    assert (len(told) == 2) == (sql not in ONE_ONLY)


def answer(session: Session, sql: str) -> tuple[list[str], list[str]] | None:
    """Names and rows, in an order that compares; None where the engine says no."""
    try:
        found = session.query(render(sql, session.dialect))
    except DefinitionError:
        return None
    return found.column_names, sorted(str([plain(value) for value in row.values()]) for row in found.to_pylist())


def plain(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


# Where the type of a column makes one engine (or both) say no.
ONE_ONLY = frozenset(
    r"""
select id, (select max(m) + min(t.n) from u where u.id = t.id) as k from t
select n as k from t where k > 1
select cast(x as varchar) as c from t
select s || x as c from t
select concat(x, '|') as c from t
select cast(s as date) as c from t where id = 1
select cast(s as timestamp) as c from t where id = 1
select s > d as c from t
select coalesce(s, n) as c from t
select case when b then s else n end as c from t
select sum(b) as c from t
select avg(id) as a, avg(d) as c from t
select row_number() over (order by n, id) as r from t where r > 1
select replace(s, '-', n) as c from t
select extract(hour from s) as c from t
select 2147483647 + n as c from t where n = 1
select id * 9223372036854775807 as c from t where id = 2
""".strip().splitlines()
)
