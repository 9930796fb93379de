"""Who had what when as one number: from its highest bits a concept, a person, a year, a month of the year

Sorted, all of a concept lies together, and in it all of a person: what is counted by concept stays in the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from medark.check.achilles.references import Numbers

_MONTH = 4  # bits of a month in its year
_WHEN, _CONCEPT = 14 + _MONTH, 19  # bits in wide rows, of which a person has the highest
_LOW, _SHORT, _LEAST = _WHEN + _CONCEPT, 32, 10  # bits below a person; of a short row; of a person at least
MOST_PEOPLE, MOST_CONCEPTS = 1 << 25, 1 << _CONCEPT


@dataclass(frozen=True, slots=True)
class Layout:
    """How many `years` there are from the `first_year`; bits of a `concept`'s code, of a `person`'s number among the
    people who are counted at once.
    """

    MONTHS: ClassVar[int] = 1 << _MONTH

    first_year: int
    years: int
    concept: int
    person: int

    @classmethod
    def of(cls, first: int, last: int, concepts: int, people: int) -> Layout:
        """Of rows from a first month to a last, 16 to a year, of so many concepts' codes and people."""
        years = (last >> _MONTH) - (first >> _MONTH) + 1
        others = (years - 1).bit_length() + _MONTH + concepts.bit_length()
        person = max((people - 1).bit_length(), 1)
        return cls(first >> _MONTH, years, concepts.bit_length(), min(person, max(_SHORT - others, _LEAST)))

    @property
    def year(self) -> int:
        """Bits of a year."""
        return (self.years - 1).bit_length()

    @property
    def when(self) -> int:
        """Bits of a month of a year."""
        return self.year + _MONTH

    def blocks(self, rows: Numbers) -> Iterator[tuple[int, Numbers]]:
        """Wide rows in any order, made short, all of some people at a time: with the first of these."""
        block = rows >> _LOW + self.person
        ends = np.append(np.flatnonzero(block[1:] != block[:-1]) + 1, len(rows))
        if len(ends) > 4 * (int(block.max()) + 1) + 64:  # they don't come person after person
            rows.sort()
            yield from self.blocks(rows)
            return
        starts = np.append(0, ends[:-1])
        of = block[starts]
        for number in np.unique(of):
            some = [rows[start:end] for start, end in zip(starts[of == number], ends[of == number], strict=True)]
            first = int(number) << self.person
            yield first, self._short(some[0] if len(some) == 1 else np.concatenate(some), first)

    def _short(self, rows: Numbers, first: int) -> Numbers:
        kind = np.uint32 if self.concept + self.person + self.when <= _SHORT else np.int64
        person = (rows >> _LOW) - first
        found = (rows >> _WHEN & ((1 << _CONCEPT) - 1)).astype(kind)
        found <<= self.person
        found |= person.astype(kind)
        found <<= self.when
        found |= ((rows & ((1 << _WHEN) - 1)) - (self.first_year << _MONTH)).astype(kind)
        return found

    def months(self, rows: Numbers) -> Numbers:
        """When: the distance from the first month of the first year, 16 to a year."""
        return rows & ((1 << self.when) - 1)

    def people_and_months(self, rows: Numbers) -> Numbers:
        """Without the concept."""
        return rows & ((1 << self.person + self.when) - 1)

    def concepts(self, rows: Numbers) -> Numbers:
        """What."""
        return rows >> self.person + self.when

    @staticmethod
    def without_months(rows: Numbers) -> Numbers:
        """Up to the year."""
        return rows >> _MONTH

    def people_and_years(self, rows: Numbers) -> Numbers:
        """Of rows without months: the same without the concept."""
        return rows & ((1 << self.person + self.year) - 1)

    def concepts_and_people(self, rows: Numbers) -> Numbers:
        """Of rows without months."""
        return rows >> self.year

    def people(self, rows: Numbers) -> Numbers:
        """Of concepts and people."""
        return rows & ((1 << self.person) - 1)

    def calendar(self) -> Numbers:
        """Every month of every year, as 202405."""
        years = np.arange(self.first_year, self.first_year + self.years)
        return (years[:, None] * 100 + np.arange(1, 13)).ravel()


def wide(person: Numbers, concept: Numbers | int, month: Numbers) -> Numbers:
    """Rows as long as any can be; months are those of `records.months_of`."""
    found = person.astype(np.int64)
    found <<= _CONCEPT
    found |= concept
    found <<= _WHEN
    found |= month
    return found
