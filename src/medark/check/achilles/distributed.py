"""Distributions of how often each value is there: least, greatest, mean, deviation and percentiles of each stratum

Source: the percentiles are Achilles': the least value that so many per cent of all are not above; the deviation is that
of a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.analyses import STRATA
from medark.check.achilles.grouping import coding, firsts, lengths
from medark.check.achilles.shape import DISTRIBUTIONS, PERCENTILES

_KEYS = STRATA[:2]
_AT_A_TIME = 1 << 16
_Numbers = np.ndarray[Any, Any]


def distributions(analysis_id: int, values: pa.Table) -> pa.Table:
    """The rows of achilles_results_dist of an analysis, of one row each value of two strata: value, n."""
    if values["value"].null_count:
        values = values.filter(pc.is_valid(values["value"]))
    return pa.concat_tables(_distributed(analysis_id, some) for some in _pieces(values))


def _pieces(values: pa.Table) -> Iterator[pa.Table]:
    """Some rows at a time, each time of whole strata, if they are in the order of the first."""
    if values.num_rows <= _AT_A_TIME or values[_KEYS[0]].null_count:
        yield values
        return
    stratum = values[_KEYS[0]].to_numpy()
    starts = firsts(stratum) if (stratum[1:] >= stratum[:-1]).all() else np.zeros(1, np.int64)
    wanted = np.arange(0, len(stratum), _AT_A_TIME)
    cuts = np.unique(np.append(starts, len(stratum))[np.searchsorted(starts, wanted)])
    for start, end in pairwise(np.unique(np.append(cuts, len(stratum)))):
        yield values.slice(start, end - start)


def _distributed(analysis_id: int, values: pa.Table) -> pa.Table:
    strata, value, often = _ordered(values)
    first = firsts(strata[0])
    whole = _added(often, first)
    mean = _added(value * often, first) / whole
    apart = value - np.repeat(mean, lengths(first, len(value)))
    spread = np.sqrt(_added(often * apart * apart, first) / np.maximum(whole - 1, 1))
    below = np.cumsum(often)
    before = below[first] - often[first]
    last = first + lengths(first, len(value)) - 1
    told = {
        "analysis_id": np.full(len(first), analysis_id),
        **{name: values[name].take(pa.array(strata[1][first])).cast(pa.string()) for name in _KEYS},
        **{name: pa.nulls(len(first), pa.string()) for name in STRATA[2:]},
        "count_value": whole, "min_value": value[first], "max_value": value[last], "avg_value": mean,
        "stdev_value": pa.array(spread, mask=whole < 2),
    }  # fmt: skip
    for name, per_cent in PERCENTILES.items():
        told[f"{name}_value"] = value[np.searchsorted(below, before + -(-whole * per_cent // 100))]
    return pa.table({name: told[name] for name in DISTRIBUTIONS})


def _ordered(values: pa.Table) -> tuple[tuple[_Numbers, _Numbers], _Numbers, _Numbers]:
    """Which stratum each row is of and where it was; its value; how often: by stratum and value."""
    stratum = np.zeros(values.num_rows, np.int64)
    for name in _KEYS:
        column = coding(values[name])
        stratum = stratum * column.size + column.codes(values[name])
    value = values["value"].cast(pa.float64()).to_numpy()
    often = values["n"].cast(pa.int64()).to_numpy()
    next_, before = slice(1, None), slice(None, -1)
    is_after = (stratum[next_] > stratum[before]) | (
        (stratum[next_] == stratum[before]) & (value[next_] >= value[before])
    )
    order = np.arange(len(value)) if is_after.all() else np.lexsort((value, stratum))
    return (stratum[order], order), value[order], often[order]


def _added(values: _Numbers, first: _Numbers) -> _Numbers:
    return np.add.reduceat(values, first) if len(first) else values[:0]
