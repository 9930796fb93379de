"""Where each column stands in a row: start, key and end first, then the columns as the lake holds them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Final

from medark.define.nodes import Eras, Pair, Root, Table
from medark.define.tables import event_table
from medark.model import omop

Row = tuple[Any, ...]  # of a table or an era: start, key, end, columns …; of pairs: the left row, the right row

START: Final = 0  # the roles `start` and `end` (nodes.stored): times, missing where the row has none
KEY: Final = 1
END: Final = 2
_FIRST = 3  # the first of the columns

LEFT_RIGHT: Final = ("left", "right")
ERA_COLUMNS: Final = ("start_date", "end_date", "events")
ERA_MEMBERS: Final = _FIRST + len(ERA_COLUMNS)  # the rows that an era was made of, for evidence
_MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a row of `table` is laid out: `places` has the place of each column."""

    table: str
    columns: tuple[str, ...]
    places: Mapping[str, int]

    def rows(self, columns: Mapping[str, Sequence[Any]], length: int) -> list[Row]:
        """Rows from columns of `length` values, in the order they are given; a column that is not given is missing."""
        spec, nothing = event_table(self.table), [None] * length

        def column(name: str) -> Sequence[Any]:
            return columns.get(name, nothing)

        starts = _times(column(spec.start), column(spec.start_time), nothing)
        ends = _times(column(spec.end), column(spec.end_time), starts) if spec.end else starts
        return list(zip(starts, columns[spec.key], ends, *map(column, self.columns), strict=True))


@cache
def layout(table: str) -> Layout:
    """The layout of a table's rows.

    >>> layout("death").places["death_date"], START, KEY
    (4, 0, 1)
    """
    columns = tuple(column.name for column in omop.lake_columns(table))
    return Layout(table, columns, {name: place for place, name in enumerate(columns, _FIRST)})


_ERA_PLACES = {name: place for place, name in enumerate(ERA_COLUMNS, _FIRST)}


def place(root: Root, name: str) -> int:
    """Where a stored column stands in the rows of a table or of eras."""
    return _ERA_PLACES[name] if isinstance(root, Eras) else layout(_table(root)).places[name]


def getter(root: Root, name: str, side: str) -> Callable[[Row], Any]:
    """What takes a stored column out of a row of `root`."""
    if not isinstance(root, Pair):
        return itemgetter(place(root, name))
    which, at = LEFT_RIGHT.index(side), place(getattr(root, side).root, name)
    return lambda pair: pair[which][at]


def key_of(root: Root) -> Callable[[Row], Any]:
    """What tells the rows of `root` apart; the key of a pair is both keys."""
    return (lambda pair: (pair[0][KEY], pair[1][KEY])) if isinstance(root, Pair) else itemgetter(KEY)


def _times(
    days: Sequence[dt.date | None], times: Sequence[dt.datetime | None], others: Sequence[dt.datetime | None]
) -> list[dt.datetime | None]:
    """The time of each row, or midnight of its day, or what `others` has."""
    midnight = dt.datetime.combine
    return [
        time if time is not None else midnight(day, _MIDNIGHT) if day is not None else other
        for day, time, other in zip(days, times, others, strict=True)
    ]


def _table(root: Root) -> str:
    assert isinstance(root, Table)
    return root.name
