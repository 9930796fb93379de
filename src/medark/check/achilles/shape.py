"""From what was counted to Achilles' two tables of results: cumulated, put in proportion, and with percentiles

Source: the percentiles are Achilles': the least value that so many per cent of all are not above; the deviation is that
of a sample.
"""

from __future__ import annotations

from typing import Final

from medark.check.achilles.analyses import STRATA, analyses

COUNTS: Final = ("analysis_id", *STRATA, "count_value")
PERCENTILES: Final = {"median": 50, "p10": 10, "p25": 25, "p75": 75, "p90": 90}  # so many per cent are not above
DISTRIBUTIONS: Final = (
    *COUNTS, "min_value", "max_value", "avg_value", "stdev_value", *(f"{name}_value" for name in PERCENTILES),
)  # fmt: skip
AT_LEAST: Final = "people with at least so many records by concept"
SHARES: Final = (
    "share of people with records outside observation periods", "share of records outside observation periods",
)  # fmt: skip
SHARES_BY_CONCEPT: Final = "share of records without a value by concept"
OF_ALL: Final = "people by tables that they are in"
TOLD_EXACTLY: Final = tuple(  # their strata are counts
    one.analysis_id for one in analyses() if one.counts in (*SHARES, SHARES_BY_CONCEPT, OF_ALL)
)


def _numbers(*kinds: str) -> str:
    """The analyses of these kinds, as SQL lists them."""
    return ", ".join(str(one.analysis_id) for one in analyses() if one.counts in kinds)


def counts(relation: str) -> str:
    """The rows of achilles_results, of what was counted."""
    strata = ", ".join(STRATA)
    shaped = _numbers(AT_LEAST, *SHARES, SHARES_BY_CONCEPT, OF_ALL)
    return f"""
select analysis_id, {strata}, count_value from {relation} where analysis_id not in ({shaped})
union all
select analysis_id, {strata}, cast(round(sum(count_value) over (
    partition by analysis_id, stratum_1 order by part desc rows between unbounded preceding and current row
  )) as bigint) as count_value
from {relation} where analysis_id in ({_numbers(AT_LEAST)})
union all
select analysis_id, {_share("part", "count_value")} as stratum_1, cast(part as varchar) as stratum_2,
  cast(count_value as varchar) as stratum_3, stratum_4, stratum_5,
  cast(case when part > 0 then 1 else 0 end as bigint) as count_value
from {relation} where analysis_id in ({_numbers(*SHARES)}) and count_value > 0
union all
select analysis_id, stratum_1, cast(part as varchar) as stratum_2, {_share("part", "count_value")} as stratum_3,
  stratum_4, stratum_5, count_value
from {relation} where analysis_id in ({_numbers(SHARES_BY_CONCEPT)})
union all
select analysis_id, stratum_1, {_share("count_value", "part")} as stratum_2, stratum_3, stratum_4, stratum_5,
  count_value
from {relation} where analysis_id in ({_numbers(OF_ALL)})
"""


def _share(part: str, whole: str) -> str:
    """A share with six decimals, as text: 0.250000; NULL of nothing."""
    millionths = f"cast(round({part} / nullif({whole}, 0) * 1000000) as bigint)"
    return (
        f"cast(cast(floor({millionths} / 1000000) as bigint) as varchar) || '.'"
        f" || substr(cast(1000000 + {millionths} % 1000000 as varchar), 2)"
    )
