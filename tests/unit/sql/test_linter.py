"""Nothing that means two things passes; everything that the platform writes does"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import medark
from medark.catalog import profile
from medark.check import gate
from medark.errors import DefinitionError
from medark.model.omop import lake_columns, tables
from medark.sql.linter import checked, lint
from medark.sql.query import parse
from medark.standardise import maps
from medark.standardise.maps.omop.upgrade import unreadable_sql, upgrade_sql

SOURCE = Path(medark.__file__).parent
FILES = sorted([*SOURCE.glob("standardise/**/*.sql"), *SOURCE.glob("store/**/*.sql")])

# What is refused, with a word of the portable way to write it that the finding gives.
REFUSED = r"""
select array_agg(x order by y) as z from t                                          => max_by
select string_agg(x, ',') as z from t                                               => max_by
select list(x) as z from t                                                          => max_by
select first(x) as z from t                                                         => max_by
select any_value(x) as z from t                                                     => max_by
select percentile_cont(0.5) within group (order by x) as z from t                   => row_number
select median(x) as z from t                                                        => row_number
select quantile_cont(x, 0.5) as z from t                                            => row_number
select mode(x) as z from t                                                          => row_number
select arg_max(x, y, 3) as z from t                                                 => row_number
select max(x, 3) as z from t                                                        => row_number
select max_by(x, y) over (partition by g order by y) as z from t                    => row_number
select sum(x) filter (where x > 1) over (order by y) as z from t                    => CASE WHEN
select count(distinct x) over (partition by y) as z from t                          => count
select sum(x) over (order by y rows between 1 preceding and 1 following exclude current row) as z from t => subtract
select sum(x) over (order by y range between 3 preceding and current row) as z from t => ROWS
select sum(x) over (order by y groups between 1 preceding and current row) as z from t => ROWS
select row_number() over (partition by g) as z from t                               => ORDER BY
select lag(x) over () as z from t                                                   => ORDER BY
select lag(x, n) over (order by y) as z from t                                      => lag(x, 1)
select last_value(x ignore nulls) over (order by y) as z from t                     => max_by
select ntile(4) over (order by y) as z from t                                       => row_number
select sum(x) over w as z from t window w as (order by y)                           => OVER
select date_diff('month', a, b) as z from t                                         => 'day'
select date_diff('hour', a, b) as z from t                                          => 'day'
select cast(a as date) - cast(b as date) as z from t                                => date_diff
select date '2024-01-01' + 1 as z from t                                            => INTERVAL
select d + interval 1 day as z from t                                               => CAST
select cast(d + x * interval 1 day as date) as z from t                             => round
select cast(d + 0.5 * interval 1 day as date) as z from t                           => round
select cast(d + interval (x) day as date) as z from t                               => INTERVAL 1 DAY
select date_trunc('month', d) as z from t                                           => CAST
select dayofweek(d) as z from t                                                     => Monday
select extract(dow from d) as z from t                                              => year, quarter
select extract(epoch from d) as z from t                                            => year, quarter
select extract(second from d) as z from t                                           => year, quarter
select year(d) as z from t                                                          => extract
select strftime(d, '%Y') as z from t                                                => extract
select strptime(x, '%Y') as z from t                                                => in_zone
select cast(2.5 as integer) as z from t                                             => round
select cast(x as integer) as z from t                                               => round
select x::int as z from t                                                           => round
select cast(y as bigint) as z from (select a / b as y from t) as s                  => round
select cast('12' as double) as z from t                                             => finite_number
select cast(x || '1' as date) as z from t                                           => in_zone
select cast('1.5.2024' as date) as z from t                                         => in_zone
select try_cast(x as date) as z from t                                              => year || '-'
select try_cast(x as timestamp) as z from t                                         => year || '-'
select try_cast(x as double) as z from t                                            => finite_number
select cast(1.5 as varchar) as z from t                                             => round
select cast(x as boolean) as z from t                                               => compare
select cast(x as decimal(10, 2)) as z from t                                        => DOUBLE
select cast(x as timestamptz) as z from t                                           => TIMESTAMP
select cast(x as int[]) as z from t                                                 => BIGINT
select 1 = '1' as z from t                                                          => cast
select coalesce(lower(x), 0) as z from t                                            => cast
select case when a then 1 else 'b' end as z from t                                  => cast
select length(x) in ('1', '2') as z from t                                          => cast
select lower(x) between 1 and 2 as z from t                                         => cast
select lower(x) + 1 as z from t                                                     => finite_number
select (a = b) + 1 as z from t                                                      => CASE
select 'n' || length(x) as z from t                                                 => CAST
select round(x, 2) as z from t                                                      => round(x * 100)
select trunc(x) as z from t                                                         => floor
select x // 2 as z from t                                                           => floor
select log(x) as z from t                                                           => ln
select sqrt(x) as z from t                                                          => x * x
select regexp_replace(x, 'a', 'b', 'gi') as z from t                                => 'g'
select regexp_replace(x, 'a*', 'b', 'g') as z from t                                => +
select regexp_replace(x, p, 'b') as z from t                                        => text
select regexp_replace(x, 'a', '\1') as z from t                                     => group
select regexp_matches(x, '\bword') as z from t                                      => sql.md
select regexp_matches(x, '(?i)a') as z from t                                       => sql.md
select regexp_matches(x, '[[:alpha:]]') as z from t                                 => sql.md
select regexp_matches(x, '[a&&b]') as z from t                                      => sql.md
select regexp_matches(x, 'a', 'i') as z from t                                      => leave it out
select regexp_matches(x, '(') as z from t                                           => sql.md
select regexp_extract(x, '(a)', 2) as z from t                                      => group
select regexp_full_match(x, 'a') as z from t                                        => regexp_matches
select x ilike 'a' as z from t                                                      => lower
select x similar to 'a' as z from t                                                 => regexp_matches
select x glob 'a' as z from t                                                       => LIKE
select x like 'a\_b' as z from t                                                    => regexp_matches
select x like y as z from t                                                         => regexp_matches
select substr(x, 0, 2) as z from t                                                  => start at 1
select substr(x, -2) as z from t                                                    => start at 1
select substr(x, n) as z from t                                                     => length
select split_part(x, '|', 0) as z from t                                            => split_part
select trim(x, 'a') as z from t                                                     => leave it out
select ltrim(x) as z from t                                                         => regexp_replace
select concat_ws(',', x, y) as z from t                                             => concat
select json_extract(x, '$.a') as z from t                                           => JSON
select x ->> 'a' as z from t                                                        => JSON
select list_transform(x, y -> y + 1) as z from t                                    => table
select [1, 2] as z from t                                                           => table
select {'a': 1} as z from t                                                         => column
select x[1] as z from t                                                             => table
select random() as z from t                                                         => key_hash
select uuid() as z from t                                                           => key_hash
select now() as z from t                                                            => sql.md
select current_date as z from t                                                     => :today
select current_timestamp as z from t                                                => :today
select today() as z from t                                                          => :today
select getenv('HOME') as z from t                                                   => sql.md
select * from t asof join u on t.a >= u.a                                           => JOIN … ON
select * from t positional join u                                                   => JOIN … ON
select * from t natural join u                                                      => JOIN … ON
select * from t semi join u on t.a = u.a                                            => EXISTS
select * from t join u using (a)                                                    => ON a.key
select * from t left join u                                                         => ON
select * from t, lateral (select 1 as a) as u                                       => JOIN
select a from t qualify row_number() over (order by a) = 1                          => subquery
select * from t using sample 10%                                                    => key_hash
select * from t tablesample reservoir(10)                                           => key_hash
select * from t pivot (sum(y) for x in (1, 2))                                      => CASE WHEN
select * from read_csv('x.csv')                                                     => name a table
select * from read_parquet('x.parquet')                                             => name a table
select * from 'x.csv'                                                               => name a table
select * from "/etc/passwd"                                                         => name a table
select * from range(10)                                                             => name a table
select * from unnest([1, 2])                                                        => a table
select * from duckdb_settings()                                                     => name a table
select * from main.t                                                                => name the table
select * from (values (1, 2)) as v                                                  => UNION ALL
select * exclude (a) from t                                                         => column
select * replace (1 as a) from t                                                    => column
select columns('a.*') from t                                                        => column
select distinct on (a) a, b from t                                                  => row_number
select a from t group by all                                                        => group by
select a, sum(b) as z from t group by rollup(a)                                     => UNION ALL
select a from t order by all                                                        => order by
select a from t limit 3                                                             => ORDER BY
select a from t order by a limit 10%                                                => count the rows
select a from t union by name select a from u                                       => order
with recursive r as (select 1 as n union all select n + 1 from r) select n from r   => ancestor
with r as materialized (select 1 as n) select n from r                              => leave it out
select a from t as u(a)                                                             => AS
select a from t where a = any (select b from u)                                     => IN
select a from t where b > all (select b from u)                                     => EXISTS
select count(distinct a, b) as z from t                                             => SELECT DISTINCT
select if(a, b, c) as z from t                                                      => leave it out
select a from t where a = ?                                                         => :name
select key_hash(a, b) as z from t                                                   => key_hash(text)
select n in (select n from u) as z from t                                           => EXISTS
select case when n in (select n from u) then 1 end as z from t                      => EXISTS
select a from t where not (b = 1 and n in (select n from u))                        => EXISTS
select a from t where b = 1 or n not in (select n from u)                           => EXISTS
select a from t join u on t.a = u.a and t.n in (select n from v)                    => EXISTS
select count(*) filter (where n in (select n from u)) as z from t                   => EXISTS
select a from t where exists (select 1 from u where exists (select 1 from v where v.a = t.a)) => middle
select a from t for update                                                          => leave it out
""".strip().splitlines()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.split("=>")[0].strip()[7:60])
def test_what_means_two_things_is_refused_with_the_portable_way(case: str) -> None:
    sql, _, fix = case.rpartition("=>")
    found = lint(sql.strip())
    assert found, "it passes"
    assert any(fix.strip() in finding.fix for finding in found), found
    with pytest.raises(DefinitionError) as told:
        checked(sql.strip())
    assert told.value.fix == found[0].fix


def written() -> Iterator[tuple[str, str]]:
    """Every query that the platform itself runs through `render`, by where it comes from."""
    for path in FILES:
        yield path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")
    everything = {table: [c.name for c in lake_columns(table)] for table in tables()}
    for table, columns in everything.items():
        yield f"upgrade {table}", upgrade_sql(table, columns, everything)
        yield f"unreadable {table}", unreadable_sql(table, columns)
        yield f"gate {table}", gate.check_sql(table)
        yield f"tally {table}", gate.tally_sql(table)
        yield f"profile {table}", profile.scan_sql(table, lake_columns(table))
        yield f"top {table}", profile.tops_sql(table, columns[:2])
    for check in gate.checks(list(tables())):
        yield f"check {check.name}", check.sql
    for name, source in maps.known_sources().items():
        for number, query in enumerate(source.staging(list(source.tables))):
            yield f"map {name} {number} {query.staging}", query.sql


def test_everything_the_platform_writes_is_portable() -> None:
    assert len(FILES) > 40
    assert {where: found for where, sql in written() if (found := lint(sql))} == {}


def test_a_finding_says_where() -> None:
    (found,) = lint("select a,\n  median(b) as m\nfrom t")
    assert (found.line, found.column) == (2, 3)
    with pytest.raises(DefinitionError, match=r"line=2 column=3") as told:
        checked("select a,\n  median(b) as m,\n now() as x\nfrom t")
    assert "1 more" in str(told.value)


def test_what_lies_below_a_refused_construct_goes_with_it() -> None:
    assert len(lint("select list_transform(x, y -> y + 1) as z from t")) == 1


def test_a_portable_query_comes_back_parsed() -> None:
    query = parse("select a from t where b = :day")
    assert lint(query) == ()
    assert checked(query) is query
    assert checked("select a from t").sql == "select a from t"


@pytest.mark.parametrize(
    "sql",
    ["drop table t", "insert into t values (1)", "select 1; select 2", "", "copy t to 'x'", "attach 'x'", "sel ("],
)
def test_what_is_no_select_is_refused_outright(sql: str) -> None:
    with pytest.raises(DefinitionError):
        lint(sql)


def test_an_error_never_quotes_a_value() -> None:
    with pytest.raises(DefinitionError) as told:
        checked("select median(x) as m from t where name = 'SECRET'")
    assert "SECRET" not in str(told.value)
