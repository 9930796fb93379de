"""Source values that no standard concept was found for: distinct values, each with how many of its rows have none"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medark.check.checks import Check
from medark.check.counting import FILE_NO, Count, Counts, Row, Scan
from medark.check.dqd.rows import column, times


def scans(table: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """One query for all such columns of a table; a value that is missing counts as one."""
    mine = [check for check in checks if check.kind.name == "sourceValueCompleteness"]
    if not mine:
        return

    def take(rows: Iterable[Row]) -> Counts:
        found = {place: [0, 0] for place in range(len(mine))}
        for row in rows:
            found[row["place"]][0] += row["n1"] > 0
            found[row["place"]][1] += 1
        return Counts({check.id: Count(*found[place]) for place, check in enumerate(mine)})

    yield Scan(f"source values of {table}", _sql(mine, ""), take, "rows", table, by_file=_sql(mine, f", t.{FILE_NO}"))


def _sql(checks: Sequence[Check], part: str) -> str:
    def of(place: int, check: Check) -> str:
        value, of_none = column(check.column), times(f"{column(check.value)} = 0")
        what = f"{place} as place, {value} as source_value, count(*) as n0, {of_none} as n1{part}"
        return f"select {what} from {check.table} as t group by {value}{part}"

    return " union all ".join(of(place, check) for place, check in enumerate(checks))
