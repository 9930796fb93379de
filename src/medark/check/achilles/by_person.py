"""The sums of `people_with` over arrays: rows sorted by person, each person with what they had when as numbers

A row is a number: person, concept, month. Sorted, everybody's concepts and their months lie together, and how many
people had what is how often something else starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.grouping import Codes, Coding, Tally, coding, firsts, lengths
from medark.check.achilles.people_with import OF

_KEYS = {name: keys for name, (_, keys, _) in OF.items()}
NAMES = ("sides", *_KEYS)
_Bools = np.ndarray[Any, np.dtype[np.bool_]]
_OFTEN = 1 << 24  # records of a person of one concept, and concepts of a person, are fewer


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of people, by their place among them."""

    is_known: _Bools
    gender: Codes
    born: Codes
    has_born: _Bools


class People:
    """What is told of everybody: rows of `person` (person_id, gender_concept_id, year_of_birth) in any order."""

    def __init__(self, persons: pa.Table) -> None:
        known = persons["person_id"].to_numpy()
        order = np.argsort(known, kind="stable")
        self._known = known[order]
        genders = persons["gender_concept_id"]
        self.genders = coding(pa.chunked_array([*genders.chunks, pa.nulls(1, genders.type)]), is_dense=False)
        self._gender = self.genders.codes(genders)[order]
        born = persons["year_of_birth"].combine_chunks()
        self._born = born.fill_null(0).to_numpy().astype(np.int64)[order]
        self._has_born = pc.is_valid(born).to_numpy(zero_copy_only=False)[order]
        self.born = (int(self._born.min()), int(self._born.max())) if len(known) else (0, 0)

    def facts(self, people: Codes) -> Facts:
        """Of some, by their number."""
        if not len(self._known):
            nothing = np.zeros(len(people), np.int64)
            return Facts(nothing > 0, nothing, nothing, nothing > 0)
        at = np.searchsorted(self._known, people)
        at[at == len(self._known)] = 0
        is_known = self._known[at] == people
        gender = np.where(is_known, self._gender[at], 0)
        return Facts(is_known, gender, np.where(is_known, self._born[at], 0), is_known & self._has_born[at])


class ByPerson:
    """The sums of people, made of some rows at a time, each time of whole people, sorted by person."""

    def __init__(self, people: People, concepts: Coding, months: Coding) -> None:
        self._people, self._concepts, self._months = people, concepts, months
        written = months.told(np.arange(months.size)).to_numpy() // 100
        self._years, self._year = np.unique_inverse(written)
        self._is_one = np.arange(concepts.size) >= concepts.has_null
        least, most = people.born
        self._youngest, oldest = int(self._years.min(initial=0)) - most, int(self._years.max(initial=0)) - least
        ages, deciles = oldest - self._youngest + 1, oldest // 10 - self._youngest // 10 + 2
        years, genders = len(self._years), people.genders.size
        self._tallies = {
            "in_month": Tally((months.size,)), "in_year": Tally((years, genders, deciles)),
            "age": Tally((genders, ages)), "by_month": Tally((concepts.size, months.size)),
            "by_year": Tally((concepts.size, years, genders, deciles)), "often": Tally((concepts.size, _OFTEN)),
            "ages": Tally((concepts.size, genders, ages)), "concepts": Tally((_OFTEN,)),
        }  # fmt: skip
        self._records = Tally((concepts.size, months.size))
        self._sides = np.zeros((3, 4), np.int64)  # people, inside, outside: by known and has any outside

    def add(self, who: Codes, concept: Codes, month: Codes, is_inside: _Bools) -> None:
        """Rows of whole people, sorted by person: whose, and by code what and when."""
        first = firsts(who)
        facts = self._people.facts(who[first])
        person = np.repeat(np.arange(len(first)), lengths(first, len(who)))
        self._add_sides(person, is_inside, facts)
        if not is_inside.all():
            person, concept, month = person[is_inside], concept[is_inside], month[is_inside]
        self._records.add((concept, month))
        key = (person * self._concepts.size + concept) * self._months.size + month
        key.sort()
        self._add_concepts(key, facts)
        key = person * self._months.size + month
        key.sort(kind="stable")  # in files rows are by person and day
        self._add_months(key, facts)

    def _add_sides(self, person: Codes, is_inside: _Bools, facts: Facts) -> None:
        every = np.bincount(person, minlength=len(facts.born))
        inside = np.bincount(person[is_inside], minlength=len(facts.born))
        side = facts.is_known * 2 + (every > inside)
        for place, values in enumerate((np.ones(len(every)), inside, every - inside)):
            self._sides[place] += np.bincount(side, values, minlength=4).astype(np.int64)

    def _add_months(self, key: Codes, facts: Facts) -> None:
        """People by month; by year, sex and age; age at the first record of all."""
        person, month = np.divmod(key[firsts(key)], self._months.size)
        self._tallies["in_month"].add((month,))
        year = self._year[month]
        starts = firsts(person * len(self._years) + year)
        person, year = person[starts], year[starts]
        self._tallies["in_year"].add((year, facts.gender[person], self._decile(facts, person, year)))
        starts = firsts(person)
        person, age = self._aged(facts, person[starts], year[starts])
        self._tallies["age"].add((facts.gender[person], age))

    def _add_concepts(self, key: Codes, facts: Facts) -> None:
        """People by concept, and by month, year, sex and age; how often they have it; how many concepts they have."""
        starts, ended = firsts(key), len(key)
        key = key[starts]
        which, month = np.divmod(key, self._months.size)
        person, concept = np.divmod(which, self._concepts.size)
        self._tallies["by_month"].add((concept, month))
        year = self._year[month]
        yearly = firsts(which * len(self._years) + year)
        of, when = person[yearly], year[yearly]
        self._tallies["by_year"].add((concept[yearly], when, facts.gender[of], self._decile(facts, of, when)))
        once = firsts(which)
        person, concept, year = person[once], concept[once], year[once]
        self._tallies["often"].add((concept, lengths(starts[once], ended)))
        has_one = self._is_one[concept]
        apart = firsts(person)
        many = np.add.reduceat(has_one.astype(np.int64), apart) if len(apart) else apart
        self._tallies["concepts"].add((many,))
        has_born = facts.has_born[person]
        of, age = self._aged(facts, person, year)
        self._tallies["ages"].add((concept if has_born.all() else concept[has_born], facts.gender[of], age))

    def _decile(self, facts: Facts, person: Codes, year: Codes) -> Codes:
        """Codes of age deciles, 0 where the year of birth is not known."""
        decile = (self._years[year] - facts.born[person]) // 10 - self._youngest // 10 + 1
        has_born = facts.has_born[person]
        return decile if has_born.all() else np.where(has_born, decile, 0)

    def _aged(self, facts: Facts, person: Codes, year: Codes) -> tuple[Codes, Codes]:
        """Those whose year of birth is known, and their age in a year, as a code."""
        has_born = facts.has_born[person]
        if not has_born.all():
            person, year = person[has_born], year[has_born]
        return person, self._years[year] - facts.born[person] - self._youngest

    def sums(self) -> Iterator[tuple[str, pa.Table]]:
        """Each sum by the end of its name: its keys and measures."""
        yield "sides", self._told_sides()
        for name, tally in self._tallies.items():
            codes, people = tally.found()
            told = {key: self._told(key, some) for key, some in zip(_KEYS[name], codes, strict=True)}
            if name == "by_month":
                yield name, pa.table({**told, "people": people, "n": self._records.found()[1]})
            else:
                yield name, pa.table({**told, "people": people})

    def _told(self, key: str, codes: Codes) -> pa.Array:
        match key:
            case "concept_id":
                return self._concepts.told(codes)
            case "month":
                return self._months.told(codes)
            case "gender_concept_id":
                return self._people.genders.told(codes)
            case "year":
                return pa.array(self._years[codes])
            case "decile":
                return pa.array(codes - 1 + self._youngest // 10, mask=codes == 0)
            case "age":
                return pa.array(codes + self._youngest)
            case _:
                return pa.array(codes)

    def _told_sides(self) -> pa.Table:
        there = np.flatnonzero(self._sides[0])
        names = ("is_known", "has_outside", "people", "inside", "outside")
        return pa.table([there >= 2, there % 2 == 1, *self._sides[:, there]], names)
