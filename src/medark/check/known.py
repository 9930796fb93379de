"""What the gate holds rows against: who is known, which rows can be referred to, which days can be true"""

from __future__ import annotations

from collections.abc import Collection

from medark.check import reasons
from medark.model.omop import person_column, tables

MANY = 20  # people or visits: fewer can't show that a source's dates are shifted
# The lake may be large and a wave one message: of the lake, only rows of the wave's own people are looked at.
_OF_THE_WAVE = "person_id in (select person_id from person_key)"


def date_horizon(present: Collection[str]) -> str:
    """One row, `last_day`: the last that can be true; NULL where the source's dates are shifted.

    De-identified sources move whole lives into the future (MIMIC: the years 2100 to 2200). One row can't tell that;
    most births or visits of many can, or those the lake already holds of the same people.
    """
    evidence = " union all ".join((
        _ahead("person", "year_of_birth > extract(year from cast(:arrived as date))", "person" in present),
        _ahead("visit_occurrence", "visit_start_date > cast(:arrived as date)", "visit_occurrence" in present),
    ))  # fmt: skip
    return f"""
select
  case
    when max(case when ahead * 2 > told and (told >= {MANY} or held > 0) then 1 else 0 end) = 0
    then cast(cast(:arrived as date) + {reasons.DAYS_AHEAD} * interval 1 day as date)
  end as last_day
from ({evidence}) as evidence
"""


def known_person(present: bool) -> str:
    """People who are accepted or in the lake, with the first day on which anything can be told of them."""
    columns = "person_id, year_of_birth, month_of_birth, day_of_birth"
    people = f"select {columns} from lake_person where {_OF_THE_WAVE}"
    if present:
        people = f"""
          select {columns} from person_checked where reason is null
          union all
          select {_list(columns, "l")} from lake_person as l
          left join person_checked as p on p.person_id = l.person_id and p.reason is null
          where p.person_id is null and l.{_OF_THE_WAVE}"""
    return f"""
select
  person_id,
  cast(coalesce(try_cast(born_month || '-' || cast(coalesce(day_of_birth, 1) as varchar) as date),
                try_cast(born_month || '-1' as date))
       - {reasons.LONGEST_PREGNANCY} * interval 1 day as date) as first_day
from (
  select p.*, cast(year_of_birth as varchar) || '-' || cast(coalesce(month_of_birth, 1) as varchar) as born_month
  from ({people}) as p
) as born
"""


def known_death(present: bool) -> str:
    """Those who died, with the last day on which anything can be told of them."""
    deaths = f"select person_id, death_date from lake_death where {_OF_THE_WAVE}"
    if present:
        deaths += " union all select person_id, death_date from death_checked where reason is null"
    return f"""
select person_id, cast(max(death_date) + {reasons.GRACE_AFTER_DEATH} * interval 1 day as date) as last_day
from ({deaths}) as deaths
group by person_id
"""


def known_rows(table: str, fresh: str = "") -> str:
    """Keys of a table's rows, those of the lake and those of this wave (`fresh`: the relation they are in)."""
    key = tables()[table].primary_key
    lake = f"select {key} as known_id from lake_{table}"
    if person_column(table):
        lake += f" where {_OF_THE_WAVE}"
    return f"{lake} union select {key} as known_id from {fresh}" if fresh else lake


def _ahead(table: str, test: str, present: bool) -> str:
    """How many rows are told, how many lie ahead of the day of arrival, and how many of these the lake holds."""
    rows = f"select {test} as is_ahead, true as is_held from lake_{table} where {_OF_THE_WAVE}"
    if present:
        rows += f" union all select {test} as is_ahead, false as is_held from {table}_rows"
    return f"""
select
  count(*) as told,
  count(*) filter (where is_ahead) as ahead,
  count(*) filter (where is_ahead and is_held) as held
from ({rows}) as {table}_told"""


def _list(columns: str, alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns.split(", "))
