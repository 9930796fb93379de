"""What city is asked for: how many people, when, from which seed, how dirty"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

HOSPITALS: Final = ("north", "south", "county")
LANGUAGES: Final = ("zh", "en")
DIRT_LEVELS: Final = {"none": 0.0, "low": 0.3, "usual": 1.0, "high": 5.0}  # times the shares of facts
MOST_PEOPLE: Final = 99_000_000  # keys of rows are 10 digits times the part
PART_PEOPLE: Final = 10_000  # people that are made at once: what bounds memory; the city does not depend on workers


@dataclass(frozen=True, slots=True)
class CitySettings:
    """`start` is the first day of the city's records and `end` the day after the last. The same settings give the
    same bytes.
    """

    people: int = 1000
    start: dt.date = dt.date(2023, 1, 1)
    end: dt.date = dt.date(2026, 1, 1)
    seed: int = 1
    hospitals: tuple[str, ...] = HOSPITALS
    dirt: str = "usual"
    note_language: str = "zh"
    outbreak: str = field(default="", repr=False)  # text of an outbreak file (TOML); "" for the built-in one
    pictures: int = 200  # imaging studies, the first of the first part, whose DICOM files are written

    @property
    def days(self) -> int:
        """Days of record."""
        return (self.end - self.start).days

    @property
    def years(self) -> range:
        """Calendar years with a day of record."""
        return range(self.start.year, (self.end - dt.timedelta(1)).year + 1)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of people made together: numbers `first` to `first + count - 1`."""

    number: int  # from 1
    first: int
    count: int

    @property
    def numbers(self) -> range:
        """The numbers of its people."""
        return range(self.first, self.first + self.count)


def parts(settings: CitySettings) -> tuple[Part, ...]:
    """The city's people cut in parts.

    >>> parts(CitySettings(people=25_000))[-1]
    Part(number=3, first=20001, count=5000)
    """
    firsts = range(1, settings.people + 1, PART_PEOPLE)
    return tuple(
        Part(number, first, min(PART_PEOPLE, settings.people + 1 - first)) for number, first in enumerate(firsts, 1)
    )
