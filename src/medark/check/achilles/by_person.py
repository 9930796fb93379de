"""The sums of `people_with` over arrays: what each person had when, each a number, the numbers sorted

A row is a number: person, concept, month. Sorted, everybody's concepts and their months lie together, and how many
people had what is how often something else starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.coders import Coder, Few, Months, Near
from medark.check.achilles.grouping import added, firsts, lengths
from medark.check.achilles.people_with import OF
from medark.check.achilles.records import Crowd
from medark.check.achilles.references import Bools, Numbers
from medark.check.achilles.tallies import Packed, Tally

_KEYS = {name: keys for name, (_, keys, _) in OF.items()}
NAMES = ("sides", *_KEYS)
_MONTHS, _CONCEPTS, _PEOPLE = 17, 22, 23  # bits of a row's number
_AT_A_TIME = 1 << 17  # rows
_BY_MONTH = ["concept_id", "month", "people", "n"]
_NO_MONTHS = pa.table({name: pa.array([], pa.int64()) for name in _BY_MONTH})
_YEARS = 10_000  # of birth, from 0; others are not coded
_CODED = {"year": 15, "decile": 12, "age": 16, "times": 21}  # bits of each


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of people, by their number: year of birth 0 where it is not known."""

    is_known: Bools
    gender: Numbers
    born: Numbers
    has_born: Bools


class People:
    """What is told of everybody: rows of `person` (person_id, gender_concept_id, year_of_birth) in any order."""

    def __init__(self, persons: pa.Table, coder: Coder | None = None) -> None:
        known = persons["person_id"].to_numpy()
        order = np.argsort(known, kind="stable")
        self._known = known[order]
        genders, born = persons["gender_concept_id"].combine_chunks(), persons["year_of_birth"].combine_chunks()
        self.genders = coder or Few(np.dtype(np.int64))
        codes = self._gender_codes(genders)
        self._gender = codes[order]
        self._born = born.fill_null(0).to_numpy().astype(np.int64)[order]
        self._has_born = pc.is_valid(born).to_numpy(zero_copy_only=False)[order]
        self.fits = not len(known) or (int(self._born.min()) >= 0 and int(self._born.max()) < _YEARS)

    def _gender_codes(self, genders: pa.Array) -> Numbers:
        if not len(genders):
            return np.zeros(0, np.int64)
        nulls = genders.is_null().to_numpy(zero_copy_only=False)
        codes = self.genders.codes(genders.fill_null(0).to_numpy().astype(np.int64), nulls if nulls.any() else None)
        return np.full(len(genders), codes) if isinstance(codes, int) else np.asarray(codes, np.int64)

    def facts(self, people: Numbers) -> Facts:
        """Of some, by who they are."""
        if not len(self._known):
            nothing = np.zeros(len(people), np.int64)
            return Facts(nothing > 0, nothing, nothing, nothing > 0)
        at = np.searchsorted(self._known, people)
        at[at == len(self._known)] = 0
        is_known = self._known[at] == people
        gender = np.where(is_known, self._gender[at], 0)
        return Facts(is_known, gender, np.where(is_known, self._born[at], 0), is_known & self._has_born[at])


class ByPerson:
    """The sums of people, made of some people's rows at a time."""

    def __init__(self, people: People) -> None:
        self._people, self._concepts = people, Few(np.dtype(np.int64))
        coders: dict[str, Coder] = {name: Near(np.dtype(np.int64), bits=bits) for name, bits in _CODED.items()}
        self._coders = {**coders, "month": Months(), "gender_concept_id": people.genders}
        self._tallies = {name: Tally(keys, "people") for name, keys in _KEYS.items()}
        self._records = Tally(_KEYS["by_month"])
        self._sides = np.zeros((3, 4), np.int64)  # people, inside, outside: by known and has any outside
        self._rows: list[Numbers] = []
        self.fits = True  # until somebody has something more often than can be coded

    def add(self, person: Numbers, concepts: Few, concept: Numbers | int, month: Numbers, inside: Bools) -> bool:
        """Rows by the number of their person, and by code what and when; False if they are too many to be coded."""
        self._concepts = self._coders["concept_id"] = concepts
        if not concepts.fits(_CONCEPTS) or (len(person) and int(person.max()) >> _PEOPLE):
            return False
        if not inside.all():
            person, month = person[inside], month[inside]
            concept = concept if isinstance(concept, int) else concept[inside]
        self._add(self._records, "by_month", (concept, month), len(person))
        row = person << _CONCEPTS
        row |= concept
        row <<= _MONTHS
        row |= month
        self._rows.append(row)
        return True

    def end(self, crowd: Crowd) -> None:
        """These were all rows of these people."""
        facts = self._people.facts(crowd.people)
        side = facts.is_known * 2 + (crowd.records > crowd.inside)
        for place, values in enumerate((np.ones(len(side)), crowd.inside, crowd.records - crowd.inside)):
            self._sides[place] += np.bincount(side, values, minlength=4).astype(np.int64)
        rows = np.concatenate(self._rows) if self._rows else np.zeros(0, np.int64)
        self._rows = []
        rows.sort()
        starts = rows[::_AT_A_TIME] >> (_CONCEPTS + _MONTHS)
        cuts = np.unique(np.append(np.searchsorted(rows, starts << (_CONCEPTS + _MONTHS)), len(rows)))
        for start, end in pairwise(cuts):
            self._add_concepts(rows[start:end], facts)

    def _add(self, tally: Tally, name: str, codes: Sequence[Any], rows: int) -> None:
        tally.add([self._coders[key] for key in _KEYS[name]], codes, rows)

    def _count(self, name: str, *values: Any) -> None:
        """Count people by codes of their concept and sex, and by numbers."""
        for key, value in zip(_KEYS[name], values, strict=True):
            self.fits &= key != "times" or int(value.max(initial=0)) < 1 << (_CODED[key] - 1)
        codes = [
            value + (1 << (_CODED[key] - 1)) if key in _CODED else value
            for key, value in zip(_KEYS[name], values, strict=True)
        ]
        self._add(self._tallies[name], name, codes, len(codes[0]))

    def _add_concepts(self, rows: Numbers, facts: Facts) -> None:
        """People by concept, and by month, year, sex and age; how often they have it; how many concepts they have."""
        starts, ended = firsts(rows), len(rows)
        rows = rows[starts]
        month, which = rows & ((1 << _MONTHS) - 1), rows >> _MONTHS
        person, concept = which >> _CONCEPTS, which & ((1 << _CONCEPTS) - 1)
        self._count("by_month", concept, month)
        self._add_months((person << _MONTHS) | month, facts)
        year = month // 12
        yearly = firsts((which << 14) | year)
        self._count_aged("by_year", facts, person[yearly], year[yearly], concept[yearly])
        once = firsts(which)
        person, concept, year = person[once], concept[once], year[once]
        self._count("often", concept, lengths(starts[once], ended))
        apart = firsts(person)
        self._count("concepts", np.add.reduceat((concept > 0).astype(np.int64), apart))
        has_born = facts.has_born[person]
        if not has_born.all():
            person, concept, year = person[has_born], concept[has_born], year[has_born]
        self._count("ages", concept, facts.gender[person], year - facts.born[person])

    def _add_months(self, rows: Numbers, facts: Facts) -> None:
        """People by month; by year, sex and age; age at the first record of all."""
        rows.sort()
        rows = rows[firsts(rows)]
        person, month = rows >> _MONTHS, rows & ((1 << _MONTHS) - 1)
        self._count("in_month", month)
        year = month // 12
        starts = firsts((person << 14) | year)
        person, year = person[starts], year[starts]
        self._count_aged("in_year", facts, person, year)
        starts = firsts(person)
        person, year = person[starts], year[starts]
        has_born = facts.has_born[person]
        if not has_born.all():
            person, year = person[has_born], year[has_born]
        self._count("age", facts.gender[person], year - facts.born[person])

    def _count_aged(self, name: str, facts: Facts, person: Numbers, year: Numbers, *concept: Numbers) -> None:
        """People by year, sex and decile of age, which is not known where the year of birth is not."""
        decile = (year - facts.born[person]) // 10 + (1 << (_CODED["decile"] - 1))
        has_born = facts.has_born[person]
        if not has_born.all():
            decile[~has_born] = 0
        codes = (*concept, year + (1 << (_CODED["year"] - 1)), facts.gender[person], decile)
        self._add(self._tallies[name], name, codes, len(person))

    def sums(self) -> Iterator[tuple[str, list[Packed] | pa.Table]]:
        """Each sum by the end of its name, in parts to be added up."""
        yield "sides", self._told_sides()
        for name, tally in self._tallies.items():
            found = tally.found()
            yield name, self._with_records(found) if name == "by_month" else found

    def _with_records(self, people: list[Packed]) -> pa.Table:
        """People and records by concept and month."""
        sides = {"people": people, "n": self._records.found()}
        told = [
            one.table().append_column(other, pa.array(np.zeros(len(one.keys), np.int64))).select(_BY_MONTH)
            for (name, some), other in zip(sides.items(), reversed(sides), strict=True)
            for one in some
        ]
        return added(told, _BY_MONTH[:2], _BY_MONTH[2:]) if told else _NO_MONTHS

    def _told_sides(self) -> pa.Table:
        there = np.flatnonzero(self._sides[0])
        names = ("is_known", "has_outside", "people", "inside", "outside")
        return pa.table([there >= 2, there % 2 == 1, *self._sides[:, there]], names)
