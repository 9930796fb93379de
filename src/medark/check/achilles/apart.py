"""Who had what when, in order: told apart by month, by year, and by person, in one pass"""

from __future__ import annotations

from typing import Any

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.layout import MONTH_BITS, Layout
from medark.check.achilles.places import Numbers

Months = np.ndarray[Any, np.dtype[np.uint16]]


class Apart:
    """Short rows of some people in the order of concept, person and month, of whom there are `people`.

    `again`: those that are as the row before; `months`: each concept, person and month once; `years`: the first row of
    each concept, person and year; `firsts`: the first of each concept and person, of whom there are `times` rows.
    `concepts`: how many concepts each person has, but for that of none.
    """

    def __init__(self, rows: Numbers, layout: Layout, people: int) -> None:
        found = [np.empty_like(rows) for _ in range(4)]
        starts = np.empty(len(rows) + 1, np.int32)
        self.concepts = np.zeros(people, np.int64)
        many = _apart(rows, layout.when, layout.person, *found, starts, self.concepts)
        self.again, self.months, self.years, self.firsts = (one[:end] for one, end in zip(found, many, strict=True))
        self.times = np.diff(starts[: len(self.firsts) + 1])


@compiled
def _apart(
    rows: Numbers, when: int, person: int, again: Numbers, months: Numbers, years: Numbers, firsts: Numbers,
    starts: Numbers, concepts: Numbers,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Every row is put everywhere, and stays where it belongs: which rows begin something can't be foreseen."""
    agains, months_, years_, pairs = 0, 0, 0, 0
    before = np.int64(-1)
    for row in range(len(rows)):
        told = np.int64(rows[row])
        again[agains], months[months_], years[years_], firsts[pairs], starts[pairs] = told, told, told, told, row
        is_first, who = told >> when != before >> when, told >> when & (1 << person) - 1
        agains += told == before
        months_ += told != before
        years_ += told >> MONTH_BITS != before >> MONTH_BITS
        pairs += is_first
        concepts[who] += is_first & (told >> when + person != 0)
        before = told
    starts[pairs] = len(rows)
    return agains, months_, years_, pairs


def mark_months(rows: Numbers, layout: Layout, seen: Months, people: Numbers) -> Numbers:
    """Rows in any order marked: in which months of which year each person has anything (`seen`, a bit each), and how
    many `people` in each month. Found: of which people and years nothing was marked before.
    """
    new = np.empty(len(rows) + 1, np.int64)
    return new[: _mark(rows, layout.person + layout.when, layout.when, seen.ravel(), people, new)]


def first_years(seen: Months) -> Numbers:
    """The place of the first year in which each person has anything; -1 if there is none."""
    found = np.full(len(seen), -1)
    _first(seen, found)
    return found


@compiled
def _mark(rows: Numbers, layout_bits: int, when: int, seen: Numbers, people: Numbers, new: Numbers) -> int:
    """`layout_bits`: of a person and when; `when`: of a month of a year."""
    many = 0
    for row in range(len(rows)):
        at = np.int64(rows[row]) & (1 << layout_bits) - 1
        month, year = at & (1 << MONTH_BITS) - 1, at >> MONTH_BITS
        before = np.int64(seen[year])
        people[at & (1 << when) - 1] += before >> month & 1 ^ 1
        seen[year] = np.uint16(before | 1 << month)
        new[many] = year
        many += before == 0
    return many


@compiled
def _first(seen: Months, found: Numbers) -> None:
    for person in range(len(seen)):
        for year in range(seen.shape[1]):
            if seen[person, year]:
                found[person] = year
                break
