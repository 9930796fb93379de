"""Rows of people of whom nothing but their last day is otherwise told, made of the days that are kept of their files"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.check.counting import FILE_NO, Link
from medark.check.dqd import FACTS
from medark.flows.quality.changes import Change
from medark.flows.quality.days import Ordinals, rows_of
from medark.flows.quality.digests import Keys
from medark.flows.quality.index import Index
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns

PERSON = "person_id"


@dataclass(frozen=True, slots=True)
class LastDays:
    """Of people, sorted, the earliest last day that is or was told, in days since 1970."""

    people: Keys
    days: Ordinals

    @classmethod
    def of(cls, changes: Mapping[Link, tuple[str, Change]]) -> LastDays:
        """Of those of whom nothing else is otherwise told."""
        mine = [(link, change) for link, (_, change) in changes.items() if link.column == PERSON]
        found = [_last_days(change, FACTS[link.facts].last) for link, change in mine if FACTS[link.facts].last]
        whose, days = (np.concatenate([one[place] for one in found] or [np.zeros(0, np.int64)]) for place in (0, 1))
        order = np.lexsort((days, whose))
        people, first = np.unique(whose[order], return_index=True)
        others = [change.ids for link, change in mine if not FACTS[link.facts].last]
        is_alone = ~np.isin(people, np.concatenate([np.zeros(0, np.int64), *others]))
        return cls(people[is_alone], days[order][first][is_alone])

    def from_on(self, day: int) -> Keys:
        """Whose is that day or later."""
        return self.people[self.days >= day]


class ByDays:
    """What is kept of the days of files of a table, asked for its rows."""

    def __init__(self, index: Index, table: str, last: LastDays) -> None:
        self._index, self._table, self._last = index, table, last

    def known(self, people: Mapping[str, Keys]) -> dict[str, Keys]:
        """Those of some people in each file whose rows need not be read."""
        found = {}
        for path, some in people.items():
            days = self._index.days(self._table, path)
            found[path] = some[np.isin(some, self._last.from_on(days.until))] if days else some[:0]
        return found

    def rows(self, people: Mapping[str, Keys], columns: Iterable[str]) -> pa.Table:
        """Their rows, as far as they are asked which of their days lie after the last one; each file's told apart."""
        kinds = pa.schema([arrow_schema(lake_columns(self._table)).field(name) for name in columns if name != FILE_NO])
        number = pa.field(FILE_NO, pa.int32())
        found = [kinds.append(number).empty_table()]
        for place, (path, some) in enumerate(people.items()):
            days = self._index.days(self._table, path)
            if days is not None and len(some):
                rows = rows_of(self._index.people(self._table, path), days, some, kinds)
                found.append(rows.append_column(number, pa.array(np.full(len(rows), place, np.int32))))
        return pa.concat_tables(found)


def asks_of_days(table: str, columns: Collection[str]) -> bool:
    """Does what asks for some columns ask for days alone, and whose they are?"""
    days = {one.name for one in lake_columns(table) if pa.types.is_temporal(arrow_schema([one]).field(0).type)}
    return {*columns} <= {*days, PERSON, FILE_NO}


def _last_days(change: Change, name: str) -> tuple[Keys, Ordinals]:
    told = pa.concat_tables([change.before.select(["id", name]), change.after.select(["id", name])])
    days = told.column(name).cast(pa.int32()).fill_null(np.iinfo(np.int32).max)
    return told.column("id").to_numpy(), days.to_numpy()
