"""The sums of `people_with` over arrays: what each person had when, each a number, the numbers sorted

A row is a number: person, concept, year, month. Sorted, everybody's concepts and their months lie together, and how
many people had what is how often something else starts. What is told of a person in a year (sex, age) is looked up in a
table of people by years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Codes, Column, Few, Near, Nulls
from medark.check.achilles.grouping import added, firsts, lengths
from medark.check.achilles.layout import MOST_CONCEPTS, MOST_PEOPLE, Layout, laid_out, starts, wide
from medark.check.achilles.people_with import OF
from medark.check.achilles.persons import Facts, People
from medark.check.achilles.pile import Pile
from medark.check.achilles.records import Crowd
from medark.check.achilles.references import Bools, Numbers
from medark.check.achilles.tallies import Packed, Tally, kind_of, packed

_KEYS: Final = {name: keys for name, (_, keys, _) in OF.items()}
NAMES: Final = ("sides", *_KEYS)
_AT_A_TIME: Final = 1 << 17  # rows
_BY_MONTH: Final = ["concept_id", "month", "people", "n"]
_NO_MONTHS: Final = pa.table({name: pa.array([], pa.int64()) for name in _BY_MONTH})
_NUMBER: Final = np.dtype(np.int64)
_BITS: Final = {"decile": 6, "age": 9, "times": 8}  # of what is seldom further from 0


class ByPerson:
    """The sums of people, made of some people's rows at a time. `coders`: how what they are added to was coded."""

    def __init__(self, people: People, coders: Mapping[str, Coder]) -> None:
        self._people = people
        self._columns = {name: Column(_NUMBER, coders.get(name)) for name in ("concept_id", "month", "year")}
        self._columns["gender_concept_id"] = Column(_NUMBER, people.genders)
        for name, bits in _BITS.items():
            self._columns[name] = Column(_NUMBER, coders.get(name) or Near(_NUMBER, bits=bits))
        self._tallies = {
            name: Tally(keys, "people", [key for key in keys if key == "age"]) for name, keys in _KEYS.items()
        }
        self._again = Tally(_KEYS["by_month"])  # records of who has one of the same concept and month already
        self._sides = np.zeros((3, 4), np.int64)  # people, inside, outside: by known and has any outside
        self._rows = Pile(np.int64)
        self.fits = True  # until there is what can't be coded

    def add(self, person: Numbers, concepts: Few, concept: Codes, month: Numbers, inside: Bools) -> None:
        """Rows by the number of their person, and by code what and when; only those `inside` count."""
        self._columns["concept_id"].coder = concepts
        self.fits &= concepts.fits(MOST_CONCEPTS.bit_length() - 1)
        rows = wide(person, concept, month)
        self._rows.put(rows if inside.all() else rows.take(np.flatnonzero(inside)))

    def end(self, crowd: Crowd) -> None:
        """These were all rows of these people."""
        facts = self._people.facts(crowd.people)
        side = facts.is_known * 2 + (crowd.records > crowd.inside)
        for place, values in enumerate((np.ones(len(side)), crowd.inside, crowd.records - crowd.inside)):
            self._sides[place] += np.bincount(side, values, minlength=4).astype(np.int64)
        self.fits &= len(crowd.people) <= MOST_PEOPLE
        if self.fits and len(self._rows):
            rows = self._rows.numbers()
            rows.sort()
            cuts = np.searchsorted(rows, starts(rows[::_AT_A_TIME]))
            for start, end in pairwise(np.unique(np.append(cuts, len(rows)))):
                self._add(rows[start:end], facts)
        self._rows.clear()

    def sums(self) -> Iterator[tuple[str, list[Packed] | pa.Table]]:
        """Each sum by the end of its name, in parts to be added up."""
        yield "sides", self._told_sides()
        for name, tally in self._tallies.items():
            found = tally.found()
            yield name, self._with_records(found) if name == "by_month" else found

    def _add(self, rows: Numbers, facts: Facts) -> None:
        """Rows of some people, in order."""
        first, layout, rows = laid_out(rows)
        facts, months = facts.of(first, first + (1 << layout.person)), self._codes_of_months(layout)
        whole, apart = len(rows), firsts(rows)
        if len(apart) < whole:
            self._add_months(self._again, rows[1:][rows[1:] == rows[:-1]], layout, months)
            rows = rows.take(apart)
        self._add_months(self._tallies["by_month"], rows, layout, months)
        of_year, of_age = self._add_years(layout.without_concepts(rows), layout, months, facts)
        rows = layout.without_months(rows)
        yearly = firsts(rows)
        rows = rows.take(yearly)
        when, what = layout.people_and_years(rows), layout.people_and_concepts(rows)
        self._put(self._tallies["by_year"], "by_year", layout.concepts(what), of_year.take(when, mode="clip"))
        once = firsts(what)
        what, when = what.take(once), when.take(once)
        concept = layout.concepts(what)
        self._put(self._tallies["ages"], "ages", concept, of_age.take(when, mode="clip"))
        times = lengths(apart.take(yearly.take(once)), whole)
        self._count("often", len(times), concept, self._codes("times", times))
        people = firsts(what >> layout.concept)
        known = np.add.reduceat(concept > 0, people, dtype=np.int64)
        self._count("concepts", len(people), self._codes("times", known))

    def _add_months(self, to: Tally, rows: Numbers, layout: Layout, months: Numbers) -> None:
        """By concept and month."""
        month = months.take(layout.months(rows), mode="clip")
        self._put(to, "by_month", layout.concepts(layout.people_and_concepts(layout.without_months(rows))), month)

    def _add_years(self, when: Numbers, layout: Layout, months: Numbers, facts: Facts) -> tuple[Numbers, Numbers]:
        """People by month; by year, sex and age; age at the first record of all. Found: what is told of a person in a
        year, as one number: for the sum by year, sex and decile of age, and for that by sex and age.
        """
        when.sort()
        when = when.take(firsts(when))
        self._count("in_month", len(when), months.take(layout.months(when), mode="clip"))
        when = layout.without_months(when)
        when = when.take(firsts(when))
        person, year = layout.split(when)
        no_born = None if facts.has_born.all() else ~facts.has_born[person]
        age = year - facts.born[person]
        told = {
            "year": self._codes("year", year),
            "gender_concept_id": facts.gender[person],
            "age": self._codes("age", age, no_born),
            "decile": self._codes("decile", age // 10, no_born),
        }
        self._count("in_year", len(when), *(told[key] for key in _KEYS["in_year"]))
        first = firsts(person)
        at_first = (told[key] for key in _KEYS["age"])
        self._count("age", len(first), *(one if isinstance(one, int) else one[first] for one in at_first))
        size = len(facts.born) << layout.year
        return self._table("by_year", told, when, size), self._table("ages", told, when, size)

    def _codes_of_months(self, layout: Layout) -> Numbers:
        """The code of each month, by its distance from the first."""
        codes = self._codes("month", layout.calendar())
        found = np.zeros((layout.years, layout.MONTHS), np.int32)
        found[:, :12] = codes if isinstance(codes, int) else codes.reshape(-1, 12)
        return found.ravel()

    def _table(self, name: str, told: Mapping[str, Codes], where: Numbers, size: int) -> Numbers:
        """All keys of a sum but the concept as one number, `where` their person and year are."""
        bits = self._tallies[name].bits(self._coders(name)) or ()
        found = np.empty(size, kind_of(sum(bits[1:])))
        found[where] = packed(bits[1:], [told[key] for key in _KEYS[name][1:]], len(where))
        return found

    def _put(self, to: Tally, name: str, concept: Numbers, others: Numbers) -> None:
        """Count rows by concept and by all other keys, which are one number already."""
        bits = to.bits(self._coders(name))
        self.fits &= bits is not None
        if bits is not None:
            keys = np.left_shift(concept, sum(bits[1:]), dtype=kind_of(sum(bits)), casting="unsafe")
            keys |= others
            to.put(keys)

    def _count(self, name: str, rows: int, *codes: Codes) -> None:
        self.fits = self._tallies[name].add(self._coders(name), codes, rows) and self.fits

    def _codes(self, name: str, values: Numbers, nulls: Nulls = None) -> Codes:
        codes = self._columns[name].codes(values, nulls)
        self.fits &= codes is not None
        return 0 if codes is None else codes

    def _coders(self, name: str) -> list[Coder]:
        return [self._columns[key].coder or Near(_NUMBER) for key in _KEYS[name]]

    def _with_records(self, people: list[Packed]) -> pa.Table:
        """People and records by concept and month."""
        told = []
        for name, parts in (("people", people), ("n", self._again.found())):
            for one in parts:
                rows, none = one.table(), pa.array(np.zeros(len(one.keys), np.int64))
                other = rows["people"] if name == "people" else none
                told.append(rows.append_column("n" if name == "people" else "people", other).select(_BY_MONTH))
        return added(told, _BY_MONTH[:2], _BY_MONTH[2:]) if told else _NO_MONTHS

    def _told_sides(self) -> pa.Table:
        there = np.flatnonzero(self._sides[0])
        names = ("is_known", "has_outside", "people", "inside", "outside")
        return pa.table([there >= 2, there % 2 == 1, *self._sides[:, there]], names)
