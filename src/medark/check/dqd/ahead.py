"""Checks whose limit moves with the days: values that lie ahead, and until when they do"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from medark.check.checks import Check
from medark.check.counting import FILE_NO, Count, Counts, Piece, Row, Scan
from medark.check.dqd.rows import column, moves

UNTIL = "until"  # the day on which a value no longer is too high; NULL: how many values there are
_NEVER = "date '9999-12-31'"


def scans(table: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """One query for all such columns of a table: as days go by, less of its answer counts, and nothing more."""
    moving = [check for check in checks if moves(check)]
    if not moving:
        return

    def take(rows: Iterable[Row]) -> Counts:
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for row in rows:
            found[row["place"]][row[UNTIL] is None] += int(row["n"])
        return Counts({check.id: Count(*found[place]) for place, check in enumerate(moving)})

    by_file = f", t.{FILE_NO}"
    pieces = tuple(
        Piece(
            check.column, " union all ".join(_of(place, check, by_file)), {"place": place, UNTIL: None}, True,
            rest=_of_ahead(place, check, by_file), ahead=UNTIL if check.value == "tomorrow" else "",
        )
        for place, check in enumerate(moving)
    )  # fmt: skip
    name, sql = f"days ahead in {table}", _sql(moving, "")
    yield Scan(name, sql, take, "rows", table, by_file=_sql(moving, by_file), pieces=pieces)


def _sql(checks: Sequence[Check], part: str) -> str:
    return " union all ".join(one for place, check in enumerate(checks) for one in _of(place, check, part))


def _of(place: int, check: Check, part: str) -> Iterator[str]:
    field, rows = column(check.column), f"from {check.table} as t"
    grouped = f" group by {part.strip(', ')}" if part else ""
    yield f"select {place} as place, cast(null as date) as {UNTIL}, count({field}) as n{part} {rows}{grouped}"
    yield _of_ahead(place, check, part)


def _of_ahead(place: int, check: Check, part: str) -> str:
    field = column(check.column)
    until = _until(check, field)
    which = f"from {check.table} as t where {field} > {limit(check)} group by {until}{part}"
    return f"select {place} as place, {until} as {UNTIL}, count(*) as n{part} {which}"


def limit(check: Check) -> str:
    """What a value may not be above, today."""
    if check.value == "tomorrow":
        return "cast(cast(:today as date) + 1 * interval 1 day as date)"
    return "extract(year from cast(:today as date)) + 1"


def _until(check: Check, field: str) -> str:
    if check.value == "tomorrow":
        day = f"cast({field} as date)"
        return f"cast({day} - case when {field} > {day} then 0 else 1 end * interval 1 day as date)"
    return f"coalesce(try_cast(cast({field} - 1 as varchar) || '-01-01' as date), {_NEVER})"
