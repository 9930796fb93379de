"""Keys of a data file that are there more than once: exact, since a digest alone does not tell which keys it is of"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from medark.flows.quality.digests import Cut, Keys, cut, gathered, shortened

_NONE = np.zeros(0, np.int64)
MOST = 1_000_000  # keys of a file: of one that has more, none are kept, and it is read where they are asked for


@dataclass(frozen=True, slots=True)
class Often:
    """Every key whose digest more than one row of a file has, and how many rows have the key; in no order."""

    keys: Keys = field(default_factory=lambda: _NONE)
    times: Keys = field(default_factory=lambda: _NONE)

    @classmethod
    def of(cls, spread: Cut) -> Often:
        """Of numbers that keys were spread to, sorted."""
        cuts = shortened(spread)
        is_like_next = cuts[1:] == cuts[:-1]
        if not is_like_next.any():
            return cls()
        is_one = np.zeros(len(cuts), np.bool_)
        is_one[1:] = is_like_next
        is_one[:-1] |= is_like_next
        return cls(*np.unique(gathered(spread[is_one]), return_counts=True))

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
