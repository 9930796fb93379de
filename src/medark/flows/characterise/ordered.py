"""Results in the order of their analyses and strata: each part's where it is told, all parts' put together"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from medark.check.achilles import STRATA

_ANALYSIS = "analysis_id"
_ORDER = [(name, "ascending") for name in (_ANALYSIS, *STRATA)]


def in_order(rows: pa.Table) -> pa.Table:
    """Counts or distributions by their analyses, and strata."""
    return rows.sort_by(_ORDER).combine_chunks()


def together(schema: pa.Schema, parts: Sequence[pa.Table]) -> pa.Table:
    """Those of parts that are each in order, in order. Few analyses are of more than one part."""
    runs = [run for one in parts for run in _runs(one)]
    found = [schema.empty_table()]
    for _, some in groupby(sorted(runs, key=_number), key=_number):
        same = [rows for _, rows in some]
        found.append(same[0] if len(same) == 1 else in_order(pa.concat_tables(same)))
    return pa.concat_tables(found)


def _runs(rows: pa.Table) -> list[tuple[int, pa.Table]]:
    """Each analysis' number and rows."""
    numbers = rows[_ANALYSIS].to_numpy()
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    ends = [*starts[1:], len(numbers)][: len(starts)]
    return [(int(numbers[start]), rows.slice(start, end - start)) for start, end in zip(starts, ends, strict=True)]


def _number(of: tuple[int, pa.Table]) -> int:
    return of[0]
