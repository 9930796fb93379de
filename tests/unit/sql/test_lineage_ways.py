"""In which way a column decides another, drawn: the query, what decides the column x, and what decides the rows"""

from __future__ import annotations

import pytest

from medark.model.lineage import ROWS
from medark.sql.lineage import base, relation_of, stored
from medark.sql.lineage.relation import Relation, empty, static
from medark.sql.query import parse

TABLES: dict[str, Relation] = {
    "t": stored("t", ["k", "a", "b", "day"], ["k"]),
    "u": stored("u", ["k", "c"], ["k"]),
    "many": stored("many", ["k", "c"]),
    "nothing": empty(["k", "c"]),
    "fact": static(["code"]),
}

# query => what decides x, by way => what decides which rows there are, beside the rows of tables read
CASES = """
select a as x from t => value a =>
select coalesce(a, b) as x from t where k = 1 => value a b => k
select case when a > 0 then b else day end as x from t => value b day, condition a =>
select case when a > 0 then 1 else 2 end as x from t => condition a =>
select case when a > 0 then 1 else 1 end as x from t => =>
select case when null is null then a else b end as x from t => value a =>
select coalesce(null, a, 'z', b) as x from t => value a =>
select a as x from t left join u on u.k = t.k => value a =>
select a as x from t left join many on many.k = t.k => value a => k many.k many.*
select a as x from t join u on u.k = t.k => value a => k u.k u.*
select u.c as x from t left join u on u.k = t.k => value u.c, key k u.k, rows u.* =>
select f.concept as x from t left join fact as f on f.code = t.a => key a =>
select c as x from t left join nothing on nothing.k = t.k => =>
select n.c as x from t left join nothing as n on n.k = t.k => =>
select max(a) as x from t => value a, rows * => *
select sum(a) filter (where b = 1) as x, k from t group by k => value a, key k, condition b, rows * => k
select a as x from t where exists (select 1 from u where u.k = t.k) => value a => k u.k u.*
select a as x from t where a is not null and coalesce(b, 'z') is null => =>
select f.as_k as x from t left join (select k as code, k as as_k from t) as f on f.code = t.k => value k, rows * =>
with said as (select distinct a from t union select c from u), map as
 (select s.a as word, f.concept from said as s left join fact as f on f.code = s.a)
 select m.concept as x from t left join map as m on m.word = t.a => key a =>
""".replace("\n ", " ").strip().splitlines()  # fmt: skip


def drawn(told: dict[tuple[str, str], object]) -> set[str]:
    return {column if table == "t" else f"{table}.{column}" for table, column in told}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.split("=>")[0][:70])
def test_each_way(case: str) -> None:
    sql, ways, rows = (part.strip() for part in case.split("=>"))
    found = relation_of(parse(sql), TABLES)
    wanted: dict[str, str] = {}
    for way in filter(None, (one.strip() for one in ways.split(","))):
        how, *columns = way.split()
        wanted |= dict.fromkeys(columns, how)
    decided = base(found.columns["x"].influences)
    assert {
        name: str(how) for (table, column), how in decided.items() for name in drawn({(table, column): how})
    } == wanted
    if not found.is_empty:
        assert drawn(dict(base(found.rows))) - {ROWS} == set(rows.split()) - {ROWS}
