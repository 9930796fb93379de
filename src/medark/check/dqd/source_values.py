"""Source values that no standard concept was found for: distinct values, each by whether it is one"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from medark.check.checks import Check
from medark.check.counting import FILE_NO, Count, Counts, Row, Scan
from medark.check.dqd.rows import column


def scans(table: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """One query for all such columns of a table; a value that is missing counts as one."""
    mine = [check for check in checks if check.kind.name == "sourceValueCompleteness"]
    if not mine:
        return

    def take(rows: Iterable[Row]) -> Counts:
        every: dict[int, set[Hashable]] = defaultdict(set)
        without: dict[int, set[Hashable]] = defaultdict(set)
        for row in rows:
            every[row["place"]].add(row["source_value"])
            if row["is_zero"]:
                without[row["place"]].add(row["source_value"])
        return Counts({check.id: Count(len(without[n]), len(every[n])) for n, check in enumerate(mine)})

    yield Scan(f"source values of {table}", _sql(mine, ""), take, "rows", table, by_file=_sql(mine, f", t.{FILE_NO}"))


def _sql(checks: Sequence[Check], part: str) -> str:
    def of(place: int, check: Check) -> str:
        value, is_zero = column(check.column), f"coalesce({column(check.value)} = 0, false)"
        what = f"{place} as place, {value} as source_value, {is_zero} as is_zero, count(*) as n{part}"
        return f"select {what} from {check.table} as t group by {value}, {is_zero}{part}"

    return " union all ".join(of(place, check) for place, check in enumerate(checks))
