"""The people of a part as epidemics meet them: households, classes, districts, and who is there on a day"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.world import World, column, indexes

AHEAD: Final = 21  # days: an infection is over, or has at least begun to show
_NEVER, _ALWAYS = 10**6, -(10**6)


@dataclass(frozen=True, slots=True)
class Groups:
    """People in groups: `members` lie group by group; `start` and `size` say where a person's own group lies."""

    members: Ints
    start: Ints  # by person
    size: Ints  # by person; 0: in no group

    def companion(self, chance: np.random.Generator, of: Ints) -> Ints:
        """Another member of each one's group; -1 where there is none."""
        size = self.size[of]
        place = self.start[of] + (chance.random(len(of)) * np.maximum(size, 1)).astype(np.int64)
        found = self.members[np.minimum(place, len(self.members) - 1)] if len(self.members) else of
        return np.where((size > 1) & (found != of), found, -1)


def grouped(codes: Ints) -> Groups:
    """Groups of people with the same code; negative: in none."""
    order = np.argsort(codes, kind="stable")
    order = order[codes[order] >= 0]
    _, first, inverse, size = np.unique(codes[order], return_index=True, return_inverse=True, return_counts=True)
    start, sizes = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    start[order], sizes[order] = first[inverse], size[inverse]
    return Groups(order, start, sizes)


@dataclass(frozen=True, slots=True)
class Town:
    """People by place in the table person. Days are counted from the city's first."""

    person: Ints  # keys
    district: Ints  # places in the city's districts
    birth: Ints  # day
    here_from: Ints
    here_until: Ints  # day after the last
    households: Groups
    classes: Groups
    by_district: Ints  # people, district by district
    edges: Ints  # where each district begins in it, and the end

    def present(self, people: Ints, day: Ints | int) -> np.ndarray:
        """Which of the people are there on a day, and still will be when they have got over an infection."""
        return (self.here_from[people] <= day) & (day < self.here_until[people] - AHEAD)

    def ages(self, people: Ints, day: Floats | Ints | int) -> Floats:
        """Years of age on a day."""
        return (day - self.birth[people]) / 365.25


def town(world: World, districts: tuple[str, ...], first: np.datetime64) -> Town:
    """The part's people of the tables person and death."""
    people = world["person"]
    person = column(people, "person").astype(np.int64)
    district = np.maximum(indexes(people, "district", districts), 0)
    birth = days(people, "birth", first, _ALWAYS)
    here = np.maximum(birth + 1, days(people, "moved_in", first, _ALWAYS))
    until = np.minimum(days(people, "moved_out", first, _NEVER), deaths(world, person, first))
    order = np.argsort(district, kind="stable")
    edges = np.searchsorted(district[order], np.arange(len(districts) + 1))
    households = grouped(column(people, "household").astype(np.int64))
    return Town(person, district, birth, here, until, households, grouped(_classes(people)), order, edges)


def days(of: pa.Table, name: str, first: np.datetime64, missing: int) -> Ints:
    """A column of days or times as days from the city's first; `missing` where there is none."""
    values = column(of, name).astype("datetime64[D]")
    return np.where(np.isnat(values), missing, (values - first).astype(np.int64))


def deaths(world: World, person: Ints, first: np.datetime64) -> Ints:
    """Day of death of each person of `person`, which is in order; far away for those who live."""
    found = np.full(len(person), _NEVER)
    table = world.get("death")
    if table is not None and table.num_rows:
        found[np.searchsorted(person, column(table, "person").astype(np.int64))] = days(table, "time", first, _NEVER)
    return found


def _classes(people: pa.Table) -> Ints:
    school = people["school"].combine_chunks()
    rooms = people["school_class"].combine_chunks().dictionary_encode()
    places = [
        np.nan_to_num(one.indices.to_numpy(zero_copy_only=False).astype(float), nan=-1) for one in (school, rooms)
    ]
    codes = places[0] * (len(rooms.dictionary) + 1) + places[1]
    return np.where((places[0] >= 0) & (places[1] >= 0), codes, -1).astype(np.int64)
