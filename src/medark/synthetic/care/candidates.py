"""Encounters that may come about: one frame of columns for all reasons to seek care"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from medark.synthetic.care.rows import Rows

# What a candidate is unless its maker says otherwise; every maker gives row, start, length, kind, reason and place.
_USUAL: Final[dict[str, Any]] = {
    "department": -1,  # that of the disease, or of what the place has
    "priority": 9,  # the lower survives where two overlap
    "arrival": 0, "triage": 0, "discharge": 0, "event": -1, "cancelled": False,
    "icu": False, "urgent": False,  # not planned: came through emergency
    "chain": 0, "cause": 0,  # number of this candidate and of the one that led here, within the part
    "case": 0,  # of infection
    "beside": -1,  # a disease that is named with the reason: the cancer of chemotherapy, the virus of a pneumonia
}  # fmt: skip


class Chain:
    """Numbers for candidates that others come from."""

    def __init__(self) -> None:
        self._next = 1

    def numbers(self, count: int) -> np.ndarray:
        """So many numbers not given before."""
        first = self._next
        self._next += count
        return np.arange(first, first + count)


def candidates(row: np.ndarray, **columns: Any) -> Rows:
    """A frame of candidates; columns may be numbers for all rows."""
    made = {"row": row} | _USUAL | columns
    return {name: np.array(np.broadcast_to(value, len(row))) for name, value in made.items()}
