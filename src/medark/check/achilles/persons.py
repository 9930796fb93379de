"""What is told of people beside their records: sex and year of birth, by their number"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.coders import Coder, Few
from medark.check.achilles.in_order import places_in
from medark.check.achilles.places import Bools, Numbers

_YEARS = 10_000  # of birth, from 0; others are not coded


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of people, by their number: year of birth 0 where it is not known."""

    is_known: Bools
    gender: Numbers
    born: Numbers
    has_born: Bools

    def of(self, first: int, last: int) -> Facts:
        """Of those from one number to before another."""
        some = slice(first, last)
        return Facts(self.is_known[some], self.gender[some], self.born[some], self.has_born[some])


class Everybody:
    """What is told of everybody: rows of `person` (person_id, gender_concept_id, year_of_birth) in any order."""

    def __init__(self, persons: pa.Table) -> None:
        known = persons["person_id"].to_numpy()
        order = np.argsort(known, kind="stable")
        self.known = known[order]
        born = persons["year_of_birth"].combine_chunks()
        self.genders = persons["gender_concept_id"].combine_chunks().take(pa.array(order))
        self.born = born.fill_null(0).to_numpy().astype(np.int64)[order]
        self.has_born: Bools = pc.is_valid(born).to_numpy(zero_copy_only=False)[order]

    def alike(self, other: Everybody, people: Numbers) -> Bools:
        """Of which people is the same told?"""
        pairs = zip(self._told(people), other._told(people), strict=True)
        found: Bools = np.logical_and.reduce([one == two for one, two in pairs])
        return found

    def _told(self, people: Numbers) -> tuple[Numbers, ...]:
        """What is told of some people, each as a number; of who is not known all 0."""
        at = places_in(self.known, people)
        at[at == len(self.known)] = 0
        is_known = self.known[at] == people if len(self.known) else np.zeros(len(people), bool)
        nulls = self.genders.is_null().to_numpy(zero_copy_only=False)
        cells = (self.genders.fill_null(0).to_numpy(), nulls, self.born, self.has_born, np.ones(len(self.known)))
        return tuple(np.where(is_known, one[at], 0) if len(one) else np.zeros(len(people)) for one in cells)

    @property
    def are_once(self) -> bool:
        """Is there one row of each?"""
        return not (self.known[1:] == self.known[:-1]).any()


class People:
    """Looks up what is told of people. `coder`: how their sexes were coded before."""

    def __init__(self, everybody: Everybody, coder: Coder | None = None) -> None:
        self._known, self._born, self._has_born = everybody.known, everybody.born, everybody.has_born
        self.genders = coder or Few(np.dtype(np.int64))
        self._gender = self._gender_codes(everybody.genders)
        self.fits = not len(self._known) or (int(self._born.min()) >= 0 and int(self._born.max()) < _YEARS)

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
        at = places_in(self._known, people)
        at[at == len(self._known)] = 0
        is_known = self._known[at] == people
        gender = np.where(is_known, self._gender[at], 0)
        return Facts(is_known, gender, np.where(is_known, self._born[at], 0), is_known & self._has_born[at])
