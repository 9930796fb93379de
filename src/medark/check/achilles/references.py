"""What records refer to, as arrays: observation periods of their people, visits, providers, care sites

Records of a person lie together, and so do the visits of a person: nearly all records refer to one of these few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.check.achilles.grouping import firsts
from medark.check.achilles.in_order import places_in
from medark.check.achilles.persons import Everybody
from medark.check.achilles.places import Bools, Numbers, Places

NOBODY = -(1 << 63)  # stands for no person
_NONE = np.zeros(0, np.int64)


class Spans:
    """Spans of observation periods, `first` to `last` (days), by person and day; none of a person overlaps another."""

    def __init__(self, who: Numbers, first: Numbers, last: Numbers) -> None:
        self._who, self.first, self.last = who, first, last

    def of(self, people: Numbers) -> tuple[Numbers, Numbers]:
        """From where to before where the spans of each person lie in `first` and `last`."""
        return places_in(self._who, people), places_in(self._who, people + 1)


class Runs:
    """Where what is of the same person lies together: of each of `people` the first such run, from `first` to before
    `last`.
    """

    def __init__(self, people: Numbers) -> None:
        starts = firsts(people)
        who, ends = people[starts], np.append(starts[1:], len(people))
        self.people = Places(who)
        if len(self.people) < len(who):
            is_first = np.zeros(len(who), bool)
            is_first[np.unique(self.people.at(who), return_index=True)[1]] = True
            starts, ends = starts[is_first], ends[is_first]
        self.first, self.last = starts, ends


class Referred:
    """A table that records refer to, in the columns: key, told, and person_id if it is of people.

    `places`: of the keys, each once; `kinds`: what is told of keys, each once; `kind`: which of them is told of each,
    -1 if it is NULL; `people`: of whom each is, None if it is of no people; `own`: where each person's lie; `is_twice`:
    which keys are there more than once, None if each is there once.
    """

    def __init__(self, rows: pa.Table) -> None:
        keys = rows["key"].to_numpy()
        self.places, many = Places(keys), None
        if len(self.places) < len(keys):
            _, first, many = np.unique(keys, return_index=True, return_counts=True)
            order = np.argsort(first)
            many, rows = many[order], rows.take(pa.array(first[order]))
            self.places = Places(rows["key"].to_numpy())
        told, kinds = rows["told"].combine_chunks(), Places()
        nulls = told.is_null().to_numpy(zero_copy_only=False) if told.null_count else None
        self.kind = kinds.numbered(told.fill_null(0).to_numpy(), nulls)
        self.kinds = kinds.numbers
        is_of_people = "person_id" in rows.column_names
        self.people = rows["person_id"].fill_null(NOBODY).to_numpy() if is_of_people else None
        self.own = Runs(self.people if self.people is not None else _NONE)
        self.is_twice: Bools | None = None if many is None else many > 1


@dataclass(frozen=True, slots=True)
class References:
    """What the records of some tables refer to: `tables` by the names of `Events.refers`."""

    spans: Spans
    persons: Everybody
    tables: Mapping[str, Referred]
