"""Keys of a table that are there twice"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medark.check.checks import Check
from medark.check.counting import Count, Counts, Row, Scan
from medark.check.dqd.rows import column


def scans(checks: Sequence[Check]) -> Iterator[Scan]:
    """A query for each primary key."""
    for check in checks:
        if check.kind.name == "isPrimaryKey":
            yield _scan(check)


def _scan(check: Check) -> Scan:
    field = column(check.column)
    sql = f"""
select sum(case when k.n > 1 then k.n else 0 end) as violating, coalesce(sum(k.n), 0) as of_rows
from (select {field}, count(*) as n from {check.table} as t group by {field}) as k
"""

    def take(rows: Iterable[Row]) -> Counts:
        (row,) = rows
        return Counts({check.id: Count(int(row["violating"] or 0), int(row["of_rows"]))})

    return Scan(f"key of {check.table}", sql, take, "keys", check.table, key=check.column)
