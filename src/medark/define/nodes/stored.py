"""Columns asked for by role (start, end, concept …) as expressions over stored columns"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from medark.define.kinds import Kind
from medark.define.nodes.frames import Eras, Pair, Root, Table
from medark.define.nodes.values import Call, Column, Literal, PickedColumn, Value

_Column = Callable[[str], Value]


@lru_cache(maxsize=4096)
def stored(column: Column | PickedColumn) -> Value:
    """The same value over columns that the lake holds. Stored columns come back as they are.

    start is the time, or midnight of the day where no time was written down; end likewise, or the start where an event
    has no end. A birth_date of which only the year is known is 1 July, only year and month the 1st: the middle and not
    the edge, so that an age is wrong by half a year at most.
    """
    if isinstance(column, Column):
        return _expressed(_side(column.rows, column.side), column.name, lambda name: _again(column, name))
    return _expressed(_side(column.pick.root, column.side), column.name, lambda name: _again(column, name))


def _again(column: Column | PickedColumn, name: str) -> Value:
    if isinstance(column, Column):
        return Column(column.rows, name, column.side)
    return PickedColumn(column.pick, name, column.side)


def _side(root: Root, side: str) -> Root:
    return getattr(root, side).root if isinstance(root, Pair) else root


def _expressed(root: Root, name: str, column: _Column) -> Value:
    if isinstance(root, Eras):
        return Call("at_midnight", (column(f"{name}_date"),)) if name in ("start", "end") else column(name)
    assert isinstance(root, Table)
    spec = root.spec
    if name in ("concept", "source_concept", "key", "visit"):
        return column(getattr(spec, name))
    if name == "birth_date" and root.name == "person":
        return _birth_date(column)
    times = {"start_date": (spec.start, ""), "start": (spec.start, spec.start_time),
             "end_date": (spec.end, ""), "end": (spec.end, spec.end_time)}  # fmt: skip
    if name not in times:
        return column(name)
    date, time = times[name]
    return _moment(column, date, time, name)


def _moment(column: _Column, date: str, time: str, role: str) -> Value:
    start = "start_date" if role.endswith("_date") else "start"
    if not date:  # an event without an end
        return stored(column(start))
    if role.endswith("_date"):
        value = column(date)
    else:
        value = Call("at_midnight", (column(date),))
        value = Call("if_missing", (column(time), value)) if time else value
    return value if role == start else Call("if_missing", (value, stored(column(start))))


def _birth_date(column: _Column) -> Value:
    month, day = column("month_of_birth"), column("day_of_birth")
    parts = (
        column("year_of_birth"),
        Call("if_missing", (month, Literal(7, Kind.WHOLE))),
        Call("if_missing", (day, Literal(1, Kind.WHOLE))),
    )
    return Call("if_missing", (Call("date", (column("birth_datetime"),)), Call("date_of", parts)))
