"""What is told of the rows of a data file that others refer to: kept by id, so that none are read to look up a few"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from medark.flows.quality.days import Ordinals
from medark.flows.quality.digests import Keys

Flags = np.ndarray[Any, np.dtype[np.bool_]]
NOTHING = np.int32(np.iinfo(np.int32).max)  # told of an id; less than nothing is told where it is told twice


@dataclass(frozen=True, slots=True)
class Told:
    """Ids, sorted and each once, and by name what is told of each; `days`: the names of those that are days."""

    ids: Keys = field(default_factory=lambda: np.zeros(0, np.int64))
    values: Mapping[str, Ordinals] = field(default_factory=dict)
    days: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: pa.Table) -> Told:
        """Of rows with an `id`, whatever is there twice: the least is told."""
        names = [name for name in rows.column_names if name != "id"]
        days = frozenset(name for name in names if pa.types.is_date(rows.column(name).type))
        values = {name: rows.column(name).cast(pa.int32()).fill_null(NOTHING).to_numpy() for name in names}
        return _least(rows.column("id").to_numpy(), values, days)

    def places(self, ids: Keys) -> tuple[Flags, Keys]:
        """Of each of some ids, is it there, and where."""
        if not len(self.ids):
            return np.zeros(len(ids), np.bool_), np.zeros(len(ids), np.int64)
        order = np.argsort(ids)  # what is looked for in order is found several times as fast
        place = np.empty(len(ids), np.int64)
        place[order] = np.searchsorted(self.ids, ids[order])
        place = np.minimum(place, len(self.ids) - 1)
        return np.asarray(self.ids[place] == ids), place

    def of_each(self, ids: Keys) -> tuple[Flags, dict[str, Ordinals]]:
        """Of each of some ids, is it there, and by name what is told of it."""
        is_there, place = self.places(ids)
        if not len(self.ids):
            return is_there, {name: np.full(len(ids), NOTHING) for name in self.values}
        found = {name: some[place] for name, some in self.values.items()}
        for some in found.values():
            some[~is_there] = NOTHING
        return is_there, found

    def among(self, ids: Keys) -> Told:
        """Of some ids, those that are there."""
        if not len(self.ids):
            return self
        is_there, place = self.places(ids)
        place = np.sort(place[is_there])
        return Told(self.ids[place], {name: some[place] for name, some in self.values.items()}, self.days)

    def alike(self, other: Told) -> Keys:
        """The ids of which another tells the same."""
        ids = np.intersect1d(self.ids, other.ids, assume_unique=True)
        mine, others = self.among(ids), other.among(ids)
        is_same = np.ones(len(ids), np.bool_)
        for name, some in mine.values.items():
            is_same &= some == others.values[name]
        return ids[is_same]

    def less(self, other: Told) -> Told:
        """The same ids, of which the least is told that either tells."""
        is_there, place = self.places(other.ids)
        if not is_there.any():
            return self
        values = {name: some.copy() for name, some in self.values.items()}
        for name, some in values.items():
            some[place[is_there]] = np.minimum(some[place[is_there]], other.values[name][is_there])
        return Told(self.ids, values, self.days)

    def table(self) -> pa.Table:
        """The same as rows."""
        cells = {name: pa.array(some, pa.int32(), mask=_missing(some)) for name, some in self.values.items()}
        days = {name: some.cast(pa.date32()) if name in self.days else some for name, some in cells.items()}
        return pa.table({"id": self.ids, **days})


def together(some: Sequence[Told]) -> Told:
    """Of several files."""
    if len(some) == 1:
        return some[0]
    names = some[0].values if some else ()
    values = {name: np.concatenate([one.values[name] for one in some]) for name in names}
    ids = np.concatenate([np.zeros(0, np.int64), *(one.ids for one in some)])
    return _least(ids, values, some[0].days if some else frozenset())


def _missing(some: Ordinals) -> Flags | None:
    found = some == NOTHING
    return found if found.any() else None


def _least(ids: Keys, values: Mapping[str, Ordinals], days: frozenset[str]) -> Told:
    order = np.argsort(ids, kind="stable")  # of files that are sorted, it merges them
    ids = ids[order]
    is_first = np.ones(len(ids), np.bool_)
    is_first[1:] = ids[1:] != ids[:-1]
    if is_first.all():
        return Told(ids, {name: some[order] for name, some in values.items()}, days)
    starts = np.flatnonzero(is_first)
    return Told(ids[starts], {name: np.minimum.reduceat(some[order], starts) for name, some in values.items()}, days)
