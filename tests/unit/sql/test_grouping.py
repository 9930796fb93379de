"""Queries told apart by the source of a row: beside the same query asked of each source's rows alone."""

from __future__ import annotations

import duckdb
import pytest

from medark.sql.grouping import Part, told_apart

PART = Part("whose", "no", "source_no", "record_no")
ROWS = [(n, n % 4, None if n % 5 == 0 else n % 3, n) for n in range(1, 31)]  # key, kind, value, record_no
OTHERS = [(0,), (1,)]
WHOSE = [(n, n % 2) for n in range(1, 25)]  # the last six records are nobody's

QUERIES = (
    (
        "select count(*) as n, count(t.value) as told, coalesce(sum(case when t.value = 1 then 1 else 0 end), 0) as one"
        " from note as t left join other as o on o.kind = t.kind"
    ),
    "select t.kind as kind, count(*) as n from note as t where t.value is not null group by t.kind",
    (
        "select k.kind as kind, sum(k.n) as n from (select t.kind as kind, t.value, count(*) as n from note as t"
        " group by t.kind, t.value) as k group by k.kind"
    ),
    (
        "select r.kind, o.kind as other, count(*) as n from (select t.kind as kind from note as t) as r"
        " join other as o on o.kind = r.kind group by r.kind, o.kind"
    ),
    (
        "select 'a' as id, count(*) as n from note as t union all select 'b' as id, count(distinct t.value) as n"
        " from note as t"
    ),
)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute("create table note(key int, kind int, value int, record_no int)")
    found.executemany("insert into note values (?, ?, ?, ?)", ROWS)
    found.execute("create table other(kind int)")
    found.executemany("insert into other values (?)", OTHERS)
    found.execute("create table whose(no int, source_no int)")
    found.executemany("insert into whose values (?, ?)", WHOSE)
    return found


@pytest.mark.parametrize("sql", QUERIES)
def test_each_part_says_what_the_query_says_of_its_rows_alone(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    apart = told_apart(sql, "t", {"note"}, PART)
    assert apart is not None
    found = engine.execute(apart).fetchall()
    for source in (0, 1, None):
        mine = f"(select * from note where record_no in (select no from whose where source_no = {source}))"
        if source is None:
            mine = "(select * from note where record_no not in (select no from whose))"
        alone = engine.execute(sql.replace("note as t", f"{mine} as t")).fetchall()
        assert sorted(row[:-1] for row in found if row[-1] == source) == sorted(alone)


def test_one_side_of_a_union_may_be_of_no_part() -> None:
    found = told_apart("select t.key from note as t union all select o.kind from other as o", "t", {"note"}, PART)
    assert found is not None and found.upper().count("CAST(NULL AS BIGINT) AS SOURCE_NO") == 1


def test_what_reads_no_such_table_is_told_as_a_whole() -> None:
    assert told_apart("select count(*) as n from other as t", "t", {"note"}, PART) is None
    assert told_apart("select count(*) as n from note as n", "t", {"note"}, PART) is None


def test_a_parameter_stays_one() -> None:
    found = told_apart("select count(*) as n from note as t where t.key < :today", "t", {"note"}, PART)
    assert found is not None and ":today" in found
