"""The rows of one kind that are looked at: since a moment, and those that are marked, however old"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medark.flows.timeline.rows import Bools, Longs, Rows


@dataclass(frozen=True, slots=True)
class Window:
    """Rows with start and end of each (ms, local), and which of them are marked."""

    rows: Rows
    start: Longs
    end: Longs
    is_marked: Bools

    def __len__(self) -> int:
        return len(self.start)

    @property
    def marked(self) -> int:
        """How many are marked."""
        return int(self.is_marked.sum())


def window(rows: Rows, spans: tuple[Longs, Longs], key: str, marked: frozenset[int], since_ms: int | None) -> Window:
    """What is looked at. `marked`: keys, in the column `key`."""
    start, end = spans
    is_marked = rows.is_in(key, marked)
    if since_ms is None:
        return Window(rows, start, end, is_marked)
    kept: Bools = (end >= since_ms) | is_marked
    return Window(rows.where(kept), start[kept], end[kept], is_marked[kept])


@dataclass(frozen=True, slots=True)
class Page:
    """Which of many are shown."""

    skip: int = 0
    most: int = 12

    def of(self, order: Longs) -> Longs:
        """Those of the page."""
        return order[self.skip : self.skip + self.most]


def newest_first(at: Longs, marked: Longs | Bools) -> Longs:
    """The marked first, then what is newest."""
    return np.lexsort((-at, np.asarray(marked) == 0))
