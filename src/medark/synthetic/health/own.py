"""Chance that belongs to somebody: the same number each time it is asked for, in every stage and in any order"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import Any, Final

import numpy as np

from medark.synthetic.chance import Floats

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_QUARTER: Final = np.uint64(0xFFFF)


def uniform(seed: int, concern: str, *of: Any) -> Floats:
    """Numbers in [0, 1), one for each row of the whole numbers `of` (person, or person and time …).

    >>> a, b = uniform(1, "stage", np.array([7, 8]))
    >>> bool(a == uniform(1, "stage", np.array([7]))[0] != b)
    True
    """
    return (_mixed(seed, concern, of) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(seed: int, concern: str, *of: Any) -> Floats:
    """Numbers around 0 with deviation 1 and none beyond 3.5: the sum of four uniform ones of 16 bits (Irwin-Hall)."""
    bits = _mixed(seed, concern, of)
    total = (bits & _QUARTER).astype(np.float64)
    for shift in (16, 32, 48):
        total += (bits >> np.uint64(shift)) & _QUARTER
    found: Floats = (total * 2.0**-16 - 2.0) * np.sqrt(3.0)
    return found


@cache
def _salt(seed: int, concern: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(f"{seed}/{concern}".encode(), digest_size=8).digest()))


def _mixed(seed: int, concern: str, of: tuple[Any, ...]) -> np.ndarray:
    """SplitMix64 over the numbers of a row. Source: Steele 2014, OOPSLA 453."""
    bits = np.full(np.broadcast_shapes(*(np.shape(x) for x in of)), _salt(seed, concern))
    for number in of:
        bits = bits ^ (np.asarray(number).astype(np.int64).view(np.uint64) * _STEP)
        bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
        bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
        bits ^= bits >> np.uint64(31)
    return bits
