"""What records refer to, as arrays: observation periods of their people, visits, providers, care sites

A record's own visit is looked for among those of the people who are looked at, which fit into the processor's cache;
only one that is not there is looked for among all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.places import Places

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
NOBODY = -(1 << 63)  # stands for no person


class Spans:
    """Spans of observation periods, none of a person overlapping: rows of person_id, first_no, last_no (days)."""

    def __init__(self, rows: pa.Table) -> None:
        who = rows["person_id"].to_numpy()
        first, last = (_days(rows[name]) for name in ("first_no", "last_no"))
        order = np.lexsort((first, who))
        self._who, self._first, self._last = who[order], first[order], last[order]

    def of(self, people: Numbers) -> tuple[Numbers, Numbers, Bools]:
        """Of each person: the first day of the first span, the last of the last, whether there are more than one."""
        start, end = (np.searchsorted(self._who, people, side) for side in ("left", "right"))
        first, last = np.full(len(people), np.iinfo(np.int64).max), np.full(len(people), np.iinfo(np.int64).min)
        has = end > start
        first[has], last[has] = self._first[start[has]], self._last[end[has] - 1]
        return first, last, end - start > 1

    def has(self, people: Numbers, days: Numbers) -> Bools:
        """Does a day of each person lie in one of their spans?"""
        start, end = (np.searchsorted(self._who, people, side) for side in ("left", "right"))
        found = np.zeros(len(people), bool)
        for step in range(int((end - start).max(initial=0))):
            at = np.minimum(start + step, len(self._who) - 1)
            found |= (start + step < end) & (self._first[at] <= days) & (days <= self._last[at])
        return found


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that records refer to: keys, each once, what is told under each: `told`, its NULLs, and of whom it is:
    `people`, in order. `is_twice`: of keys that are there more than once; None if each is there once.
    """

    keys: Numbers
    told: Numbers
    nulls: Bools
    people: Numbers | None = None
    is_twice: Bools | None = None


def kept(rows: pa.Table) -> Kept:
    """A table in the columns: key, told, and person_id if it is of people."""
    rows = rows.combine_chunks()
    told = rows["told"].combine_chunks()
    keys, values = rows["key"].to_numpy(), told.fill_null(0).to_numpy().astype(np.int64)
    people = rows["person_id"].fill_null(NOBODY).to_numpy() if "person_id" in rows.column_names else None
    nulls = told.is_null().to_numpy(zero_copy_only=False)
    ordered, is_twice = np.sort(keys), None
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    order: Numbers | None = None
    if len(again):
        _, order = np.unique(keys, return_index=True)
        is_twice = np.isin(keys, again)
    if people is not None and (order is not None or not (people[1:] >= people[:-1]).all()):
        by_people = np.argsort(people if order is None else people[order], kind="stable")
        order = by_people if order is None else order[by_people]
    if order is None:
        return Kept(keys, values, nulls, people, is_twice)
    of = None if people is None else people[order]
    return Kept(keys[order], values[order], nulls[order], of, None if is_twice is None else is_twice[order])


class Referred:
    """Looks up what a table has under keys."""

    def __init__(self, of: Kept) -> None:
        self.of = of
        self._all: Places | tuple[Numbers, Numbers] | None = None if of.people is not None else Places(of.keys)

    def at(self, keys: Numbers, people: Numbers) -> Numbers:
        """The place of each key, -1 where there is none; `people`: whose rows they are, in order, each once."""
        if self.of.people is None:
            assert isinstance(self._all, Places)
            return self._all.at(keys).astype(np.int64)
        near = self._near(people)
        if not len(near):
            return self._among_all(keys)
        found = Places(self.of.keys[near]).at(keys)
        places = np.where(found < 0, -1, near[found])
        rest = np.flatnonzero(found < 0)
        if len(rest):
            places[rest] = self._among_all(keys[rest])
        return places

    def _near(self, people: Numbers) -> Numbers:
        """The places of what is these people's."""
        assert self.of.people is not None
        start, end = (np.searchsorted(self.of.people, people, side) for side in ("left", "right"))
        many = end - start
        return np.repeat(start - np.cumsum(many) + many, many) + np.arange(int(many.sum()))

    def _among_all(self, keys: Numbers) -> Numbers:
        if self._all is None:
            order = np.argsort(self.of.keys)
            self._all = (order, self.of.keys[order])
        assert isinstance(self._all, tuple)
        order, ordered = self._all
        if not len(ordered):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
        return np.where(ordered[at] == keys, order[at], -1)


@dataclass(frozen=True, slots=True)
class References:
    """What the records of some tables refer to: `tables` by the names of `Events.refers`."""

    spans: Spans
    persons: pa.Table
    tables: Mapping[str, Referred]


def _days(column: pa.ChunkedArray) -> Numbers:
    found: Numbers = column.cast(pa.int32()).to_numpy().astype(np.int64)
    return found
