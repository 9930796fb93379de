"""Where numbers lie among sorted ones, found by going on from where the one before lies: people mostly come in order"""

from __future__ import annotations

import numpy as np

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Numbers


def places_in(known: Numbers, numbers: Numbers) -> Numbers:
    """Before which of the `known`, which are sorted, each number would be put: the first of those that are not less.

    >>> places_in(np.array([10, 20, 20, 30]), np.array([20, 35, 5, 30])).tolist()
    [1, 4, 0, 3]
    """
    found = np.empty(len(numbers), np.int64)
    _walk(known, numbers, found)
    return found


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
