"""Keys of a table: those that are there twice, and what refers to nothing"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medark.check.checks import Check
from medark.check.counting import Count, Counts, Row, Scan
from medark.check.dqd.rows import column


def scans(table: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """One query for all keys of a table: each reads no more than its own column."""
    parts = {check.id: _violated(check) for check in checks if is_key(check)}
    if not parts:
        return
    sql = " union all ".join(f"select '{name}' as id, {part}" for name, part in parts.items())

    def take(rows: Iterable[Row]) -> Counts:
        return Counts({row["id"]: Count(int(row["violated"] or 0), int(row["of_rows"])) for row in rows})

    yield Scan(f"keys of {table}", sql, take)


def is_key(check: Check) -> bool:
    """Is it a check of a key other than a concept's?"""
    is_reference = check.kind.name == "isForeignKey" and not check.value.startswith("concept.")
    return is_reference or check.kind.name == "isPrimaryKey"


def _violated(check: Check) -> str:
    field = column(check.column)
    if check.kind.name == "isPrimaryKey":
        keys = f"select {field}, count(*) as n from {check.table} as t group by {field}"
        return (
            "sum(case when k.n > 1 then k.n else 0 end) as violated, coalesce(sum(k.n), 0) as of_rows"
            f" from ({keys}) as k"
        )
    table, _, key = check.value.partition(".")
    known = f'(select distinct "{key}" as known_key from {table})'
    lost = f"sum(case when {field} is not null and k.known_key is null then 1 else 0 end) as violated"
    return f"{lost}, count(*) as of_rows from {check.table} as t left join {known} as k on k.known_key = {field}"
