"""Many rows said in one text: the most important of each group, one after another"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.reports.said import Said, plain


def first_of_each(group: Ints, priority: Ints, limit: int) -> Ints:
    """Rows of the lowest priorities of each group (-1: of none; priorities ≥ 0), by group and priority."""
    some = np.flatnonzero(group >= 0)
    key = group[some] * (int(priority.max(initial=0)) + 1) + priority[some]
    order = some[np.argsort(key, kind="stable")]
    held = group[order]
    first = np.flatnonzero(np.concatenate([[True], held[1:] != held[:-1]])) if len(held) else np.zeros(0, np.int64)
    rank = np.arange(len(held)) - np.repeat(first, np.diff(np.append(first, len(held))))
    return order[rank < limit]


def listed(
    group: Ints, priority: Ints, count: int, limit: int, separator: str, said: Callable[[Ints], pa.Array]
) -> Said:
    """For each of `count` groups the texts of its first rows, joined; `said` gives the texts of rows."""
    rows = first_of_each(group, priority, limit)
    offsets = np.searchsorted(group[rows], np.arange(count + 1)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), said(rows).cast(pa.string()))
    return plain(pc.binary_join(lists, separator))
