"""Checks of whole tables that count people: who has no row, no era, or two observation periods at once"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from medark.check.checks import Check
from medark.check.counting import Count, Counts, Row, Scan

_COUNTED = "coalesce(sum(w.is_violated), 0) as violating, count(*) as of_people"


def scans(checks: Sequence[Check]) -> Iterator[Scan]:
    """A query for each: people and one column of the table."""
    for check in checks:
        if check.kind.name in _SQL:
            sql, among = _SQL[check.kind.name].format(table=check.table), _AMONG.get(check.kind.name, "")
            yield Scan(check.id, sql, _taken(check), "without" if among else "people", check.table, among=among)


def _taken(check: Check) -> Callable[[Iterable[Row]], Counts]:
    def take(rows: Iterable[Row]) -> Counts:
        (row,) = rows
        return Counts({check.id: Count(int(row["violating"]), int(row["of_people"]))})

    return take


_AMONG = {"measurePersonCompleteness": "person", "measureConditionEraCompleteness": "condition_occurrence"}
_WITHOUT = "case when h.person_id is null then 1 else 0 end as is_violated"
_SQL = {
    "measurePersonCompleteness": f"""
select {_COUNTED} from (
  select {_WITHOUT} from person as p
  left join (select distinct person_id from {{table}}) as h on h.person_id = p.person_id
) as w
""",
    "measureConditionEraCompleteness": f"""
select {_COUNTED} from (
  select {_WITHOUT} from (select distinct person_id from condition_occurrence) as p
  left join (select distinct person_id from condition_era) as h on h.person_id = p.person_id
) as w
""",
    "measureObservationPeriodOverlap": f"""
select {_COUNTED} from (
  select
    max(case when date_diff('day', o.ended_before, o.observation_period_start_date) <= 1 then 1 else 0 end)
      as is_violated
  from (
    select
      person_id,
      observation_period_start_date,
      max(observation_period_end_date) over (
        partition by person_id order by observation_period_start_date, observation_period_id
        rows between unbounded preceding and 1 preceding
      ) as ended_before
    from observation_period
  ) as o
  group by o.person_id
) as w
""",
}
