"""The sums of people over arrays, of all rows of some people at a time, as they come"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Codes, Few
from medark.check.achilles.crowd import Crowd
from medark.check.achilles.layout import MOST_PEOPLE, Layout, wide
from medark.check.achilles.packed import Packed
from medark.check.achilles.people_sums import PeopleSums
from medark.check.achilles.persons import People
from medark.check.achilles.pile import Pile
from medark.check.achilles.places import Bools, Numbers

_NEVER: Final = 1 << 30  # after any month


class ByPerson:
    """`coders`: how what the sums are added to was coded."""

    def __init__(self, people: People, coders: Mapping[str, Coder]) -> None:
        self._people, self._sums = people, PeopleSums(people, coders)
        self._rows = Pile(np.int64)
        self._months = (_NEVER, 0)  # the first and the last of the rows
        self._fits = True

    @property
    def fits(self) -> bool:
        """Could all rows be coded so far?"""
        return self._fits and self._sums.fits

    def add(self, person: Numbers, concepts: Few, concept: Codes, day: Numbers, inside: Bools) -> None:
        """Rows by the number of their person, by code what, and by day when; only those `inside` count."""
        self._sums.coded_by(concepts)
        room = self._rows.room(len(person))
        found = wide(person, concept, day, inside, room)
        if found is None:
            self._fits = False
            return
        many, first, last = found
        self._rows.take(many)
        self._months = (min(self._months[0], first), max(self._months[1], last))

    def end(self, crowd: Crowd) -> None:
        """These were all rows of these people."""
        facts = self._people.facts(crowd.people)
        self._sums.add_sides(facts, crowd.records, crowd.inside)
        self._fits &= len(crowd.people) <= MOST_PEOPLE
        if self.fits and len(self._rows):
            layout = Layout.of(*self._months, self._sums.concepts, len(crowd.people), len(self._rows))
            for first, rows in layout.blocks(self._rows.numbers()):
                self._sums.add(rows, layout, facts.of(first, first + (1 << layout.person)))
        self._rows.clear()
        self._months = (_NEVER, 0)

    def found(self) -> Iterator[tuple[str, list[Packed] | pa.Table]]:
        """Each sum by the end of its name, in parts to be added up."""
        yield from self._sums.found()
