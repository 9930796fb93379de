"""Rows that came much later than is usual: days from what happened to the delivery, the first of a source left out

A delay is late as one of reports is (see `timeliness`), and longer than a week.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import ORIGIN, Family, Found, Tallied, Tally, check_of, is_of_source, source_named
from medark.check.further.density import DATED
from medark.check.further.histogram import BINS, bin_sql
from medark.check.further.timeliness import LEAST, first_late

_WEEK: Final = math.ceil(BINS * math.log(8))  # days are counted from one
_THRESHOLD: Final = 1.0  # per cent


def _days(table: str) -> str:
    return bin_sql(f"greatest(date_diff('day', t.{DATED[table]}, o.arrived), 0) + 1")


ARRIVALS: Final = tuple(
    Tally(
        f"arrival of {table}",
        f"""
select o.source_no, {_days(table)} as bin, count(*) as n
from {table} as t {ORIGIN}
where o.arrived is not null and t.{DATED[table]} is not null
group by o.source_no, {_days(table)}
""",
    )
    for table in DATED
)


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    for table in DATED:
        for number, bins in sorted(_bins(tallied, table).items()):
            check = check_of("arrivedLate", table, DATED[table], source_named(sources, number), threshold=_THRESHOLD)
            limit = _limit(bins)
            if limit is not None:
                yield check, Count(sum(n for place, n in bins.items() if place >= limit), bins.total())


def _bins(tallied: Tallied, table: str) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for row in tallied[f"arrival of {table}"]:
        found[row["source_no"]][row["bin"]] += int(row["n"])
    return found


def _limit(bins: Counter[int]) -> int | None:
    return max(first_late(bins), _WEEK) if bins.total() >= LEAST else None


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    limit = _limit(_bins(tallied, check.table)[sources.index(check.source)])
    late = f"o.arrived is not null and {_days(check.table)} >= {limit}"
    return f"from {check.table} as t {ORIGIN} where {is_of_source(check, sources)} and {late}"


ARRIVAL_FAMILY: Final = Family("arrival", ARRIVALS, _found, _violating)
