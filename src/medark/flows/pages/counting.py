"""Rows of datasets filtered, counted and summed up as a page asks for them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from medark.errors import DefinitionError
from medark.govern.small_counts import is_small, shown
from medark.sdk.shows import Answer, Counts, Row, Rows, Sums, View

Query = Callable[..., pa.Table]
_NUMBER: Final = "count"
_MOST_GROUPS: Final = 1000


def counted(query: Query, needed: Counts, total: int, least: int) -> Answer:
    """How many rows of `shown` there are by the values of columns; small counts are left out."""
    by = ", ".join(map(quoted, needed.by))
    grouped = f" GROUP BY {by} ORDER BY {by}" if by else ""
    found = query(f"SELECT {by}{',' if by else ''} count(*) AS {_NUMBER} FROM shown{grouped} LIMIT {_MOST_GROUPS + 1}")
    if found.num_rows > _MOST_GROUPS:
        raise DefinitionError("a page counts by more values than it can show", fix="count by a band of them")
    told = _counts(found.to_pylist(), total, least)
    return Answer(tuple(map(plain, told)), None if is_small(total, least) else total)


def summed(query: Query, needed: Sums, asked: View) -> Answer:
    """A column of the rows of `shown` that a query asks for, summed up by others."""
    where, values = where_of(needed.of, asked)
    by, amount = ", ".join(map(quoted, needed.by)), quoted(needed.amount)
    found = query(
        f"SELECT {by}, sum({amount}) AS {amount} FROM shown{where} GROUP BY {by} ORDER BY sum({amount}) DESC, {by}",
        values,
    ).to_pylist()
    return Answer(tuple(map(plain, found[: needed.of.limit])), len(found), max(0, len(found) - needed.of.limit))


def where_of(needed: Rows, asked: View) -> tuple[str, list[Any]]:
    """The rows that the query asks for: a WHERE, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    for name, among in needed.wanted(asked.query).items():
        parts.append(f"CAST({quoted(name)} AS VARCHAR) IN ({', '.join('?' * len(among))})")
        values += among
    for day, comparison in zip(needed.days(asked.query), (">=", "<="), strict=True):
        if day is not None:
            parts.append(f"CAST({quoted(needed.between)} AS DATE) {comparison} ?")
            values.append(day)
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _counts(rows: Sequence[Row], total: int, least: int) -> list[dict[str, Any]]:
    """Counts, small ones left out; and with a single one the smallest of the others, or the total would tell it."""
    told = shown(rows, least, [_NUMBER])
    hidden = [row for row in told if row[_NUMBER] is None]
    others = [row for row in told if row[_NUMBER] is not None]
    if len(hidden) == 1 and others and not is_small(total, least):
        min(others, key=lambda row: int(row[_NUMBER]))[_NUMBER] = None
    return told


def plain(row: Mapping[str, Any]) -> Row:
    """Dates as 2024-07-01, as a page shows them."""
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.isoformat(" ", "minutes")
        case dt.date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return value


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'
