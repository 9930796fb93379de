"""Who had what when as one number: from its highest bits a person, a concept, a year, a month of the year"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from medark.check.achilles.references import Numbers
from medark.check.achilles.tallies import kind_of

_MONTH = 4  # bits of a month in its year


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

    def rows(self, person: Numbers, concept: Numbers, month: Numbers) -> Numbers:
        """Rows; months are those of `records.months_of`."""
        found = person.astype(np.int64)
        found <<= self.concept
        found |= concept
        found <<= self.year + _MONTH
        found |= month - (self.first_year << _MONTH)
        return found

    def starts(self, rows: Numbers) -> Numbers:
        """Below all rows of their people, and above those of people before."""
        return rows >> self._low << self._low

    def cut(self, rows: Numbers) -> tuple[int, Numbers]:
        """The first of the people of rows in order, and the rows as if people were counted from there."""
        first, last = (int(one) >> self._low for one in (rows[0], rows[-1]))
        bits = self._low + (last - first).bit_length()
        return first, (rows - (first << self._low)).astype(kind_of(bits), copy=False)

    def people(self, rows: Numbers) -> Numbers:
        """Whose rows they are."""
        return rows >> self._low

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


def laid_out(person: Numbers, concept: Numbers, month: Numbers) -> Layout:
    """What holds these rows, of which there is one at least."""
    first, last = (int(one) >> _MONTH for one in (month.min(), month.max()))
    return Layout(first, last - first + 1, int(concept.max()).bit_length(), int(person.max()).bit_length())
