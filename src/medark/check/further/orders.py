"""Tables of orders and of what came of them, known by the names of their columns: when ordered, done and reported

What tables of hospitals call these times: `facts/order_times.csv`. A day without a time of day is held against days.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from medark.check.further.histogram import bin_sql

_APART: Final = re.compile(r"[\s_.\-()()]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """The columns that say which order a row is of and when it was ordered, done and reported; "" for none."""

    placer: str = ""
    filler: str = ""
    ordered: str = ""
    done: str = ""
    reported: str = ""

    @property
    def number(self) -> str:
        """The column by which orders and reports are known, as who asks calls it, else as who answers."""
        return self.placer or self.filler

    @property
    def tells(self) -> bool:
        """Can anything be held against anything?"""
        told = sum(map(bool, (self.ordered, self.done, self.reported)))
        return told > 1 or bool(self.number and (self.ordered or self.reported))

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are read of the table."""
        names = (self.placer, self.filler, self.ordered, self.done, self.reported)
        return tuple(dict.fromkeys(name for name in names if name))


@cache
def _steps() -> dict[str, str]:
    text = files(__package__).joinpath("facts", "order_times.csv").read_text(encoding="utf-8")
    return {_plain(row["name"]): row["step"] for row in csv.DictReader(text.splitlines())}


def _plain(name: str) -> str:
    return _APART.sub("", _CAMEL.sub("", name)).lower()


def order_columns(columns: Collection[str]) -> OrderColumns:
    """What a table's columns are, by their names.

    >>> order_columns(["申请单号", "申请时间", "报告时间", "reportDate"])
    OrderColumns(placer='申请单号', filler='', ordered='申请时间', done='', reported='报告时间')
    """
    found: dict[str, str] = {}
    for name in columns:
        step = _steps().get(_plain(name))
        if step:
            found.setdefault(step, name)
    return OrderColumns(**found)


EARLY: Final = """case when x.ordered_at and x.reported_at then x.reported < x.ordered
  else cast(x.reported as date) < cast(x.ordered as date) end"""  # of `timed` rows; NULL where one is not told
DELAY: Final = "seconds_between(x.done, x.reported) / 60.0"  # minutes; below 0 where the report is before
HAS_DELAY: Final = "x.done_at and x.reported_at"
ORDERED, REPORTED = (
    f"case when x.{step}_at then floor(seconds_between(cast('1970-01-01 00:00:00' as timestamp), x.{step}) / 60.0) end"
    for step in ("ordered", "reported")
)  # minutes from 1970


def timed(columns: OrderColumns, relation: str) -> str:
    """The rows of a table as (x): row_no, number, and for each step its time and, as `…_at`, whether it has a time of
    day.
    """
    number = f'trim("{_quoted(columns.number)}")' if columns.number else "cast(null as varchar)"
    steps = ((step, getattr(columns, step)) for step in ("ordered", "done", "reported"))
    cells = ", ".join(f"{_time(name)} as {step}, {_has_time(name)} as {step}_at" for step, name in steps)
    return f"(select row_no, {number} as number, {cells} from {relation}) as x"


def delays(columns: OrderColumns, relation: str) -> str:
    """The query of how many rows were reported how long after they were done, by bin; NULL: before."""
    place = f"case when {DELAY} >= 0 then {bin_sql(f'{DELAY} + 1')} end"
    return f"select {place} as bin, count(*) as n from {timed(columns, relation)} where {HAS_DELAY} group by 1"


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _text(name: str) -> str:
    return f"""replace(trim("{_quoted(name)}"), '/', '-')"""


def _time(name: str) -> str:
    return f"in_zone({_text(name)}, 'UTC', 'UTC')" if name else "cast(null as timestamp)"


def _has_time(name: str) -> str:
    return (
        f"coalesce(in_zone({_text(name)}, 'UTC', 'UTC') is not null and has_time({_text(name)}), false)"
        if name
        else "false"
    )
