"""Analyses of no single table of events, by queries in the shape of those that Achilles 1.7 runs for them

Its method (github.com/OHDSI/Achilles, Apache-2.0), in our own words. 117: every month of two centuries beside all
periods that touch it. 2000 to 2003: the people of each table, intersected. 2004: the people of each of seven tables
staged, each choice of tables intersected by a query of its own, all people counted beside it. 512 to 515: the last
record of everybody, then those who died.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from medark.check.achilles import Analysis, across

_IN_ALL = {
    "people with a condition and a drug": ("condition_occurrence", "drug_exposure"),
    "people with a condition and a procedure": ("condition_occurrence", "procedure_occurrence"),
    "people with a measurement, a condition and a drug": ("measurement", "condition_occurrence", "drug_exposure"),
    "people with a visit": ("visit_occurrence",),
}
_MONTH = "year({day}) * 100 + month({day})"


def published(analysis: Analysis) -> list[str]:
    """The queries of an analysis, the result in `counted_alone`; none where ours are no cheaper than those."""
    if analysis.counts == "people with a period on some day of a month":
        return [_by_month(analysis.table)]
    if analysis.counts in across.OVERLAPS and analysis.counts.endswith("tables that they are in"):
        return list(_choices())
    return []


def direct(analysis: Analysis) -> list[str]:
    """The query of an analysis of who is in all of some tables, which is the published one too; none for others."""
    tables = _IN_ALL.get(analysis.counts, ())
    people = " intersect ".join(f"select distinct person_id from {table}" for table in tables)
    return [f"select count(*) from ({people}) as i"] if tables else []


def days_after_death(analysis: Analysis) -> str:
    """A relation with the days from death to the last record of a table; "" if it asks for something else."""
    for name, (table, day) in across.LAST.items():
        if analysis.counts == f"days from death to the last {name}":
            last = f"select person_id, max({day}) as last_day from {table} group by person_id"
            days = "select date_diff('day', d.death_date, l.last_day) as days from death as d"
            return f"({days} join ({last}) as l on l.person_id = d.person_id) as r"
    return ""


def _by_month(table: str) -> str:
    first, last = (_MONTH.format(day=f"p.{table}_{end}_date") for end in ("start", "end"))
    return (
        "create or replace temp table counted_alone as"
        " with months as (select y * 100 + m as m from range(1900, 2100) as a(y) cross join range(1, 13) as b(m))"
        f" select cast(t.m as varchar) as stratum_1, count(distinct p.person_id) as n from months as t"
        f" left join {table} as p on {first} <= t.m and {last} >= t.m"
        " group by t.m having count(distinct p.person_id) > 0"
    )


def _choices() -> Iterator[str]:
    for table in across.DOMAINS:
        yield f"create or replace temp table of_{table} as select distinct person_id from {table}"
    choices = [bits for bits in product((0, 1), repeat=len(across.DOMAINS)) if any(bits)]
    first, *others = map(_chosen, choices)
    yield f"create or replace temp table counted_alone as {first}"
    for told in others:  # as one query, all are held in memory at once
        yield f"insert into counted_alone {told}"


def _chosen(bits: tuple[int, ...]) -> str:
    tables = [table for table, bit in zip(across.DOMAINS, bits, strict=True) if bit]
    people = " intersect ".join(f"select person_id from of_{table}" for table in tables)
    share = "cast(1.0 * c.n / w.n as varchar)"
    every = "(select count(distinct person_id) as n from person) as w"
    return (
        f"select '{''.join(map(str, bits))}' as stratum_1, {share} as stratum_2, c.n as n"
        f" from (select count(*) as n from ({people}) as i) as c, {every}"
    )
