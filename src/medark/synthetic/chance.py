"""Chance that can be repeated: one stream of it for each concern of each part of the city

A stream depends on seed, concern and part alone: one more concern leaves everything else as it was, and the number of
workers changes nothing.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def stream(seed: int, concern: str, part: int = 0) -> np.random.Generator:
    """The stream of a concern in a part (0: of the whole city).

    >>> stream(1, "names", 7).random() == stream(1, "names", 7).random() != stream(1, "names", 8).random()
    True
    """
    key = int.from_bytes(blake2b(f"{seed}/{concern}/{part}".encode(), digest_size=16).digest())
    return np.random.Generator(np.random.Philox(key=key))


def pick(chance: np.random.Generator, weights: Any, count: int) -> Ints:
    """So many places drawn by weight: one search for all of them, faster than `choice`."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges, chance.random(count) * edges[-1], side="right").astype(np.int64)


def spread(chance: np.random.Generator, percent: Any, count: int) -> Floats:
    """Factors around 1 with a coefficient of variation in percent; tails beyond 2.5 deviations are cut."""
    return np.exp(np.clip(chance.standard_normal(count), -2.5, 2.5) * np.asarray(percent) / 100.0)
