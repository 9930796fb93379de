"""What some people had before their records changed, and what they have now

Of what they had and have only rows of a person and concept of which something changed are counted again: for both sides
these, beside in which months of which years people have anything, and how many other concepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Few
from medark.check.achilles.compiled import compiled
from medark.check.achilles.crowd import latest_days
from medark.check.achilles.layout import BELOW, CONCEPT, MONTH_BITS, WHEN, Layout
from medark.check.achilles.people_sums import Others, PeopleSums
from medark.check.achilles.persons import People
from medark.check.achilles.places import Bools, Numbers

_CELLS, _LEAST = 1 << 22, 1 << 10  # of people and years at once, about; people at least


@dataclass(frozen=True, slots=True)
class Some:
    """People from the `first` on: short rows of which something changed, as they were and as they are, and the
    `others` that they have.
    """

    first: int
    layout: Layout
    rows: tuple[Numbers, Numbers]
    others: Others


@dataclass(frozen=True, slots=True)
class Lives:
    """Of `people`, in order: rows as `layout.wide` makes them, of what lies in an observation period.

    `stayed`: what was there and is, of each person from `starts` to before `ends`; `changed`: person by person, what
    was there alone and what is there alone. `months`: the first and the last of all. Before and now: how many `records`
    each person has, in a period or not, and the day of the `latest`. `moved`: whose records that stayed are in a period
    now and were not, or were.
    """

    people: Numbers = field(repr=False)
    stayed: Numbers = field(repr=False)
    starts: Numbers = field(repr=False)
    ends: Numbers = field(repr=False)
    changed: tuple[Numbers, Numbers] = field(repr=False)
    months: tuple[int, int]
    records: Numbers = field(repr=False)
    latest: Numbers = field(repr=False)
    moved: Bools = field(repr=False)

    def inside(self, side: int) -> Numbers:
        """How many records of each person are in an observation period; `side`: 0 before, 1 now."""
        alone = np.bincount(self.changed[side] >> BELOW, minlength=len(self.people))
        return self.ends - self.starts + alone

    def latest_of(self, side: int) -> pa.Table:
        """Who has any record, with the day of the latest: person_id, day."""
        there = np.flatnonzero(self.records[side])
        return latest_days(self.people[there], self.latest[side, there])

    def blocks(self, concepts: int) -> Iterator[Some]:
        """People of whom something changed, some at a time. `concepts`: how many there are."""
        every = by_person(np.concatenate(self.changed), len(self.people))
        if not len(every):
            return
        marks = np.full((2, concepts + 1), -1, np.int64)
        years = Layout.at_once(*self.months, concepts, 1).year
        step = max(_CELLS >> years, _LEAST)
        for first in range(0, len(self.people), step):
            people = min(step, len(self.people) - first)
            layout = Layout.at_once(*self.months, concepts, people)
            changed, *sides = (_of_people(rows, first, first + people) for rows in (every, *self.changed))
            if len(changed):
                kept, others = self._kept(changed, first, layout, marks)
                old, new = (layout.short([kept, side], first) for side in sides)
                yield Some(first, layout, (old, new), others)

    def _kept(self, changed: Numbers, first: int, layout: Layout, marks: Numbers) -> tuple[Numbers, Others]:
        """Rows that stayed of whose person and concept something changed, and the others."""
        last = first + layout.people
        others = Others(np.zeros((layout.people, 1 << layout.year), np.uint16), np.zeros(layout.people, np.int64))
        starts, ends = self.starts[first:last], self.ends[first:last]
        kept = np.empty(int((ends - starts).sum()), np.int64)
        many = _keep(
            self.stayed, starts, ends, changed, first, layout.first_year, *marks, others.months, others.concepts, kept
        )
        return kept[:many], others


def add_lives(lives: Lives, concepts: Few, people: Sequence[People], sums: Sequence[PeopleSums]) -> None:
    """What changed added to sums of both sides, before and now; what is the same on both is in neither, or in both."""
    for side, (one, mine) in enumerate(zip(people, sums, strict=True)):
        there = np.flatnonzero(lives.records[side])
        mine.coded_by(concepts)
        mine.add_sides(one.facts(lives.people[there]), lives.records[side, there], lives.inside(side)[there])
    for some in lives.blocks(sums[0].concepts):
        who = lives.people[some.first : some.first + some.layout.people]
        for one, mine, rows in zip(people, sums, some.rows, strict=True):
            if mine.fits:
                mine.add(rows, some.layout, one.facts(who), some.others)


def by_person(rows: Numbers, people: int) -> Numbers:
    """Rows person by person."""
    found, next_ = np.empty_like(rows), np.zeros(people + 1, np.int64)
    _put_by_person(rows, next_, found)
    return found


def _of_people(rows: Numbers, first: int, last: int) -> Numbers:
    """The rows, person by person, of people from one to before another."""
    start, end = np.searchsorted(rows >> BELOW, (first, last))
    return rows[start:end]


@compiled
def _put_by_person(rows: Numbers, next_: Numbers, found: Numbers) -> None:
    for row in rows:
        next_[(row >> BELOW) + 1] += 1
    for person in range(1, len(next_)):
        next_[person] += next_[person - 1]
    for row in rows:
        person = row >> BELOW
        found[next_[person]] = row
        next_[person] += 1


@compiled
def _keep(
    stayed: Numbers, starts: Numbers, ends: Numbers, changed: Numbers, first: int, first_year: int,
    marked: Numbers, met: Numbers, months: np.ndarray[Any, Any], concepts: Numbers, kept: Numbers,
) -> int:  # fmt: skip
    """How many rows are kept. `marked`, `met`: by concept, for whom something of it changed, who has another row."""
    many, at, mask = 0, 0, np.int64(1) << CONCEPT
    for place in range(len(starts)):
        person = place + first
        if at == len(changed) or changed[at] >> BELOW != person:
            continue
        while at < len(changed) and changed[at] >> BELOW == person:
            marked[changed[at] >> WHEN & mask - 1] = person
            at += 1
        for row in range(starts[place], ends[place]):
            told = stayed[row]
            when, concept = told & (1 << WHEN) - 1, told >> WHEN & mask - 1
            months[place, (when >> MONTH_BITS) - first_year] |= np.uint16(1 << (when & (1 << MONTH_BITS) - 1))
            if marked[concept] == person:
                kept[many] = told
                many += 1
            elif met[concept] != person:
                met[concept] = person
                concepts[place] += concept != 0
    return many
