"""The sums of `people_with` over arrays: what each person had when, each a number, the numbers sorted

A row is a number: concept, person, year, month. Sorted, everybody's months of a concept lie together, and how many
people had it when is how often something else starts. What is told of a person in a year (sex, age) is looked up in a
table of people by years; that table is made of which months anybody has anything in, marked as rows come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.apart import Apart, Months, first_years, mark_months
from medark.check.achilles.coders import Coder, Codes, Column, Few, Near, Nulls
from medark.check.achilles.compiled import compiled
from medark.check.achilles.grids import Grid, compacted
from medark.check.achilles.grouping import added
from medark.check.achilles.layout import MOST_CONCEPTS, Cut, Layout
from medark.check.achilles.packed import Packed
from medark.check.achilles.people_with import OF
from medark.check.achilles.persons import Facts, People
from medark.check.achilles.places import Numbers
from medark.check.achilles.windows import Windows, kind_of

_KEYS: Final = {name: keys for name, (_, keys, _) in OF.items()}
NAMES: Final = ("sides", *_KEYS)
_BY_MONTH: Final = ["concept_id", "month", "people", "n"]
_NO_MONTHS: Final = pa.table({name: pa.array([], pa.int64()) for name in _BY_MONTH})
_NUMBER: Final = np.dtype(np.int64)
_OFTEN, _MANY = 1 << 10, 62  # so often at most all numbers up to it are told apart
_BITS: Final = {"decile": 6, "age": 9, "times": 8}  # of what is seldom further from 0


@dataclass(frozen=True, slots=True)
class Others:
    """What some people have beside the rows that are counted: of each in which months of which year of the layout (a
    bit each), and how many concepts that are in none of these rows.
    """

    months: Months
    concepts: Numbers


class PeopleSums:
    """Sums of people, made of some people's rows at a time. `coders`: how what they are added to was coded."""

    def __init__(self, people: People, coders: Mapping[str, Coder]) -> None:
        self._columns = {name: Column(_NUMBER, coders.get(name)) for name in ("concept_id", "month", "year")}
        self._columns["gender_concept_id"] = Column(_NUMBER, people.genders)
        for name, bits in _BITS.items():
            self._columns[name] = Column(_NUMBER, coders.get(name) or Near(_NUMBER, bits=bits))
        self._grids = {
            name: Grid(keys, "people", [key for key in keys if key == "age"]) for name, keys in _KEYS.items()
        }
        self._again = Grid(_KEYS["by_month"])  # records of who has one of the same concept and month already
        self._sides = np.zeros((3, 4), np.int64)  # people, inside, outside: by known and has any outside
        self.fits = True  # until there is what can't be coded

    @property
    def concepts(self) -> int:
        """How many concepts there are; the codes of a concept are from 0, of none, to this."""
        coder = self._columns["concept_id"].coder
        return len(coder.numbers) if isinstance(coder, Few) else 0

    def coded_by(self, concepts: Few) -> None:
        """How the concepts of the rows that come are coded."""
        self._columns["concept_id"].coder = concepts
        self.fits &= concepts.fits(MOST_CONCEPTS.bit_length() - 1)

    def add_sides(self, facts: Facts, records: Numbers, inside: Numbers) -> None:
        """How many records each of some people has, and how many of these lie in observation periods."""
        side = facts.is_known * 2 + (records > inside)
        for place, values in enumerate((np.ones(len(side)), inside, records - inside)):
            self._sides[place] += np.bincount(side, values, minlength=4).astype(np.int64)

    def add(self, rows: Numbers, layout: Layout, facts: Facts, others: Others | None = None) -> None:
        """Short rows of some people, all that they have, or with what they have beside these."""
        months = self._codes_of_months(layout)
        of_year, of_age, somebody = self._add_years(rows, layout, months, facts, others)
        rows.sort()
        apart = Apart(rows, layout, len(facts.born))
        when = np.arange(len(months))
        for grid, some in ((self._again, apart.again), (self._grids["by_month"], apart.months)):
            self._put(grid, "by_month", some, layout.by_month(), when, months)
        for name, some, (kinds, of) in (("by_year", apart.years, of_year), ("ages", apart.firsts, of_age)):
            self._put(self._grids[name], name, some, layout.by_year(), of, kinds)
        self._add_often(layout.concepts(apart.firsts), apart.times)
        concepts = apart.concepts if others is None else apart.concepts + others.concepts
        self._count("concepts", len(somebody), self._codes("times", concepts[somebody]))

    def found(self, less: PeopleSums | None = None) -> Iterator[tuple[str, list[Packed] | pa.Table]]:
        """Each sum by the end of its name, in parts to be added up; `less`: what is taken away from them."""
        yield "sides", _sides(self._sides if less is None else self._sides - less._sides)
        for name, grid in self._grids.items():
            found = _parts(grid, less and less._grids[name])
            yield name, _with_records(found, _parts(self._again, less and less._again)) if name == "by_month" else found

    def _add_years(
        self, rows: Numbers, layout: Layout, months: Numbers, facts: Facts, others: Others | None
    ) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers], Numbers]:
        """People by month; by year, sex and age; age at the first record of all. Found: what is told of people in
        years, and which of it of each person and year: for the sum by year, sex and decile of age; by sex and age; who
        has anything.
        """
        size = (len(facts.born), 1 << layout.year)
        people, seen = np.zeros(1 << layout.when, np.int64), np.zeros(size, np.uint16)
        when = mark_months(rows, layout, seen, people)
        new = when
        if others is not None:
            people, seen = np.zeros_like(people), others.months.copy()
            new = mark_months(rows, layout, seen, people)
        self._add_in_month(people[: len(months)], months)
        first = first_years(seen)
        somebody = np.flatnonzero(first >= 0)
        self._count_all("age", self._told(facts, layout, somebody << layout.year | first[somebody]))
        told = self._told(facts, layout, when)
        self._count_all("in_year", told if others is None else self._told(facts, layout, new))
        cells = size[0] << layout.year
        return self._table("by_year", told, when, cells), self._table("ages", told, when, cells), somebody

    def _told(self, facts: Facts, layout: Layout, when: Numbers) -> dict[str, Codes]:
        """What is told of people in a year each."""
        person, year, age, decile = (np.empty(len(when), np.int64) for _ in range(4))
        _tell(when, layout.year, layout.first_year, facts.born, person, year, age, decile)
        no_born = None if facts.has_born.all() else ~facts.has_born[person]
        return {
            "year": self._codes("year", year),
            "gender_concept_id": facts.gender[person],
            "age": self._codes("age", age, no_born),
            "decile": self._codes("decile", decile, no_born),
        }

    def _add_in_month(self, people: Numbers, months: Numbers) -> None:
        """People by month of the layout."""
        bits = self._grids["in_month"].bits(self._coders("in_month"))
        self.fits &= bits is not None
        there = np.flatnonzero(people)
        if bits is not None and len(there):
            order = there[np.argsort(months[there])]
            self._grids["in_month"].put_counted(months[order].astype(kind_of(sum(bits))), people[order])

    def _add_often(self, concept: Numbers, times: Numbers) -> None:
        """People by concept and how often they have it."""
        if not len(times):
            return
        most = int(times.max())
        kinds, at = (np.arange(1, most + 1), times - 1) if most <= _OFTEN else compacted(times, _MANY)
        codes = self._codes("times", kinds)
        bits = len(kinds).bit_length()
        kind = concept.dtype if self.concepts.bit_length() + bits <= 32 else np.dtype(np.int64)
        rows = concept.astype(kind, copy=False) << bits | at.astype(kind)
        if self.fits:
            kinds = np.array([codes]) if isinstance(codes, int) else codes
            self._put(self._grids["often"], "often", rows, Cut(bits, (1 << bits) - 1, 0), np.arange(len(kinds)), kinds)

    def _codes_of_months(self, layout: Layout) -> Numbers:
        """The code of each month, by its distance from the first."""
        codes = self._codes("month", layout.calendar())
        found = np.zeros((layout.years, layout.MONTHS), np.int32)
        found[:, :12] = codes if isinstance(codes, int) else codes.reshape(-1, 12)
        return found.ravel()

    def _table(self, name: str, told: Mapping[str, Codes], where: Numbers, size: int) -> tuple[Numbers, Numbers]:
        """All keys of a sum but the concept as one number, each once, and which of them is told `where` a person and
        year are.
        """
        bits = (self._grids[name].bits(self._coders(name)) or (1,))[1:]
        numbers = Windows.whole(bits).packed([told[key] for key in _KEYS[name][1:]], len(where))
        assert numbers is not None
        kinds, at = compacted(numbers, sum(bits))
        found = np.zeros(size, np.int32)
        found[where] = at
        return kinds, found

    def _put(self, grid: Grid, name: str, rows: Numbers, cut: Cut, of: Numbers, kinds: Numbers) -> None:
        """Count rows by concept and by all other keys, which are one number already: of `kinds`, which `of` tells."""
        if grid.bits(self._coders(name)) is None:
            self.fits = False
        else:
            grid.put(rows, cut, self.concepts + 1, of, kinds)

    def _count_all(self, name: str, told: Mapping[str, Codes]) -> None:
        """Count people in years by what is told of them."""
        rows = np.size(told["gender_concept_id"])
        self._count(name, rows, *(told[key] for key in _KEYS[name]))

    def _count(self, name: str, rows: int, *codes: Codes) -> None:
        self.fits = self._grids[name].add(self._coders(name), codes, rows) and self.fits

    def _codes(self, name: str, values: Numbers, nulls: Nulls = None) -> Codes:
        codes = self._columns[name].codes(values, nulls)
        self.fits &= codes is not None
        return 0 if codes is None else codes

    def _coders(self, name: str) -> list[Coder]:
        return [self._columns[key].coder or Near(_NUMBER) for key in _KEYS[name]]


@compiled
def _tell(
    when: Numbers, bits: int, first_year: int, born: Numbers,
    person: Numbers, year: Numbers, age: Numbers, decile: Numbers,
) -> None:  # fmt: skip
    """Of people and years as one number, of which a year has so many bits: each person, year, age, and its tens."""
    for row in range(len(when)):
        person[row] = when[row] >> bits
        year[row] = (when[row] & (1 << bits) - 1) + first_year
        age[row] = year[row] - born[person[row]]
        decile[row] = age[row] // 10


def _parts(grid: Grid, less: Grid | None) -> list[Packed]:
    """What was counted, and below 0 what is taken away."""
    return [*grid.found(), *(replace(one, counts=-one.counts) for one in (less.found() if less is not None else ()))]


def _with_records(people: Sequence[Packed], again: Sequence[Packed]) -> pa.Table:
    """People and records by concept and month."""
    told = []
    for name, parts in (("people", people), ("n", again)):
        for one in parts:
            rows, none = one.table(), pa.array(np.zeros(len(one.keys), np.int64))
            other = rows["people"] if name == "people" else none
            told.append(rows.append_column("n" if name == "people" else "people", other).select(_BY_MONTH))
    return added(told, _BY_MONTH[:2], _BY_MONTH[2:]) if told else _NO_MONTHS


def _sides(sides: Numbers) -> pa.Table:
    there = np.flatnonzero(sides.any(axis=0))
    names = ("is_known", "has_outside", "people", "inside", "outside")
    return pa.table([there >= 2, there % 2 == 1, *sides[:, there]], names)
