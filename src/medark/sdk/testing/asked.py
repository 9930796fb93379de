"""What pages ask for, answered over rows in memory as the platform answers it"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from medark.define.memory import Evidence
from medark.model.card import Card
from medark.sdk.shows import Answer, Meetings, Rows, Sums, View

Row = dict[str, Any]


def page_of(rows: list[Row], needed: Rows, asked: View) -> Answer:
    """As the platform's own: by the order asked for, missing values last."""
    left = filtered(rows, needed, asked)
    for name in reversed(needed.order):
        column = name.removeprefix("-")
        held = sorted(
            (row for row in left if row[column] is not None), key=lambda row: row[column], reverse=name[0] == "-"
        )
        left = held + [row for row in left if row[column] is None]
    first = (asked.page_no - 1) * needed.limit
    shown = left[first : first + needed.limit]
    told = tuple({name: _cell(row[name]) for name in needed.columns} for row in shown)
    return Answer(told, len(left), max(0, len(left) - first - len(shown)))


def filtered(rows: list[Row], needed: Rows, asked: View) -> list[Row]:
    """The rows that the query asks for."""
    first, last = needed.days(asked.query)
    wanted = needed.wanted(asked.query)
    return [
        row
        for row in rows
        if needed.is_asked(asked.query)
        and all(str(row[name]) in among for name, among in wanted.items())
        and (first is None or _day(row[needed.between]) >= first)
        and (last is None or _day(row[needed.between]) <= last)
    ]


def meetings(cases: list[Row], stays: list[Row], needed: Meetings) -> Answer:
    """The longest meeting of each person and case at each place, the latest first."""
    ill = {row["person_id"] for row in cases}
    was = [(case, mine) for case in cases for mine in stays if _is_near(case, mine, needed)]
    apart = dt.timedelta(needed.apart)
    held: dict[tuple[Any, ...], Row] = {}
    for case, mine in was:
        for other in stays:
            first, last = (
                max(mine["entry_start"] - apart, other["entry_start"]),
                min(mine["entry_end"] + apart, other["entry_end"]),
            )
            if other[needed.place] != mine[needed.place] or first > last or other["person_id"] in ill:
                continue
            told = {"person_id": other["person_id"], "case": case["person_id"], needed.place: other[needed.place]}
            key = tuple(told.values())
            if key not in held or last - first > held[key]["last"] - held[key]["first"]:
                held[key] = told | {"first": first, "last": last} | {name: other[name] for name in needed.columns}
    rows = sorted(held.values(), key=lambda row: row["person_id"])
    rows.sort(key=lambda row: row["first"], reverse=True)
    shown = tuple({name: _cell(value) for name, value in row.items()} for row in rows[: needed.limit])
    return Answer(shown, len(rows), len(rows) - len(shown))


def _is_near(case: Row, stay: Row, needed: Meetings) -> bool:
    """Was it the case who stayed somewhere, in the days that count?"""
    day = _day(case["entry_start"])
    return (
        stay["person_id"] == case["person_id"]
        and stay[needed.place] is not None
        and _day(stay["entry_end"]) >= day - dt.timedelta(needed.before)
        and _day(stay["entry_start"]) <= day + dt.timedelta(needed.after)
    )


def _day(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def counts(rows: list[Row], by: tuple[str, ...]) -> Answer:
    """How many rows there are by the values of columns."""
    counted: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = tuple(_cell(row[name]) for name in by)
        counted[key] = counted.get(key, 0) + 1
    ordered = sorted(counted, key=lambda key: tuple((cell is None, str(cell)) for cell in key))
    told = [{**dict(zip(by, key, strict=True)), "count": counted[key]} for key in ordered]
    return Answer(tuple(told) if by else ({"count": len(rows)},), len(rows))


def sums(rows: list[Row], needed: Sums, asked: View) -> Answer:
    """A column summed up by others, the largest sums first."""
    held: dict[tuple[Any, ...], Any] = {}
    for row in filtered(rows, needed.of, asked):
        key = tuple(row[name] for name in needed.by)
        held[key] = held.get(key, 0) + row[needed.amount]
    ordered = sorted(held, key=lambda key: (-held[key], tuple((cell is None, str(cell)) for cell in key)))
    told = tuple({**dict(zip(needed.by, key, strict=True)), needed.amount: held[key]} for key in ordered)
    return Answer(told[: needed.of.limit], len(told), max(0, len(told) - needed.of.limit))


def card_row(rule: str, card: Card, values: Mapping[str, Any], evidence: Iterable[Evidence]) -> Row:
    """A card as a page of its application is given it."""
    return {
        "rule": rule, "summary": card.summary, "detail": card.detail, "indicator": card.indicator.value,
        "source": card.source.label, "values": {name: _cell(value) for name, value in values.items()},
        "evidence": [f"{row.table}.{row.key}" for row in evidence],
    }  # fmt: skip


def _cell(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.isoformat(" ", "minutes")
        case dt.date():
            return value.isoformat()
    return value
