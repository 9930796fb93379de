"""Periods of people as arrays, in the order of their person and start, and those that overlap as one

What `periods.spans_in_days` says in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.cells import filled, values_of
from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY, Spans

NO_DAY: Final = 1 << 40  # after any day: where there is none


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods by person, start and number: `who`, `NOBODY` where that is not told; `start` and `end`, days since 1970,
    `NO_DAY` where there is none. `kind`: the concept of each; None if it was not asked for.
    """

    who: Numbers = field(repr=False)
    start: Numbers = field(repr=False)
    end: Numbers = field(repr=False)
    kind: pa.Array | None = field(repr=False, default=None)

    @classmethod
    def of(cls, rows: pa.Table) -> Periods:
        """Rows of person_id, period_id, start_day, end_day, and kind if it is asked for, in any order."""
        who, number = numbers_of(rows["person_id"], NOBODY), numbers_of(rows["period_id"], NO_DAY)
        start, end = numbers_of(rows["start_day"], NO_DAY), numbers_of(rows["end_day"], NO_DAY)
        kind = rows["kind"].combine_chunks() if "kind" in rows.column_names else None
        if not _are_in_order(who, start, number):
            order = np.lexsort((number, start, who))
            who, start, end = who[order], start[order], end[order]
            kind = None if kind is None else kind.take(pa.array(order))
        return cls(who, start, end, kind)

    def spans(self) -> tuple[Numbers, Numbers, Numbers]:
        """Whose each span is, its first and its last day: in order, none of a person overlapping another."""
        who, first, last = (np.empty_like(self.who) for _ in range(3))
        many = _joined(self.who, self.start, self.end, who, first, last)
        return who[:many], first[:many], last[:many]

    def known(self) -> Spans:
        """The spans of those who are somebody."""
        who, first, last = self.spans()
        is_known = who != NOBODY
        return Spans(who[is_known], first[is_known], last[is_known])


def rows_of(table: str, kind: str = "", of: str = "", *more: str) -> str:
    """A query of the periods of a table, as `Periods.of` takes them; `of`: the relation that has them, otherwise the
    table's own; `more`: further columns of it.
    """
    told = [f"t.{kind} as kind"] if kind else []
    cells = ["t.person_id", f"t.{table}_id as period_id", f"t.{table}_start_date as start_day"]
    every = [*cells, f"t.{table}_end_date as end_day", *told, *more]
    return f"select {', '.join(every)} from {of or table} as t"


def numbers_of(column: pa.ChunkedArray, none: int) -> Numbers:
    """A column of whole numbers or days; `none` where there is none."""
    values, nulls = values_of(column.combine_chunks())
    return filled(values.astype(np.int64), nulls, none)


@compiled
def _are_in_order(who: Numbers, start: Numbers, number: Numbers) -> bool:
    """By person, start and number."""
    for row in range(1, len(who)):
        if who[row - 1] > who[row]:
            return False
        if who[row - 1] == who[row] and (
            start[row - 1] > start[row] or (start[row - 1] == start[row] and number[row - 1] > number[row])
        ):
            return False
    return True


@compiled
def _joined(
    who: Numbers, start: Numbers, end: Numbers, of: Numbers, first: Numbers, last: Numbers
) -> int:  # fmt: skip
    """Spans of periods in order; how many they are. A period that ends before it starts, or has no day, is none."""
    many = 0
    for row in range(len(who)):
        if start[row] == NO_DAY or end[row] == NO_DAY or end[row] < start[row]:
            continue
        if many and of[many - 1] == who[row] and start[row] <= last[many - 1]:
            last[many - 1] = max(last[many - 1], end[row])
        else:
            of[many], first[many], last[many] = who[row], start[row], end[row]
            many += 1
    return many
