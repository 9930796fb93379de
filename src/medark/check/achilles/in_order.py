"""Where numbers lie among sorted ones, found by going on from where the one before lies: people mostly come in order"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Numbers

_FEW = 16  # that are so many times fewer are looked up, not passed by


def places_in(known: Numbers, numbers: Numbers) -> Numbers:
    """Before which of the `known`, which are sorted, each number would be put: the first of those that are not less.

    >>> places_in(np.array([10, 20, 20, 30]), np.array([20, 35, 5, 30])).tolist()
    [1, 4, 0, 3]
    """
    found = np.empty(len(numbers), np.int64)
    _walk(known, numbers, found)
    return found


def meeting(known: Numbers, wanted: Numbers) -> tuple[Numbers, Numbers]:
    """At which places of the `known` there is one of the `wanted`, and which of them; both sorted, the wanted once.

    >>> [one.tolist() for one in meeting(np.array([10, 20, 20, 30]), np.array([20, 25, 30]))]
    [[1, 2, 3], [0, 0, 2]]
    """
    if len(known) * _FEW < len(wanted):
        of = np.minimum(np.searchsorted(wanted, known), len(wanted) - 1)
        at = np.flatnonzero(wanted[of] == known)
        return at, of[at]
    at, of = np.empty(len(known), np.int64), np.empty(len(known), np.int64)
    many = _meet(known, wanted, at, of)
    return at[:many], of[:many]


@compiled
def _meet(known: Numbers, wanted: Numbers, at: Numbers, of: Numbers) -> int:
    many, next_ = 0, 0
    for place in range(len(known)):
        while next_ < len(wanted) and wanted[next_] < known[place]:
            next_ += 1
        if next_ == len(wanted):
            break
        at[many], of[many] = place, next_
        many += wanted[next_] == known[place]
    return many


@compiled
def _walk(known: Numbers, numbers: Numbers, found: Numbers) -> None:
    at, many = np.int64(0), np.int64(len(known))
    for row in range(len(numbers)):
        number = numbers[row]
        if at and known[at - 1] >= number:
            low, high = np.int64(0), at
        else:
            low, step = at, np.int64(1)
            while low + step <= many and known[low + step - 1] < number:
                low, step = low + step, step * 2
            high = min(low + step, many)
        while low < high:
            middle = (low + high) // 2
            if known[middle] < number:
                low = middle + 1
            else:
                high = middle
        at = low
        found[row] = at
