"""Who had what when as one number: from its highest bits a person, a concept, a year, a month of the year"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from medark.check.achilles.references import Numbers
from medark.check.achilles.tallies import kind_of

_MONTH = 4  # bits of a month in its year
_YEAR, _CONCEPT, _LOW = 14, 19, 37  # bits in wide rows; _LOW: of all but the person
MOST_PEOPLE, MOST_CONCEPTS = 1 << 25, 1 << _CONCEPT


@dataclass(frozen=True, slots=True)
class Layout:
    """How many `years` there are from the `first_year`; bits of a `person`'s number, of a `concept`'s code."""

    MONTHS: ClassVar[int] = 1 << _MONTH

    first_year: int
    years: int
    concept: int
    person: int

    @property
    def year(self) -> int:
        """Bits of a year."""
        return (self.years - 1).bit_length()

    @property
    def bits(self) -> int:
        """Of all."""
        return self.person + self._low

    @property
    def _low(self) -> int:
        return self.concept + self.year + _MONTH

    def months(self, rows: Numbers) -> Numbers:
        """When: the distance from the first month of the first year, 16 to a year."""
        return rows & ((1 << self.year + _MONTH) - 1)

    def without_concepts(self, rows: Numbers) -> Numbers:
        """Persons and months."""
        return (rows >> self._low << self.year + _MONTH) | self.months(rows)

    @staticmethod
    def without_months(rows: Numbers) -> Numbers:
        """Rows, or rows without concepts, up to the year."""
        return rows >> _MONTH

    def people_and_years(self, rows: Numbers) -> Numbers:
        """Of rows without months."""
        return (rows >> self.concept + self.year << self.year) | (rows & ((1 << self.year) - 1))

    def people_and_concepts(self, rows: Numbers) -> Numbers:
        """Of rows without months."""
        return rows >> self.year

    def concepts(self, rows: Numbers) -> Numbers:
        """Of persons and concepts."""
        return rows & ((1 << self.concept) - 1)

    def split(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Of persons and years: who, and the year."""
        years: Numbers = (rows & ((1 << self.year) - 1)).astype(np.int64) + self.first_year
        return rows >> self.year, years

    def calendar(self) -> Numbers:
        """Every month of every year, as 202405."""
        years = np.arange(self.first_year, self.first_year + self.years)
        return (years[:, None] * 100 + np.arange(1, 13)).ravel()


def wide(person: Numbers, concept: Numbers, month: Numbers) -> Numbers:
    """Rows as long as any can be; months are those of `records.months_of`."""
    found = person.astype(np.int64)
    found <<= _CONCEPT
    found |= concept
    found <<= _YEAR + _MONTH
    found |= month
    return found


def starts(rows: Numbers) -> Numbers:
    """Below all wide rows of their people, and above those of people before."""
    return rows >> _LOW << _LOW


def laid_out(rows: Numbers) -> tuple[int, Layout, Numbers]:
    """Wide rows in order, of which there is one at least, made as short as they can be: the first of their people, who
    is 0 in the short ones.
    """
    month = (rows & ((1 << _YEAR + _MONTH) - 1)).astype(np.int32)
    concept = (rows >> _YEAR + _MONTH & ((1 << _CONCEPT) - 1)).astype(np.int32)
    person = rows >> _LOW
    first, last = int(person[0]), int(person[-1])
    years = (int(month.min()) >> _MONTH, int(month.max()) >> _MONTH)
    layout = Layout(years[0], years[1] - years[0] + 1, int(concept.max()).bit_length(), (last - first).bit_length())
    kind = kind_of(layout.bits)
    short = (person - first).astype(kind, copy=False)
    short <<= layout.concept
    short |= concept
    short <<= layout.year + _MONTH
    short |= month - (layout.first_year << _MONTH)
    return first, layout, short
