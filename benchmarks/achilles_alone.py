"""Each of Achilles' analyses of a made lake as queries of its own: as directly as the engine allows, or as published

`Asked`: of which rows something is counted or distributed, by what. `direct`: one query, with count(DISTINCT) and
quantile_disc. `published`: in the shape of the SQL that Achilles 1.7 itself runs (github.com/OHDSI/Achilles,
Apache-2.0; its method, in our own words): strata as text in a temporary table; and for a distribution the rows staged
in a temporary table, then counted and numbered by value, each value joined with those that are not above it for what is
accumulated, and percentiles read off that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from achilles_over_tables import days_after_death, direct, published
from medark.check.achilles import Analysis, Part, event_kinds, events, parts
from medark.check.achilles.counting import Counting
from medark.check.achilles.event_tables import BY_NAME, TABLES, Events
from medark.check.achilles.plan import BY_DETAIL, BY_VISIT
from medark.check.achilles.terms import ROWS, text_of
from medark.sql.render import plain

_WORD = re.compile(r"[a-z_]+")
_SHARES = {"median": 0.5, "p10": 0.1, "p25": 0.25, "p75": 0.75, "p90": 0.9}


@dataclass(frozen=True, slots=True)
class Asked:
    """FROM and WHERE; what is counted; by what; the value that is distributed, if any."""

    of: str
    count: str = "count(*)"
    by: tuple[str, ...] = ()
    value: str = ""

    def direct(self) -> list[str]:
        """One query."""
        v = self.value
        spread = f"count(*), min({v}), max({v}), avg({v}), stddev_samp({v}), quantile_disc({v}, {[*_SHARES.values()]})"
        by = ", ".join(self.by)
        told = f"{by}, {spread if v else self.count}" if by else spread if v else self.count
        return [f"select {told} from {self.of}{f' group by {by}' if by else ''}"]

    def published(self) -> list[str]:
        """Queries, the results in `counted_alone`."""
        return _distributed(self) if self.value else [_counted(self)]


def alone(analysis: Analysis) -> Iterator[tuple[list[str], list[str]]]:
    """The queries of one analysis: directly, and as they are published."""
    table = BY_NAME.get(analysis.table)
    counting = event_kinds.KINDS.get(analysis.counts)
    if analysis.analysis_id in (BY_VISIT, BY_DETAIL):
        some = [_of_records(one, by) for one in TABLES for n, by in events.by_visit(one) if n == analysis.analysis_id]
    elif days := days_after_death(analysis):
        some = [Asked(days, value="days")]
    elif query := direct(analysis):
        yield query, query
        return
    elif table is None or counting is None:
        for part in parts({analysis.analysis_id}):
            yield (queries := list(_inlined(part))), published(analysis) or queries
        return
    else:
        some = [_of_people(table).get(analysis.counts) or _of_records(table, counting)]
    yield from ((one.direct(), one.published()) for one in some)


def _counted(asked: Asked) -> str:
    strata = "".join(f"cast({one} as varchar) as stratum_{n}, " for n, one in enumerate(asked.by, 1))
    grouped = f" group by {', '.join(asked.by)}" if asked.by else ""
    return f"create or replace temp table counted_alone as select {strata}{asked.count} as n from {asked.of}{grouped}"


def _distributed(asked: Asked) -> list[str]:
    names = [f"stratum_{n}" for n, _ in enumerate(asked.by, 1)]
    strata = "".join(f"{one} as {name}, " for one, name in zip(asked.by, names, strict=True))
    by = "".join(f"{name}, " for name in names)
    grouped = f" group by {', '.join(names)}" if names else ""
    part = f"partition by {', '.join(names)} " if names else ""
    same = "".join(f"s.{name} = p.{name} and " for name in names)
    joined = f"join overall as o on {' and '.join(f'o.{name} = p.{name}' for name in names)}" if names else ""
    of_all = "".join(f"cast(o.{name} as varchar) as {name}, " for name in names)
    shares = ", ".join(
        f"min(case when p.accumulated >= {share} * o.n then p.value else o.most end) as {name}"
        for name, share in _SHARES.items()
    )
    raw = f"select {strata}cast({asked.value} as double) as value from {asked.of}"
    return [
        f"create or replace temp table raw_alone as {raw}",
        f"""
create or replace temp table counted_alone as with
overall as (
  select {by}avg(value) as mean, stddev_samp(value) as spread, min(value) as least, max(value) as most, count(*) as n
  from raw_alone{grouped}
),
stats as (
  select {by}value, count(*) as n, row_number() over ({part}order by value) as place from raw_alone
  group by {by}value
),
prior as (
  select {"".join(f"s.{name}, " for name in names)}s.value, sum(p.n) as accumulated
  from stats as s join stats as p on {same}p.place <= s.place
  group by {"".join(f"s.{name}, " for name in names)}s.value, s.n, s.place
)
select {of_all}o.n, o.least, o.most, o.mean, o.spread, {shares}
from prior as p {joined or "cross join overall as o"}
group by {"".join(f"o.{name}, " for name in names)}o.n, o.least, o.most, o.mean, o.spread
""",
    ]


def _inlined(part: Part) -> Iterator[str]:
    made = ", ".join(f"{one.name} as ({plain(one.sql, 'duckdb')})" for some in (part.made, part.sums) for one in some)
    for sql in (*part.counts, *(one.sql for one in part.values)):
        yield f"with {made} {plain(sql, 'duckdb')}" if made else plain(sql, "duckdb")


def _of_records(table: Events, counting: Counting) -> Asked:
    """Of what can be told of records only what this analysis asks for, joined with no more than that needs."""
    columns, joins = events.told_of_records(table)
    where = counting.where.sql if counting.where else ""
    distributed = table.distributed.get(str(counting.of).removeprefix("{t}_"), ())
    narrowed = ""
    if distributed:
        columns = {"concept_id": f"t.{table.concept}", "unit_concept_id": "t.unit_concept_id", **table.amounts}
        joins = {"s": joins["s"].removeprefix("left ")}
        narrowed = " where " + " and ".join(f"{columns[one]} is not null" for one in distributed)
    by, count = tuple(map(text_of, counting.by)), text_of(counting.count)
    part = text_of(counting.part) if counting.part else ""
    used = set(_WORD.findall(" ".join((where, *by, count, part, counting.value))))
    cells = {name: told for name, told in columns.items() if name in used}
    letters = set(re.findall(r"\b([a-z])\.", " ".join(cells.values())))
    joined = " ".join(join for letter, join in joins.items() if letter in letters or distributed)
    kept = "".join(f", {told} as {name}" for name, told in cells.items())
    source = (
        f"(select 1 as n{kept} from {table.table} as t {joined}{narrowed}) as r{f' where {where}' if where else ''}"
    )
    return Asked(source, "count(*)" if counting.count in (ROWS, "n") else count, by, counting.value)


def _of_people(table: Events) -> dict[str, Asked]:
    """What counts people, as Achilles writes it: everything from the records."""
    c, d, t = f"t.{table.concept}", f"t.{table.day}", table.table
    joined = f"spans as s on s.person_id = t.person_id and {d} >= s.first_no and {d} <= s.last_no"
    inside, beside = f"{t} as t join {joined}", f"{t} as t left join {joined}"
    person = "join person as p on p.person_id = t.person_id"
    year, month = f"year({d})", f"year({d}) * 100 + month({d})"
    decile = f"floor(({year} - p.year_of_birth) / 10)"
    people, sex = "count(distinct t.person_id)", "p.gender_concept_id"
    first = f"(select t.person_id, {c} as c, min({year}) as y from {inside} group by all) as t {person}"
    age = "y - p.year_of_birth"
    concepts = f"(select count(distinct {c}) as n from {inside} group by t.person_id) as r"
    often = f"(select {c} as c, count(*) as n from {inside} group by t.person_id, c) as r"
    outside = f"{beside} where s.person_id is null"
    known = f"{t} as t left join person as p on p.person_id = t.person_id where p.person_id is null"
    least = "sum(count(*)) over (partition by c order by n desc)"
    return {
        "people by concept": Asked(inside, people, (c,)),
        "records by concept": Asked(inside, by=(c,)),
        "people by concept and month": Asked(inside, people, (c, month)),
        "people by month": Asked(inside, people, (month,)),
        "records by month": Asked(inside, by=(month,)),
        "concepts of a person": Asked(concepts, value="n"),
        "people by concept, year, sex and age decile": Asked(f"{inside} {person}", people, (c, year, sex, decile)),
        "people by year, sex and age decile": Asked(f"{inside} {person}", people, (year, sex, decile)),
        "people by year": Asked(inside, people, (year,)),
        "age at the first record by concept and sex": Asked(first, by=("c", sex), value=age),
        "age at the first record by sex": Asked(first, by=(sex,), value=age),
        "records of unknown people": Asked(known),
        "records outside observation periods": Asked(outside),
        "records inside observation periods": Asked(inside),
        "share of people with records outside observation periods": Asked(
            outside, f"{people} / (select {people} from {t} as t)"
        ),
        "share of records outside observation periods": Asked(outside, f"count(*) / (select count(*) from {t} as t)"),
        "people with at least so many records by concept": Asked(often, least, ("c", "n")),
    }
