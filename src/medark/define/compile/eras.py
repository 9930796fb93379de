"""Eras: spans of days that overlap, or lie no more than a gap apart, run together"""

from __future__ import annotations

from sqlglot import exp

from medark.define.compile.written import query

# Of spans that start on one day the one that opens an era is counted first, so that the others fall into it.
_RUN_TOGETHER = """
SELECT {owner}, min(start_date) AS start_date, max(end_date) AS end_date, count(*) AS events FROM (
  SELECT {owner}, start_date, end_date, sum(opens) OVER (
    PARTITION BY {owner} ORDER BY start_date, opens DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS era_no FROM (
    SELECT {owner}, start_date, end_date,
      CASE WHEN date_diff('day', reached, start_date) <= {gap} THEN 0 ELSE 1 END AS opens
    FROM (
      SELECT {owner}, start_date, end_date, max(end_date) OVER (
        PARTITION BY {owner} ORDER BY start_date, end_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS reached FROM {spans} AS spans
    ) AS q
  ) AS q
) AS q GROUP BY {owner}, era_no
"""


def run_together(spans: exp.Select, owner: str, gap: int) -> exp.Select:
    """The eras of each `owner`: start_date, end_date, events. `spans`: owner, start_date, end_date, none missing."""
    return query(_RUN_TOGETHER, owner=owner, gap=gap, spans=spans)
