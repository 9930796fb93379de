"""Numbers that are looked for among many, as digests: which of them may be there, in a few bytes each"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads numbers that follow each other; two numbers never become one
_LOST, _REST = 12, 32  # bits of a mixed number: those that no digest has, those within a bucket of a large table
_BUCKETS = 1 << (64 - _LOST - _REST)
MOST_CUT = 1 << (64 - _LOST)  # every digest is less
_LARGE = 1_000_000  # keys; of fewer, 8 bytes each are little
Keys = np.ndarray[Any, np.dtype[np.int64]]
Cut = np.ndarray[Any, np.dtype[np.uint64]]


def cut(keys: Keys) -> Cut:
    """The digest of each number: the first 52 bits of another that lies anywhere."""
    found: Cut = keys.view(np.uint64) * _ODD
    found >>= np.uint64(_LOST)
    return found


def distinct(sorted_numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Each number once; they are sorted."""
    is_other = np.ones(len(sorted_numbers), np.bool_)
    is_other[1:] = sorted_numbers[1:] != sorted_numbers[:-1]
    found: np.ndarray[Any, Any] = sorted_numbers[is_other]
    return found


@dataclass(frozen=True, slots=True)
class Digests:
    """The sorted digests of some numbers. Of many, `starts` says where those with the same first bits begin, and `rest`
    has what follows; of few, `rest` has all of it.
    """

    rest: np.ndarray[Any, Any]
    starts: np.ndarray[Any, Any] | None = None

    @classmethod
    def of(cls, pieces: list[Cut]) -> Digests:
        """Of digests that are sorted, piece after piece."""
        if sum(map(len, pieces)) < _LARGE:
            return cls(np.concatenate([np.zeros(0, np.uint64), *pieces]))
        limits = np.arange(_BUCKETS + 1, dtype=np.uint64) << np.uint64(_REST)
        starts = sum((np.searchsorted(piece, limits) for piece in pieces), np.zeros(_BUCKETS + 1, np.int64))
        return cls(np.concatenate([piece.astype(np.uint32) for piece in pieces]), starts.astype(np.uint32))

    def __len__(self) -> int:
        return len(self.rest)

    def between(self, least: int, end: int) -> Cut:
        """Those from `least` to before `end`, both of the first bits; sorted."""
        if self.starts is None:
            limits = np.array([least, end], np.uint64) << np.uint64(_REST)
            first, last = np.searchsorted(self.rest, limits)
            found: Cut = self.rest[first:last]
            return found
        starts = self.starts[least : end + 1].astype(np.int64)
        high: Cut = np.repeat(np.arange(least, end, dtype=np.uint64) << np.uint64(_REST), np.diff(starts))
        high |= self.rest[starts[0] : starts[-1]]
        return high

    def may_have(self, cuts: Cut) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Of each digest, is it among these?"""
        if not len(self.rest):
            return np.zeros(len(cuts), np.bool_)
        if self.starts is None:
            places = np.minimum(np.searchsorted(self.rest, cuts), len(self.rest) - 1)
            return np.asarray(self.rest[places] == cuts)
        bucket, rest = (cuts >> np.uint64(_REST)).astype(np.int64), cuts.astype(np.uint32)
        low, high = self.starts[bucket].astype(np.int64), self.starts[bucket + 1].astype(np.int64)
        end, most = high.copy(), len(self.rest) - 1
        while (is_open := low < high).any():  # halve what is left, of all at once
            middle = (low + high) // 2
            is_less = (self.rest[np.minimum(middle, most)] < rest) & is_open
            low, high = np.where(is_less, middle + 1, low), np.where(is_open & ~is_less, middle, high)
        return np.asarray((low < end) & (self.rest[np.minimum(low, most)] == rest))


def twice(every: list[Digests], at_once: int) -> Cut:
    """The digests that are there more than once, among several that are sorted; `at_once`: how many in memory."""
    pieces = max(1, -(-sum(map(len, every)) // at_once))
    limits = [_BUCKETS * piece // pieces for piece in range(pieces + 1)]
    found = []
    for least, end in pairwise(limits):
        cuts = np.concatenate([np.zeros(0, np.uint64), *(one.between(least, end) for one in every)])
        cuts.sort()
        found.append(distinct(cuts[1:][cuts[1:] == cuts[:-1]]))
    return np.concatenate([np.zeros(0, np.uint64), *found])
