"""Numbers that are looked for among many, as digests: which of them may be there, in a few bytes each"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads numbers that follow each other; two numbers never become one
_BACK = np.uint64(pow(int(_ODD), -1, 1 << 64))
_LOST, _REST = 12, 32  # bits of a mixed number: those that no digest has, those within a bucket of a large table
_BUCKETS = 1 << (64 - _LOST - _REST)
_ROOM = 4  # bits, at least, for each digest in the map of the first bits that are there
_LARGE = 1_000_000  # keys; of fewer, 8 bytes each are little
_AT_ONCE = 1 << 20  # bits of that map that are made together: what a core has beside it
_MANY = 100_000  # keys, of which first it is looked whether the first bits are there
Keys = np.ndarray[Any, np.dtype[np.int64]]
Cut = np.ndarray[Any, np.dtype[np.uint64]]


def spread(keys: Keys) -> Cut:
    """For each number another that lies anywhere."""
    found: Cut = keys.view(np.uint64) * _ODD
    return found


def gathered(numbers: Cut) -> Keys:
    """The numbers that were spread to these."""
    found: Keys = (numbers * _BACK).view(np.int64)
    return found


def shortened(numbers: Cut, out: Cut | None = None) -> Cut:
    """The digest of each number that was spread: its first 52 bits. `out`: where they are put."""
    found: Cut = np.right_shift(numbers, np.uint64(_LOST), out=out)
    return found


def cut(keys: Keys) -> Cut:
    """The digest of each number."""
    return shortened(spread(keys))


def ordered(numbers: Keys) -> Keys:
    """Each number once, sorted; a multiple of the speed of `np.unique`, which hashes first."""
    return distinct(np.sort(numbers))


def distinct(sorted_numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Each number once; they are sorted."""
    is_other = np.ones(len(sorted_numbers), np.bool_)
    is_other[1:] = sorted_numbers[1:] != sorted_numbers[:-1]
    found: np.ndarray[Any, Any] = sorted_numbers[is_other]
    return found


def are_in(keys: Keys, others: Keys) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Of each key, is it among others, which are sorted?"""
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    return np.asarray(others[np.minimum(np.searchsorted(others, keys), len(others) - 1)] == keys)


@dataclass(frozen=True, slots=True)
class Digests:
    """The sorted digests of some numbers. Of many, `starts` says where those with the same first bits begin, and `rest`
    has what follows; `seen` has a bit for each of the first bits that are there, eight a byte. Of few, `rest` has all.
    """

    rest: np.ndarray[Any, Any]
    starts: np.ndarray[Any, Any] | None = None
    seen: np.ndarray[Any, Any] | None = None

    @classmethod
    def of(cls, pieces: list[Cut]) -> Digests:
        """Of digests that are sorted, piece after piece."""
        many = sum(map(len, pieces))
        seen = _seen(pieces) if many >= _MANY else None
        if many < _LARGE:
            return cls(np.concatenate([np.zeros(0, np.uint64), *pieces]), None, seen)
        limits = np.arange(_BUCKETS + 1, dtype=np.uint64) << np.uint64(_REST)
        starts = sum((np.searchsorted(piece, limits) for piece in pieces), np.zeros(_BUCKETS + 1, np.int64))
        rest = np.empty(many, np.uint32)
        np.concatenate(pieces, out=rest, casting="unsafe")
        return cls(rest, starts.astype(np.uint32), seen)

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
        """Of each digest, is it among these? They are sorted."""
        if not len(self.rest) or not len(cuts):
            return np.zeros(len(cuts), np.bool_)
        if self.seen is None:
            return self._are_there(cuts)
        found = np.zeros(len(cuts), np.bool_)
        likely = np.flatnonzero(self._may_be_seen(cuts, self.seen))
        found[likely] = self._are_there(cuts[likely])
        return found

    def _may_be_seen(self, cuts: Cut, seen: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Are there digests with the same first bits? Of those that are not there, most have none."""
        bits = (cuts >> _behind(len(seen) * 8)).astype(np.int64)
        return np.asarray(seen[bits >> 3] >> (bits & 7).astype(np.uint8) & 1, np.bool_)

    def _are_there(self, cuts: Cut) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if self.starts is None:
            return _are_among(cuts, self.rest)
        return self._are_behind(cuts, self.starts)

    def _are_behind(self, cuts: Cut, starts: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        bucket, rest = (cuts >> np.uint64(_REST)).astype(np.int64), cuts.astype(np.uint32)
        low, high = starts[bucket].astype(np.int64), starts[bucket + 1].astype(np.int64)
        end, most = high.copy(), len(self.rest) - 1
        while (is_open := low < high).any():  # halve what is left, of all at once
            middle = (low + high) // 2
            is_less = (self.rest[np.minimum(middle, most)] < rest) & is_open
            low, high = np.where(is_less, middle + 1, low), np.where(is_open & ~is_less, middle, high)
        return np.asarray((low < end) & (self.rest[np.minimum(low, most)] == rest))


def _are_among(cuts: Cut, others: Cut) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Of each, is it among others? Both are sorted: the fewer are looked for among the more."""
    if not len(cuts):
        return np.zeros(0, np.bool_)
    if len(cuts) <= len(others):
        return np.asarray(others[np.minimum(np.searchsorted(others, cuts), len(others) - 1)] == cuts)
    is_there = cuts[np.minimum(np.searchsorted(cuts, others), len(cuts) - 1)] == others
    return np.isin(cuts, others[is_there])


def _seen(pieces: list[Cut]) -> np.ndarray[Any, Any]:
    """A bit for each of the first bits that digests have."""
    bits = 1 << (_ROOM * sum(map(len, pieces))).bit_length()
    found, behind = np.zeros(bits // 8, np.uint8), _behind(bits)
    for piece in pieces:
        for first in range(0, bits, _AT_ONCE):
            least, end = (np.uint64(place) << behind for place in (first, min(first + _AT_ONCE, bits)))
            mine = piece[slice(*np.searchsorted(piece, (least, end)))] - least >> behind
            is_there = np.zeros(min(_AT_ONCE, bits), np.bool_)
            is_there[mine.view(np.int64)] = True
            found[first // 8 : (first + _AT_ONCE) // 8] |= np.packbits(is_there, bitorder="little")
    return found


def with_digests(pieces: Iterable[Keys], cuts: Cut) -> Keys:
    """Those of some keys that have one of some digests."""
    found = [np.zeros(0, np.int64)]
    is_first = np.zeros(1 << 16, np.bool_)
    is_first[(cuts >> np.uint64(36)).astype(np.int64)] = True
    for keys in pieces:
        mine = cut(keys)
        likely = is_first[(mine >> np.uint64(36)).astype(np.int64)]
        found.append(keys[likely][np.isin(mine[likely], cuts)])
    return np.concatenate(found)


def _behind(bits: int) -> np.uint64:
    """How many bits of a digest come after the first, of which a map has so many."""
    return np.uint64(64 - _LOST - bits.bit_length() + 1)


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
