"""Counts rows by what is told of their person while they pass by: those of a person lie together"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.check.counting import Linked
from medark.flows.quality.days import Ordinals, days_of, starts_of
from medark.flows.quality.digests import Keys
from medark.flows.quality.reading import NOBODY
from medark.flows.quality.told import NOTHING, Flags, Told

_LEAST = np.int32(np.iinfo(np.int32).min)  # no day lies before it
_PERSON = "person_id"


class Referring:
    """`sums` of the rows of some people: of each what is `Linked` to a person. `told`: of these people, by facts."""

    def __init__(self, wanted: Mapping[str, Linked], told: Mapping[str, Told]) -> None:
        self._wanted, self._told = wanted, told
        self.columns = sorted({one.column for one in wanted.values()} - {"", _PERSON})
        self.sums = dict.fromkeys(wanted, 0)

    def add(self, people: Keys, cells: Mapping[str, pa.Array]) -> None:
        """Rows: whose they are, and their days by column."""
        if not len(people):
            return
        starts = starts_of(people)
        many, of = np.diff(starts, append=len(people)), people[starts]
        led = {facts: _Led(starts, many, of, *told.of_each(of)) for facts, told in self._told.items()}
        days = {name: found for name in self.columns if (found := _Days.of(cells[name])) is not None}
        for name, one in self._wanted.items():
            if not one.column or one.column in days:
                self.sums[name] += led[one.link.facts].rows(one, days.get(one.column))


@dataclass(frozen=True, slots=True)
class _Days:
    """Days of rows since 1970, and which rows have one; None if all do."""

    days: Ordinals
    is_there: Flags | None

    @classmethod
    def of(cls, cells: pa.Array) -> _Days | None:
        """None where no row has one."""
        if cells.null_count == len(cells):
            return None
        is_there = np.asarray(cells.is_valid().to_numpy(zero_copy_only=False)) if cells.null_count else None
        return cls(days_of(cells), is_there)


@dataclass(frozen=True, slots=True)
class _Led:
    """Runs of rows of the same person: where they start, how `many` they are, whose, and what is told of them."""

    starts: Keys
    many: Keys
    people: Keys
    is_there: Flags
    values: Mapping[str, Ordinals]

    def rows(self, asked: Linked, days: _Days | None) -> int:
        """How many rows are what is asked."""
        if days and (asked.below or asked.above):
            return self._beyond(asked, days)
        which = ~self.is_there & (self.people != NOBODY) if asked.is_lost else self.is_there
        if days is None or days.is_there is None:
            return int(self.many[which].sum())
        return int(np.count_nonzero(days.is_there[self._places(which)]))

    def _beyond(self, asked: Linked, days: _Days) -> int:
        """Of runs in which rows may lie beyond what is told, those that do."""
        low = high = None
        may = np.zeros(len(self.starts), np.bool_)
        if asked.below:
            told = self.values[asked.below]
            low = np.where(told == NOTHING, _LEAST, told)
            may |= low > days.days.min()
        if asked.above:
            high = self.values[asked.above]
            may |= high < days.days.max()
        rows, many = self._places(may), self.many[may]
        mine = days.days[rows]
        is_one = np.zeros(len(mine), np.bool_)
        if low is not None:
            is_one |= mine < np.repeat(low[may], many)
        if high is not None:
            is_one |= mine > np.repeat(high[may], many)
        return int(np.count_nonzero(is_one if days.is_there is None else is_one & days.is_there[rows]))

    def _places(self, which: Flags) -> Keys | slice:
        """Where the rows of some runs are."""
        if which.all():
            return slice(None)
        many = self.many[which]
        return np.arange(int(many.sum())) + np.repeat(self.starts[which] - np.cumsum(many) + many, many)
