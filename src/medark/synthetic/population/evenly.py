"""Chance with shares that come out right even in a small city"""

from __future__ import annotations

import numpy as np

from medark.synthetic.chance import Ints


def evenly(chance: np.random.Generator, weights: np.ndarray, count: int) -> Ints:
    """So many places by weight, in any order: each as often as its share says, up to the next whole number.

    >>> evenly(np.random.default_rng(1), np.array([0.5, 0.5]), 4).sum()
    np.int64(2)
    """
    edges = np.cumsum(weights, dtype=np.float64)
    ticks = (np.arange(count) + chance.random()) / max(count, 1) * edges[-1]
    places = np.searchsorted(edges, ticks, side="right").astype(np.int64)
    return np.asarray(chance.permutation(np.minimum(places, len(edges) - 1)))
