"""What names mean as directions: names of one idea point alike, whatever their language"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Directions = Callable[[Sequence[str]], np.ndarray]  # of each name a row of length 1


@dataclass(frozen=True, slots=True)
class Sense:
    """A model of meaning, and what it makes of concepts: a row for each, in their order, of its own name."""

    of: Directions
    concepts: np.ndarray

    def likeness(self, names: Sequence[str]) -> np.ndarray:
        """Of each concept: how alike it is to the name that is most like it, -1 to 1 (a cosine)."""
        likeness: np.ndarray = (self.concepts @ self.of(names).T).max(axis=1)
        return likeness
