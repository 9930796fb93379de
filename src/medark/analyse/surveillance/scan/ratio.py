"""The likelihood ratio of each cylinder, for one set of cases or many drawn ones

Source: Kulldorff 1997, Commun Stat Theory Methods 26:1481-1496.
"""

from __future__ import annotations

import numpy as np

from medark.analyse.surveillance.signals import FloatArray

_LEAST = 1e-12  # cases expected where none are: keeps logarithms finite


class Ratios:
    """Log likelihood ratios c ln(c/E) + (C-c) ln((C-c)/(C-E)) where c > E, else 0: of cylinders with given E."""

    def __init__(self, expected: FloatArray, total: int) -> None:
        """`expected` of each cylinder, of any shape, when `total` cases are spread by chance."""
        whole = np.arange(total + 1, dtype=np.float64)
        logs = whole * np.log(np.maximum(whole, 1))
        self._of_count = logs + logs[::-1]
        self._expected = expected
        self._outside = np.log(np.maximum(total - expected, _LEAST))
        self._odds = np.log(np.maximum(expected, _LEAST)) - self._outside
        self._total = total

    def of(self, cases: FloatArray) -> FloatArray:
        """Of cases (… × cylinders): whole numbers."""
        found = self._of_count[cases.astype(np.intp)]
        found -= cases * self._odds
        found -= self._total * self._outside
        found[cases <= self._expected] = 0
        return np.maximum(found, 0, out=found)
