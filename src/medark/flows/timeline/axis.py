"""The overview of a record: what there is of each kind along one axis of time"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from medark.flows.timeline.nouns import Axis, Bar
from medark.flows.timeline.rows import NEVER, Longs, moment

WIDTH: Final = 1000
_COLUMNS: Final = 200  # stretches that are told apart
_DAY_MS: Final = 86_400_000


def axis(spans: Mapping[str, tuple[Longs, Longs]], since_ms: int | None, now_ms: int) -> Axis | None:
    """From the first row (or a moment) to the last row or now, whichever is later. None where there is no row."""
    starts = [start[start != NEVER] for start, _ in spans.values()]
    starts = [one for one in starts if len(one)]
    if not starts:
        return None
    first = min(int(one.min()) for one in starts) if since_ms is None else since_ms
    last = max(now_ms if since_ms is not None else NEVER, max(int(one.max()) for one in starts))
    length = max(last - first, _DAY_MS)
    lanes = {kind: _bars(start, end, first, length) for kind, (start, end) in spans.items()}
    return Axis(moment(first), moment(first + length), {kind: bars for kind, bars in lanes.items() if bars})


def _bars(start: Longs, end: Longs, first: int, length: int) -> tuple[Bar, ...]:
    """Rows as stretches; those that touch are one."""
    within = (end >= first) & (start != NEVER) & (start <= first + length)
    start, end = start[within], end[within]
    if not len(start):
        return ()
    left = np.clip((start - first) * _COLUMNS // length, 0, _COLUMNS - 1)
    right = np.clip((end - first) * _COLUMNS // length, left, _COLUMNS - 1)
    begun, ended = np.bincount(left, minlength=_COLUMNS), np.bincount(right + 1, minlength=_COLUMNS + 1)
    is_covered = np.cumsum(begun - np.concatenate(([0], ended[1:_COLUMNS]))) > 0
    edges = np.flatnonzero(np.diff(is_covered, prepend=False, append=False))
    opens, closes = edges[::2], edges[1::2]
    rows = np.add.reduceat(begun, opens) if len(opens) else opens
    step = WIDTH // _COLUMNS
    return tuple(
        map(Bar._make, zip((opens * step).tolist(), ((closes - opens) * step).tolist(), rows.tolist(), strict=True))
    )
