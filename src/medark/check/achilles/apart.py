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
    `concepts`: how many concepts each person has, but for that of none; `has_any`: who has any row.
    """

    def __init__(self, rows: Numbers, layout: Layout, people: int) -> None:
        found = [np.empty_like(rows) for _ in range(4)]
        times = np.empty(len(rows), np.int32)
        self.concepts, self.has_any = np.zeros(people, np.int64), np.zeros(people, bool)
        many = _apart(rows, layout.when, layout.person, *found, times, self.concepts, self.has_any)
        self.again, self.months, self.years, self.firsts = (one[:end] for one, end in zip(found, many, strict=True))
        self.times = times[: len(self.firsts)]


@compiled
def _apart(
    rows: Numbers, when: int, person: int, again: Numbers, months: Numbers, years: Numbers, firsts: Numbers,
    times: Numbers, concepts: Numbers, has_any: Numbers,
) -> tuple[int, int, int, int]:  # fmt: skip
    agains, months_, years_, pairs = 0, 0, 0, 0
    before = np.int64(-1)
    for row in range(len(rows)):
        told = np.int64(rows[row])
        if told == before:
            again[agains] = told
            agains += 1
        else:
            months[months_] = told
            months_ += 1
            if told >> MONTH_BITS != before >> MONTH_BITS:
                years[years_] = told
                years_ += 1
            if told >> when != before >> when:
                firsts[pairs], times[pairs] = told, 0
                pairs += 1
                who = told >> when & (1 << person) - 1
                has_any[who] = True
                if told >> when + person:
                    concepts[who] += 1
            before = told
        times[pairs - 1] += 1
    return agains, months_, years_, pairs


@compiled
def mark_months(rows: Numbers, layout_bits: int, when: int, seen: Numbers, people: Numbers) -> None:
    """Rows in any order: in which months of which year each person has anything (a bit each), and how many people in
    each month. `layout_bits`: of a person and when; `when`: of a month of a year.
    """
    for row in range(len(rows)):
        at = np.int64(rows[row]) & (1 << layout_bits) - 1
        month = np.uint16(1 << (at & (1 << MONTH_BITS) - 1))
        if not seen[at >> MONTH_BITS] & month:
            seen[at >> MONTH_BITS] |= month
            people[at & (1 << when) - 1] += 1
