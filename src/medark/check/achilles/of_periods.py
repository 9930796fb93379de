"""The sums of observation and payer plan periods over arrays: what `periods` says in SQL, in one pass over each

Months are numbered from January of year 0. A span covers wholly what begins after the day before it and ends before the
day after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.cells import values_of
from medark.check.achilles.coded_rows import NUMBER, Coded, column_of, counted, flag_of
from medark.check.achilles.coders import Codes, Column
from medark.check.achilles.compiled import compiled
from medark.check.achilles.grouping import firsts, lengths
from medark.check.achilles.packed import Packed
from medark.check.achilles.periods import KIND
from medark.check.achilles.persons import Everybody, Facts, People
from medark.check.achilles.places import Bools, Numbers
from medark.check.achilles.references import NOBODY
from medark.check.achilles.spans import NO_DAY, Periods

_Rows = pa.Table | Packed
_FIRST_DAY, _LAST_DAY = (int(np.datetime64(day, "D").astype(np.int64)) for day in ("0001-01-01", "9999-12-31"))
_MONTHS: Final = 10_000 * 12
_MONTH_BITS, _DAY_BITS, _YEAR_BITS = 18, 23, 15  # of whatever is between the years 1 and 9999, on both sides of 0


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans: whose each is, the months of its first and last day and of the days beside these, what is told of it."""

    who: Numbers
    of: tuple[Numbers, Numbers]
    beside: tuple[Numbers, Numbers]
    told: Mapping[str, Coded]


class OfPeriods:
    """Makes the sums of a table of periods. `fits`: days are of the years 1 to 9999, and each person is there once."""

    def __init__(self, table: str, periods: Periods, everybody: Everybody) -> None:
        self._table, self._periods, self._people = table, periods, People(everybody)
        self.fits = self._people.fits and everybody.are_once and all(map(_are_near, (periods.start, periods.end)))
        self._first = firsts(periods.who)
        self._times = lengths(self._first, len(periods.who))
        self._facts = self._people.facts(periods.who[self._first])

    def found(self, names: Collection[str]) -> dict[str, _Rows] | None:
        """The sums of these names; None if the rows of one can't be coded."""
        by_month, periods = self._people_by_month, self._periods
        made: Mapping[str, Callable[[], _Rows | None]] = {
            "first": self._of_first,
            "months": partial(self._touched, 1), "whole_months": partial(self._whole, 1),
            "years": partial(self._touched, 12), "whole_years": partial(self._whole, 12),
            "starting": partial(by_month, periods.start), "ending": partial(by_month, periods.end),
            "times": self._of_times, "wrong": self._wrong, "kinds": self._kinds,
        }  # fmt: skip
        found = {name: of() for end, of in made.items() if (name := f"{self._table}_{end}") in names}
        coded = {name: rows for name, rows in found.items() if rows is not None}
        return coded if len(coded) == len(found) else None

    def _of_first(self) -> _Rows | None:
        """People who are known by their first period: its days, and how old they were."""
        facts, first = _some(self._facts, self._facts.is_known), self._first[self._facts.is_known]
        start, end = self._periods.start[first], self._periods.end[first]
        age = _years(np.where(start == NO_DAY, 0, start)) - facts.born
        return counted(
            len(first),
            gender_concept_id=self._gender(facts),
            age=column_of(age, (start == NO_DAY) | ~facts.has_born, _YEAR_BITS),
            days=column_of(end - start, (start == NO_DAY) | (end == NO_DAY), _DAY_BITS),
        )

    @cached_property
    def _spans(self) -> _Spans:
        who, first, last = self._periods.spans()
        facts = self._people.facts(who)
        told = {
            "gender_concept_id": self._gender(facts),
            "born": column_of(facts.born, ~facts.has_born, _YEAR_BITS),
            "is_known": flag_of(facts.is_known),
        }
        return _Spans(who, (_months(first), _months(last)), (_months(first - 1), _months(last + 1)), told)

    def _touched(self, months: int) -> _Rows | None:
        """Spans of months, or of years of so many, that have a day of a person's spans."""
        who, (from_, to) = self._spans.who, (one // months for one in self._spans.of)
        is_apart = np.ones(len(who), bool)
        is_apart[1:] = (who[1:] != who[:-1]) | (from_[1:] > to[:-1])
        starts = np.flatnonzero(is_apart)
        return self._of_spans(from_[starts], to[np.append(starts, len(who))[1:] - 1], starts)

    def _whole(self, months: int) -> _Rows | None:
        """The months or years of each span of which it has every day."""
        before, after = (one // months for one in self._spans.beside)
        has_some = np.flatnonzero(before + 1 < after)
        return self._of_spans(before[has_some] + 1, after[has_some] - 1, has_some)

    def _of_spans(self, first: Numbers, last: Numbers, which: Numbers) -> _Rows | None:
        """Spans of months or years with what is told of some of the spans."""
        told = {name: (one, _of_some(codes, which)) for name, (one, codes) in self._spans.told.items()}
        first_no, last_no = (column_of(one, bits=_MONTH_BITS) for one in (first, last))
        return counted(len(which), first_no=first_no, last_no=last_no, **told)

    def _people_by_month(self, days: Numbers) -> _Rows:
        """A month in which only nobody has a day is there too."""
        there, people = np.zeros(_MONTHS + 1, bool), np.zeros(_MONTHS + 1, np.int64)
        months = np.where(days == NO_DAY, _MONTHS, _months(np.where(days == NO_DAY, 0, days)))
        _count_people(self._periods.who, months, there, people, np.full(_MONTHS + 1, NOBODY))
        found = np.flatnonzero(there)
        return pa.table({"m": pa.array(found, mask=found == _MONTHS), "people": people[found]})

    def _of_times(self) -> _Rows | None:
        return counted(len(self._times), times=column_of(self._times))

    def _wrong(self) -> _Rows | None:
        """People by how many of their periods there are, and what is wrong with one of them."""
        start, end, born = self._periods.start, self._periods.end, np.repeat(self._facts.born, self._times)
        is_backwards = (end < start) & (start != NO_DAY)
        is_early = (_years(np.where(start == NO_DAY, 0, start)) < born) & (start != NO_DAY)
        return counted(
            len(self._first),
            is_known=flag_of(self._facts.is_known),
            is_backwards=flag_of(self._any(is_backwards), is_whole=True),
            is_early=flag_of(self._any(is_early), is_whole=True),
            times=column_of(self._times),
        )

    def _any(self, told: Bools) -> Bools:
        """Is it so of one of a person's periods?"""
        found: Bools = np.maximum.reduceat(told, self._first) if len(told) else told
        return found

    def _kinds(self) -> _Rows | None:
        assert self._periods.kind is not None
        return counted(len(self._periods.who), **{KIND[self._table]: column_of(*values_of(self._periods.kind))})

    def _gender(self, facts: Facts) -> Coded:
        return Column(NUMBER, self._people.genders), facts.gender


def _of_some(codes: Codes | None, which: Numbers) -> Codes | None:
    """Codes of some rows, in order."""
    return codes if codes is None or isinstance(codes, int) or len(codes) == len(which) else codes[which]


def _some(facts: Facts, which: Numbers | Bools) -> Facts:
    return Facts(facts.is_known[which], facts.gender[which], facts.born[which], facts.has_born[which])


def _months(days: Numbers) -> Numbers:
    months: Numbers = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months


def _years(days: Numbers) -> Numbers:
    return _months(days) // 12


def _are_near(days: Numbers) -> bool:
    """Are they of years that are told with four digits?"""
    there = days[days != NO_DAY]
    return not len(there) or (int(there.min()) >= _FIRST_DAY and int(there.max()) <= _LAST_DAY)


@compiled
def _count_people(who: Numbers, months: Numbers, is_there: Bools, people: Numbers, latest: Numbers) -> None:
    """Which months there are, and people in each; rows of a person lie together. `latest`: who was counted last."""
    for row in range(len(who)):
        month = months[row]
        is_there[month] = True
        if who[row] != latest[month]:
            latest[month] = who[row]
            people[month] += 1
