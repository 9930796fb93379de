"""People with events: how many have what in which month and year, at which age first, and how often

Each sum is written twice: as SQL over one row for each person, concept and month, and in `by_person` over arrays that
are sorted by person. Tests hold both equal to plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.check.achilles.counting import Made, Sum
from medark.check.achilles.periods import DECILE

_TOTAL: Final = "cast(round(sum({})) as bigint)"
# A month outside observation periods is below 0: one key less to group by than month and side.
_MONTH: Final = "extract(year from day) * 100 + extract(month from day)"
_SIGNED: Final = f"cast(case when is_inside = 1 then 1 else -1 end * ({_MONTH}) as integer)"
_MONTHS: Final = f"""
select person_id, concept_id, {_SIGNED} as month, count(*) as n
from {{t}}_rows group by person_id, concept_id, {_SIGNED}
"""
_YEARS: Final = f"""
select y.person_id, y.concept_id, y.year, y.n, p.gender_concept_id, p.year_of_birth as born,
  {DECILE.format(year="y.year").replace("born", "p.year_of_birth")} as decile
from (
  select person_id, concept_id, cast(floor(month / 100) as integer) as year, {_TOTAL.format("n")} as n
  from {{t}}_months where month > 0
  group by person_id, concept_id, cast(floor(month / 100) as integer)
) as y
left join person as p on p.person_id = y.person_id
"""
_FIRSTS: Final = f"""
select person_id, concept_id, min(year) as first_year, {_TOTAL.format("n")} as n,
  max(gender_concept_id) as gender_concept_id, max(born) as born
from {{t}}_years group by person_id, concept_id
"""
_EVERYBODY: Final = f"""
select m.person_id, m.inside, m.outside, p.person_id is not null as is_known, m.outside > 0 as has_outside
from (
  select person_id, {_TOTAL.format("case when month > 0 then n else 0 end")} as inside,
    {_TOTAL.format("case when month > 0 then 0 else n end")} as outside
  from {{t}}_months group by person_id
) as m
left join person as p on p.person_id = m.person_id
"""
_FIRST: Final = """
select gender_concept_id, min(first_year) - max(born) as age from {t}_firsts where born is not null
group by person_id, gender_concept_id
"""
_YEARS_OF: Final = "(select distinct person_id, year, gender_concept_id, decile from {t}_years) as y"
OF: Final = {
    "by_month": ("{t}_months where month > 0", ("concept_id", "month"), "count(*) as people, " + _TOTAL.format("n")),
    "in_month": ("(select distinct person_id, month from {t}_months where month > 0) as m", ("month",), ""),
    "by_year": ("{t}_years", ("concept_id", "year", "gender_concept_id", "decile"), ""),
    "in_year": (_YEARS_OF, ("year", "gender_concept_id", "decile"), ""),
    "often": ("(select concept_id, n as times from {t}_firsts) as f", ("concept_id", "times"), ""),
    "ages": (
        "(select concept_id, gender_concept_id, first_year - born as age from {t}_firsts where born is not null) as f",
        ("concept_id", "gender_concept_id", "age"), "",
    ),
    "age": (f"({_FIRST}) as f", ("gender_concept_id", "age"), ""),
    "concepts": ("(select count(concept_id) as times from {t}_firsts group by person_id) as f", ("times",), ""),
}  # fmt: skip


def made(table: str) -> Iterator[Made]:
    """Who had what in which month, and what follows from it: a row for each person and more."""
    for name, sql in (("months", _MONTHS), ("years", _YEARS), ("firsts", _FIRSTS), ("everybody", _EVERYBODY)):
        yield Made(f"{table}_{name}", sql.replace("{t}", table))


def sums(table: str) -> Iterator[Sum]:
    """How many people there are of what."""
    for name, (of, keys, measured) in OF.items():
        told, grouped = measured + " as n" if measured else "count(*) as people", ", ".join(keys)
        sql = f"select {grouped}, {told} from {of} group by {grouped}".replace("{t}", table)
        yield Sum(f"{table}_{name}", sql, keys, ("people", "n") if measured else ("people",))
    sides = f"count(*) as people, {_TOTAL.format('inside')} as inside, {_TOTAL.format('outside')} as outside"
    keys = ("is_known", "has_outside")
    sql = f"select {', '.join(keys)}, {sides} from {table}_everybody group by {', '.join(keys)}"
    yield Sum(f"{table}_sides", sql, keys, ("people", "inside", "outside"))
