"""A part's share of the city's cases, such that the shares of all parts sum to the city's

The parts are halved and halved again; each time chance decides which cases fall to the one half, and its stream is
that of the halves alone. So each part finds its share without the others, and no part gets more cases than people.
"""

from __future__ import annotations

import numpy as np

from medark.synthetic.chance import Ints, stream
from medark.synthetic.settings import PART_PEOPLE, CitySettings, Part, parts


def of_part(settings: CitySettings, concern: str, counts: Ints, part: Part) -> Ints:
    """Counts of one part, of the same shape; `counts` are of people, each counted at most once."""
    low, high = 1, len(parts(settings))
    shape, counts = counts.shape, counts.ravel().copy()
    some = np.flatnonzero(counts)
    left = counts[some]
    while low < high:
        middle = (low + high) // 2
        ours = left_of(settings, concern, left, low, middle, high)
        if part.number <= middle:
            left, high = ours, middle
        else:
            left, low = left - ours, middle + 1
    counts[:] = 0
    counts[some] = left
    return counts.reshape(shape)


def left_of(settings: CitySettings, concern: str, counts: Ints, low: int, middle: int, high: int) -> Ints:
    """Which of the counts of parts `low` to `high` fall to those up to `middle`."""
    if not counts.any():
        return counts.copy()
    chance = stream(settings.seed, f"{concern}/{low}-{high}")
    first, last = _people(settings, low, middle), _people(settings, middle + 1, high)
    total = int(counts.sum())
    mine = int(chance.hypergeometric(first, last, total)) if total <= first + last else total * first // (first + last)
    return chance.multivariate_hypergeometric(counts, mine, method="marginals")


def _people(settings: CitySettings, low: int, high: int) -> int:
    return min(high * PART_PEOPLE, settings.people) - (low - 1) * PART_PEOPLE
