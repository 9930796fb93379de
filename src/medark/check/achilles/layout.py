"""Who had what when as one number: from its highest bits a concept, a person, a year, a month of the year

Sorted, all of a concept lies together, and in it all of a person: what is counted by concept stays in the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.months import FIRST, MONTHS, months_of
from medark.check.achilles.places import Bools, Numbers

MONTH_BITS = 4  # bits of a month in its year
WHEN, CONCEPT = 14 + MONTH_BITS, 19  # bits in wide rows, of which a person has the highest
BELOW = WHEN + CONCEPT  # bits below a person
_SHORT, _LEAST = 32, 10  # bits of a short row; of a person at least
MOST_PEOPLE, MOST_CONCEPTS = 1 << 25, 1 << CONCEPT
_SOME_ENDS, _AN_END, _AT_ONCE = 64, 1 << 12, 1 << 18  # at least, to so many rows; rows


class Cut(NamedTuple):
    """What is counted of short rows: their concept, from bit `concept` on; of the bits `others` those above `bits`."""

    concept: int
    others: int
    bits: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How many `years` there are from the `first_year`; bits of a `concept`'s code, of a `person`'s number among the
    people who are counted at once; how many `people` there are in all.
    """

    MONTHS: ClassVar[int] = 1 << MONTH_BITS

    first_year: int
    years: int
    concept: int
    person: int
    people: int

    @classmethod
    def of(cls, first: int, last: int, concepts: int, people: int, rows: int) -> Layout:
        """Of so many rows from a first month to a last, 16 to a year, of so many concepts' codes and people.

        Rows are short if they can be; what is counted at once stays in the processor's cache.
        """
        years = (last >> MONTH_BITS) - (first >> MONTH_BITS) + 1
        others = (years - 1).bit_length() + MONTH_BITS + concepts.bit_length()
        at_once = (_AT_ONCE * people // rows).bit_length()
        person = min((people - 1).bit_length(), max(min(_SHORT - others, at_once), _LEAST))
        return cls(first >> MONTH_BITS, years, concepts.bit_length(), max(person, 1), people)

    @classmethod
    def at_once(cls, first: int, last: int, concepts: int, people: int) -> Layout:
        """Of rows of all people at once, whether they are short or not."""
        years = (last >> MONTH_BITS) - (first >> MONTH_BITS) + 1
        return cls(first >> MONTH_BITS, years, concepts.bit_length(), max((people - 1).bit_length(), 1), people)

    @property
    def year(self) -> int:
        """Bits of a year."""
        return (self.years - 1).bit_length()

    @property
    def when(self) -> int:
        """Bits of a month of a year."""
        return self.year + MONTH_BITS

    def blocks(self, rows: Numbers) -> Iterator[tuple[int, Numbers]]:
        """Wide rows in any order, made short, all of some people at a time: with the first of these."""
        ends = np.empty(len(rows) // _AN_END + _SOME_ENDS, np.int64)
        many = _ends(rows, BELOW + self.person, ends)
        if not many:  # they don't come person after person
            rows.sort()
            many = _ends(rows, BELOW + self.person, ends)
        ends = ends[:many]
        starts = np.append(0, ends[:-1])
        of = rows[starts] >> BELOW + self.person
        for number in np.unique(of):
            some = [rows[start:end] for start, end in zip(starts[of == number], ends[of == number], strict=True)]
            first = int(number) << self.person
            yield first, self.short(some, first)

    def short(self, parts: Sequence[Numbers], first: int) -> Numbers:
        """Wide rows made short, of people from the `first` on."""
        kind = np.uint32 if self.concept + self.person + self.when <= _SHORT else np.int64
        found, at = np.empty(sum(map(len, parts)), kind), 0
        for rows in parts:
            _shorten(rows, first, self.first_year << MONTH_BITS, self.person, self.when, found[at : at + len(rows)])
            at += len(rows)
        return found

    def by_month(self) -> Cut:
        """The concept of short rows, and when: the distance from the first month of the first year, 16 to a year."""
        return Cut(self.person + self.when, (1 << self.when) - 1, 0)

    def by_year(self) -> Cut:
        """The concept of short rows, and the person and year."""
        return Cut(self.person + self.when, (1 << self.person + self.when) - 1, MONTH_BITS)

    def concepts(self, rows: Numbers) -> Numbers:
        """What."""
        return rows >> self.person + self.when

    def calendar(self) -> Numbers:
        """Every month of every year, as 202405."""
        years = np.arange(self.first_year, self.first_year + self.years)
        return (years[:, None] * 100 + np.arange(1, 13)).ravel()


def wide(
    person: Numbers, concept: Numbers | int, day: Numbers, inside: Bools, found: Numbers
) -> tuple[int, int, int] | None:
    """Rows that are `inside`, as long as any can be, as the first of `found`.

    How many they are, the first and the last month; None if a day is of no year from 1 to 9999.
    """
    codes = np.array([concept], np.int32) if isinstance(concept, int) else concept
    step = int(not isinstance(concept, int))
    many, first, last = _widened(person, codes, step, day, FIRST, MONTHS, inside, found)
    if not first:
        kinds, at = np.unique(months_of(day), return_inverse=True)
        many, first, last = _widened(person, codes, step, at, 0, kinds, inside, found)
    return (many, first, last) if first else None


@compiled
def _widened(
    person: Numbers, concept: Numbers, step: int, day: Numbers, since: int, months: Numbers, inside: Bools,
    found: Numbers,
) -> tuple[int, int, int]:  # fmt: skip
    """How many rows are inside, the first and last month, 0 if a day has none. `months`: of days from `since` on."""
    many, first, last = 0, np.int64(1) << 30, np.int64(0)
    for row in range(len(person)):
        if inside[row]:
            at = np.uint64(np.int64(day[row]) - since)
            when = np.int64(months[at] if at < np.uint64(len(months)) else 0)
            found[many] = (np.int64(person[row]) << CONCEPT | np.int64(concept[row * step])) << WHEN | when
            first, last = min(first, when), max(last, when)
            many += 1
    return many, first, last


@compiled
def _ends(rows: Numbers, shift: int, ends: Numbers) -> int:
    """Where rows of other people begin, and where all end; how many such places there are, 0 if there are too many."""
    many, block = 0, rows[0] >> shift
    for row in range(1, len(rows)):
        if rows[row] >> shift != block:
            if many + 1 >= len(ends):
                return 0
            ends[many], block = row, rows[row] >> shift
            many += 1
    ends[many] = len(rows)
    return many + 1


@compiled
def _shorten(rows: Numbers, first: int, since: int, person: int, when: int, found: Numbers) -> None:
    for row in range(len(rows)):
        whole = rows[row]
        what = (whole >> WHEN & (1 << CONCEPT) - 1) << person | (whole >> BELOW) - first
        found[row] = what << when | (whole & (1 << WHEN) - 1) - since
