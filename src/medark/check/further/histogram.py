"""Numbers counted in bins of their logarithm: quantiles and distances, without the numbers"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

BINS: Final = 40  # a factor of e; a bin is 2.5 per cent wide
Histogram = Mapping[int, int]  # bin to how many numbers


def bin_sql(number: str) -> str:
    """The bin of a number above 0; NULL for others."""
    return f"cast(floor({BINS} * ln({number})) as integer)"


def quantile(of: Histogram, share: float) -> float:
    """The logarithm below which a share of the numbers lies; within a bin they are taken to be spread evenly.

    >>> round(quantile({0: 10, 40: 10}, 0.25), 4), quantile({0: 10, 40: 10}, 0.75)
    (0.0125, 1.0125)
    """
    wanted, seen = share * sum(of.values()), 0
    for place, count in sorted(of.items()):
        if seen + count >= wanted:
            return (place + (wanted - seen) / count) / BINS
        seen += count
    raise ValueError("no numbers")


def kolmogorov_smirnov(one: Histogram, other: Histogram) -> float:
    """The largest distance of two cumulative distributions, 0 to 1.

    >>> kolmogorov_smirnov({1: 1, 2: 1}, {2: 1, 3: 1})
    0.5
    """
    return max((abs(apart) for _, apart in _apart(one, other)), default=0.0)


def farthest(usual: Histogram, now: Histogram) -> tuple[int, bool]:
    """The bin up to which two distributions are farthest apart, and whether there is more than usual up to there, or
    above.

    >>> farthest({1: 5, 2: 5}, {2: 5, 3: 5}), farthest({2: 5, 3: 5}, {1: 5, 2: 5})
    ((1, False), (1, True))
    """
    place, apart = max(_apart(usual, now), key=lambda one: abs(one[1]), default=(0, 0.0))
    return place, apart < 0


def _apart(one: Histogram, other: Histogram) -> Iterator[tuple[int, float]]:
    """Up to each bin, by how much more of the first there is below it."""
    first, second = sum(one.values()), sum(other.values())
    below = 0.0
    for place in sorted({*one, *other}):
        below += one.get(place, 0) / first - other.get(place, 0) / second
        yield place, below


def jensen_shannon(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """The Jensen-Shannon distance (root of the divergence in bits), 0 to 1. Source: Endres 2003, IEEE Trans Inf Theory
    49:1858.

    >>> jensen_shannon({"a": 1}, {"b": 5}), jensen_shannon({"a": 2, "b": 2}, {"a": 1, "b": 1})
    (1.0, 0.0)
    """
    first, second = sum(one.values()), sum(other.values())
    found = 0.0
    for key in {*one, *other}:
        p, q = one.get(key, 0) / first, other.get(key, 0) / second
        middle = (p + q) / 2
        found += sum(share * math.log2(share / middle) / 2 for share in (p, q) if share)
    return math.sqrt(max(0.0, found))
