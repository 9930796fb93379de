"""Swabs that are to be taken, as columns"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from medark.synthetic.chance import Floats, Ints


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who (a place in Town), when (days from the city's first), for what, in a tube with others, because of what."""

    person: Ints
    when: Floats
    target: Ints  # places in facts/test_targets
    pooled: np.ndarray
    event: Ints  # places in facts/events; -1: none

    @classmethod
    def of(cls, person: Ints, when: Floats, target: int, pooled: bool, event: int = -1) -> Wanted:
        """Swabs of one kind."""
        count = len(person)
        return cls(person, when, np.full(count, target), np.full(count, pooled), np.full(count, event))

    def taken(self, some: np.ndarray) -> Wanted:
        """Those of a mask or in an order."""
        return Wanted(self.person[some], self.when[some], self.target[some], self.pooled[some], self.event[some])

    def later(self, days: float) -> Wanted:
        """The same people, each alone, so many days later."""
        return replace(self, when=self.when + days, pooled=np.zeros(len(self.person), dtype=bool))


def joined(some: Sequence[Wanted]) -> Wanted:
    """All of them one after another."""
    return Wanted(*(np.concatenate([getattr(one, name) for one in some]) for name in Wanted.__slots__))
