"""Keys of a data file that are there more than once: exact, since a digest alone does not tell which keys it is of"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from medark.flows.quality.digests import Cut, Keys, cut, gathered, ordered, shortened

_NONE = np.zeros(0, np.int64)
_AT_ONCE = 1 << 16  # numbers that are looked at together: what a core has beside it
MOST = 1_000_000  # keys of a file: of one that has more, none are kept, and it is read where they are asked for


@dataclass(frozen=True, slots=True)
class Often:
    """Every key whose digest more than one row of a file has, and how many rows have the key; in no order."""

    keys: Keys = field(default_factory=lambda: _NONE)
    times: Keys = field(default_factory=lambda: _NONE)

    @classmethod
    def of(cls, spread: Cut) -> Often:
        """Of numbers that keys were spread to, sorted."""
        like_next = [_like_next(spread, first) for first in range(0, len(spread), _AT_ONCE)]
        places = np.concatenate([_NONE, *like_next])
        if not len(places):
            return cls()
        return cls(*np.unique(gathered(spread[ordered(np.concatenate([places, places + 1]))]), return_counts=True))

    @classmethod
    def together(cls, pieces: Sequence[Often]) -> Often | None:
        """Of pieces that have no digest in common; None where there are too many."""
        if sum(len(one.keys) for one in pieces) > MOST:
            return None
        keys, times = ([getattr(one, name) for one in pieces] for name in ("keys", "times"))
        return cls(np.concatenate([_NONE, *keys]), np.concatenate([_NONE, *times]))

    def among(self, cuts: Cut) -> Often:
        """Those whose digest is one of some."""
        is_one = np.isin(cut(self.keys), cuts)
        return Often(self.keys[is_one], self.times[is_one])


def _like_next(spread: Cut, first: int) -> Keys:
    """Where, from a place on, a number has the same digest as the next."""
    cuts = shortened(spread[first : first + _AT_ONCE + 1])
    return np.flatnonzero(cuts[1:] == cuts[:-1]) + first
