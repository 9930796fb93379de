"""Rows by month and source: months that are empty, months unlike those around them, and changes that stay

What is usual of a month: see `months`. The first and the last month are not judged, nor is what lies before and after
the months that hold 98 per cent of the rows. Where more months are empty than have rows, days were moved so that nobody
is known by them, or few people came: nothing is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import ORIGIN, Family, Found, Tallied, Tally, check_of, is_of_source, source_named
from medark.check.further.months import LEAST, steps, unlike_others

DATED: Final[Mapping[str, str]] = {
    "visit_occurrence": "visit_start_date", "condition_occurrence": "condition_start_date",
    "drug_exposure": "drug_exposure_start_date", "procedure_occurrence": "procedure_date",
    "measurement": "measurement_date", "observation": "observation_date", "note": "note_date",
}  # fmt: skip
_LEAST_MONTHS: Final = 6
_EDGE: Final = 0.01  # of the rows, on either side

MONTHS: Final = tuple(
    Tally(
        f"months of {table}",
        f"""
select o.source_no, cast(cast(date_trunc('month', t.{day}) as date) as varchar) as month, count(*) as n
from {table} as t {ORIGIN}
where t.{day} is not null
group by o.source_no, cast(cast(date_trunc('month', t.{day}) as date) as varchar)
""",
    )
    for table, day in DATED.items()
)


def months(rows: Mapping[int, int]) -> dict[int, int]:
    """Rows by month (counted from year 0) of the months to be judged, those without a row among them."""
    total, seen, kept = sum(rows.values()), 0, []
    for month, n in sorted(rows.items()):
        if seen + n > _EDGE * total and seen < (1 - _EDGE) * total:
            kept.append(month)
        seen += n
    return {month: rows.get(month, 0) for month in range(kept[0] + 1, kept[-1])} if kept else {}


def month_no(month: str) -> int:
    """A month by its number.

    >>> month_no("2024-03-01") - month_no("2023-12-01")
    3
    """
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _without(rows: Mapping[int, int]) -> list[int]:
    return [month for month, n in rows.items() if not n]


_FIND: Final[Mapping[str, Callable[[Mapping[int, int]], list[int]]]] = {
    "monthWithoutRows": _without, "monthUnlikeOthers": unlike_others, "levelChanged": steps,
}  # fmt: skip


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    for table, number, rows in _judged(tallied):
        for kind, find in _FIND.items():
            check = check_of(kind, table, DATED[table], source_named(sources, number))
            yield check, Count(len(find(rows)), len(rows))


def _judged(tallied: Tallied) -> Iterator[tuple[str, int | None, dict[int, int]]]:
    """Table, source and rows by month, where there is enough to judge by."""
    for table in DATED:
        by_source: dict[int | None, dict[int, int]] = defaultdict(dict)
        for row in tallied[f"months of {table}"]:
            by_source[row["source_no"]][month_no(row["month"])] = int(row["n"])
        for number, counted in sorted(by_source.items(), key=lambda one: (one[0] is None, one[0])):
            rows = months(counted)
            full = [n for n in rows.values() if n]
            if len(rows) >= _LEAST_MONTHS and 2 * len(full) >= len(rows) and median(full) >= LEAST:
                yield table, number, rows


def months_found(check: Check, tallied: Tallied, sources: Sequence[str]) -> list[str]:
    """The months that violate a check, as 2024-07."""
    mine = (rows for table, number, rows in _judged(tallied) if (table, source_named(sources, number)) == _of(check))
    find = _FIND[check.kind.name]
    return [f"{month // 12:04}-{month % 12 + 1:02}" for rows in mine for month in find(rows)]


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    """Rows of months with too many or too few, or of the first after a change; one without rows has none to show."""
    if check.kind.name == "monthWithoutRows":
        return ""
    days = ", ".join(f"date '{month}-01'" for month in months_found(check, tallied, sources))
    if not days:
        return ""
    month = f"cast(date_trunc('month', t.{check.column}) as date)"
    return f"from {check.table} as t {ORIGIN} where {is_of_source(check, sources)} and {month} in ({days})"


def _of(check: Check) -> tuple[str, str]:
    return check.table, check.source


DENSITY_FAMILY: Final = Family("density", MONTHS, _found, _violating)
