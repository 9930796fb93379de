"""Who had what when, in order: told apart by month, by year, and by person, in one pass"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.layout import MONTH_BITS, Layout
from medark.check.achilles.places import Numbers


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


@compiled
def mark_months(rows: Numbers, layout_bits: int, when: int, seen: Numbers, people: Numbers) -> None:
    """Rows in any order: in which months of which year each person has anything (a bit each), and how many people in
    each month. `layout_bits`: of a person and when; `when`: of a month of a year.
    """
    for row in range(len(rows)):
        at = np.int64(rows[row]) & (1 << layout_bits) - 1
        month, year = at & (1 << MONTH_BITS) - 1, at >> MONTH_BITS
        people[at & (1 << when) - 1] += np.int64(seen[year]) >> month & 1 ^ 1
        seen[year] |= np.uint16(1 << month)
