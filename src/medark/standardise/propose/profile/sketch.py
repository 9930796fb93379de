"""A uniform sample of a column's distinct values with exact counts, of bounded size: the values of smallest hash

What falls under the k-th smallest hash is, of all distinct values, a sample that depends on nothing but the values: so
two columns' samples tell how many values they share, and the k-th hash how many distinct ones there are.
Source: Beyer 2007, SIGMOD, p. 199 (KMV); Bar-Yossef 2002, RANDOM, p. 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SIZE = 1024
_LONGEST = 128  # bytes of a value that are hashed, with its length
_SPAN = float(2**64)
_GREATEST = np.uint64(2**64 - 1)

Hashes = npt.NDArray[np.uint64]


_WORD = 8  # bytes that are hashed at once
# Of the bytes of a word, those that belong to a value of so many.
_WITHIN = np.array([(1 << (8 * n)) - 1 for n in range(_WORD + 1)], np.uint64)
_ODD = np.uint64(0x9E3779B97F4A7C15)


def hashes(values: pa.StringArray, seed: int) -> Hashes:
    """A 64-bit hash of each value; none of them may be NULL or empty. Without the seed they tell nothing of a value."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not len(values):
        return np.zeros(0, np.uint64)
    offsets = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + len(values) + 1]
    lengths = np.diff(offsets)
    place, found = (offsets[:-1] - offsets[0]).astype(np.int64), np.full(len(values), seed % 2**64, np.uint64)
    words = _words(np.frombuffer(values.buffers()[2], np.uint8)[offsets[0] : offsets[-1]])
    for begin in range(0, min(int(lengths.max()), _LONGEST), _WORD):
        left = np.clip(lengths - begin, 0, _WORD)
        word = words[np.minimum(place + begin, len(words) - 1)] & _WITHIN[left]
        found = (found ^ word) * _ODD
        found ^= found >> np.uint64(29)
    return _mixed(found ^ (lengths.astype(np.uint64) << np.uint64(48)))


def _words(text: npt.NDArray[np.uint8]) -> Hashes:
    """The word that begins at each byte."""
    padded = np.zeros(text.size + _WORD, np.uint8)
    padded[: text.size] = text
    return np.ndarray((text.size + 1,), np.dtype("<u8"), padded.data, strides=(1,))


def _mixed(found: Hashes) -> Hashes:
    """Every bit of the result hangs on every bit. Source: MurmurHash3's finaliser."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        found = (found ^ (found >> np.uint64(33))) * np.uint64(factor)
    return found ^ (found >> np.uint64(33))


@dataclass(slots=True)
class Sketch:
    """The values of smallest hash, sorted by it; how many rows hold each; and the values, while they are needed."""

    least: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    values: list[str] = field(default_factory=list, repr=False)

    def add(self, found: Hashes, counts: npt.NDArray[np.int64], values: pa.StringArray) -> None:
        """Distinct values of some rows."""
        near = found <= (self.least[-1] if self.least.size >= SIZE else _GREATEST)
        if found.size > SIZE and near.sum() > SIZE:
            near &= found <= np.partition(found, SIZE)[SIZE]
        self._merge(np.flatnonzero(near), found, counts, values)

    def add_each(self, found: Hashes, values: pa.StringArray) -> None:
        """Rows, whose values may come again, of a column of which there are more already than fit in."""
        picked = np.flatnonzero(found <= self.least[-1])
        self._merge(picked, found, np.ones(found.size, np.int64) if picked.size else self.counts, values)

    def _merge(
        self, picked: npt.NDArray[np.int64], found: Hashes, counts: npt.NDArray[np.int64], values: pa.StringArray
    ) -> None:
        if not picked.size:
            return
        text = self.values + values.take(pa.array(picked)).to_pylist()
        merged = np.concatenate([self.least, found[picked]])
        least, first, place = np.unique(merged, return_index=True, return_inverse=True)
        summed = np.bincount(place, weights=np.concatenate([self.counts, counts[picked]])).astype(np.int64)
        self.least, self.counts = least[:SIZE], summed[:SIZE]
        self.values = [text[index] for index in first[:SIZE]]

    @property
    def is_full(self) -> bool:
        """Are there as many values in it as fit?"""
        return self.least.size >= SIZE

    @property
    def is_whole(self) -> bool:
        """Are all distinct values in it?"""
        return self.least.size < SIZE

    @property
    def distinct(self) -> int:
        """How many distinct values there are: exactly while they are few, else within about 3 per cent."""
        if self.is_whole:
            return int(self.least.size)
        return round((SIZE - 1) / (float(self.least[-1]) / _SPAN))

    @property
    def repeated(self) -> float:
        """The share of distinct values that more than one row holds."""
        return float((self.counts > 1).mean()) if self.counts.size else 0.0


def contained(inner: Hashes, outer: Hashes) -> float | None:
    """The share of one column's distinct values that the other has too; None where the samples can't tell.

    Judged below the hash up to which both samples are whole.
    """
    if not inner.size or not outer.size:
        return None
    ends = [int(sample[-1]) for sample in (inner, outer) if sample.size >= SIZE]
    bound = np.uint64(min(ends, default=2**64 - 1))
    seen = inner[inner <= bound]
    return float(np.isin(seen, outer).mean()) if seen.size >= min(10, inner.size) else None
