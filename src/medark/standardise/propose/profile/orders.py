"""Of each two columns of times of a table, in how many rows one comes before the other"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import pyarrow as pa

from medark.standardise.propose.profile.column import ColumnProfile
from medark.standardise.propose.profile.forms import ROC, ROC_BEGAN

_MOST = 8  # columns of times
_FEWEST = 20  # rows that have both

_YMD = re.compile(r"(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?[T ]?(.*)")
_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}),?[T ]?(.*)")
_GLUED = re.compile(r"(\d{4})(\d{2})(\d{2}) ?(.*)")
_CLOCK = re.compile(r"(\d{1,2}):?(\d{2})")


@dataclass(frozen=True, slots=True)
class Order:
    """Two columns of times. `rows`: that have both; `before`, `after`: shares in which `first` comes before `then`, and
    after it; in the others it is the same time, or day where one tells no more.
    """

    first: str
    then: str
    rows: int
    before: float
    after: float

    @property
    def turned(self) -> Order:
        """The same, said of the other column."""
        return Order(self.then, self.first, self.rows, self.after, self.before)


def orders(rows: pa.Table, columns: Sequence[ColumnProfile]) -> tuple[Order, ...]:
    """Of a table's first rows. Shares alone: no value stays."""
    dated = [column for column in columns if column.date_form in _READ and column.name in rows.column_names][:_MOST]
    if len(dated) < 2:
        return ()
    times = {column.name: _times(rows.column(column.name), _READ[column.date_form]) for column in dated}
    found = (_order(one.name, other.name, times) for one, other in combinations(dated, 2))
    return tuple(order for order in found if order.rows >= _FEWEST)


def _order(first: str, then: str, times: Mapping[str, Sequence[str]]) -> Order:
    pairs = [(one, other) for one, other in zip(times[first], times[then], strict=True) if one and other]
    short = [(one[:n], other[:n]) for one, other in pairs for n in (min(len(one), len(other)),)]
    of = max(len(short), 1)
    before, after = sum(one < other for one, other in short), sum(one > other for one, other in short)
    return Order(first, then, len(short), round(before / of, 4), round(after / of, 4))


def _times(cells: pa.ChunkedArray, read: Callable[[str], str]) -> list[str]:
    known: dict[str, str] = {}
    return [known[value] if value in known else known.setdefault(value, read(value)) if value else ""
            for value in cells.to_pylist()]  # fmt: skip


def _year_first(value: str) -> str:
    found = _YMD.match(value) or _GLUED.match(value)
    return _iso(found[1], found[2], found[3], found[4]) if found else ""


def _since_1912(value: str) -> str:
    found = ROC.match(value)
    return _iso(str(int(found[1] or found[2]) + ROC_BEGAN), found[3], found[4], found[5] or "") if found else ""


def _day_first(value: str) -> str:
    found = _LAST.match(value)
    return _iso(found[3], found[2], found[1], found[4]) if found else ""


def _month_first(value: str) -> str:
    found = _LAST.match(value)
    return _iso(found[3], found[1], found[2], found[4]) if found else ""


def _iso(year: str, month: str, day: str, rest: str) -> str:
    """A day, with its time to the minute where there is one: as texts, days and times come in their order."""
    clock = _CLOCK.match(rest.strip())
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock[1]:0>2}:{clock[2]}" if clock else "")


_READ: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(("iso_date", "iso_time", "ymd", "compact_date", "compact_time", "glued_time"), _year_first),
    "roc": _since_1912, "dmy": _day_first, "mdy": _month_first,
}  # fmt: skip
