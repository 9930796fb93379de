"""A made-up person while it is being made: rows without keys, around a moment where the person's entries are"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from medark.define.dummy.calendar import clipped, midnight

Row = dict[str, Any]
TIMES: Final = ""  # of a row: its start and end, for other rows to be drawn from. No table has a column of that name


@dataclass(frozen=True, slots=True)
class Draft:
    """The row of a person, and the rows of each recipe by its place. A row's visit is the place among the visits."""

    anchor: dt.datetime
    person: Row
    rows: Mapping[int, Sequence[Row]] = field(default_factory=dict)

    def with_rows(self, place: int, rows: Sequence[Row]) -> Draft:
        """The same person with these rows of one recipe."""
        return replace(self, rows={**self.rows, place: rows})

    def without(self, places: Collection[int]) -> Draft:
        """The same person without any rows of these recipes."""
        return replace(self, rows={place: rows for place, rows in self.rows.items() if place not in places})

    def times(self) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """When each row starts and ends."""
        for rows in self.rows.values():
            yield from (row[TIMES] for row in rows if TIMES in row)

    def at(self, anchor: dt.datetime) -> Draft:
        """The same person with all rows as many days earlier or later as another anchor is."""
        by = dt.timedelta(days=(anchor.date() - self.anchor.date()).days)  # whole days: a time stays on its day
        rows = {place: [_later(row, by) for row in rows] for place, rows in self.rows.items()}
        return Draft(clipped(self.anchor + by), self.person, rows)


def _later(row: Row, by: dt.timedelta) -> Row:
    return {name: _moved(value, by) for name, value in row.items()}


def _moved(value: Any, by: dt.timedelta) -> Any:
    match value:
        case tuple():
            return tuple(_moved(one, by) for one in value)
        case dt.datetime():
            return clipped(value + by)
        case dt.date():
            return clipped(midnight(value) + by).date()
    return value
