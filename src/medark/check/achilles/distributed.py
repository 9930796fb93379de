"""Distributions of how often each value is there: least, greatest, mean, deviation and percentiles of each stratum

Source: the percentiles are Achilles': the least value that so many per cent of all are not above; the deviation is that
of a sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.analyses import STRATA
from medark.check.achilles.coders import Coder, Few, Near
from medark.check.achilles.grouping import coding, firsts, lengths
from medark.check.achilles.packed import Packed
from medark.check.achilles.shape import DISTRIBUTIONS, PERCENTILES

_KEYS = STRATA[:2]
_AT_A_TIME = 1 << 16
_Numbers = np.ndarray[Any, Any]
_NOTHING = pa.table({name: pa.array([], pa.int64()) for name in (*_KEYS, "value", "n")})


def distributions(analysis_id: int, values: pa.Table) -> pa.Table:
    """The rows of achilles_results_dist of an analysis, of one row each value of two strata: value, n."""
    if values["value"].null_count:
        values = values.filter(pc.is_valid(values["value"]))
    strata, value, often = _ordered(values)
    first = firsts(strata[0])
    told = [values[name].take(pa.array(strata[1][first])) for name in _KEYS]
    return _distributed(analysis_id, told, first, value, often)


def distributions_of(analysis_id: int, sums: Packed) -> pa.Table:
    """The same of sums by strata and, last, by value, none of which is NULL."""
    width, coder = sums.bits[-1], sums.coders[-1]
    keys, often = sums.keys, sums.counts
    if isinstance(coder, Few):
        rank = coder.ranks()
        keys = keys & ~((1 << width) - 1) | rank[keys & ((1 << width) - 1)]
        order = np.argsort(keys, kind="stable")
        keys, often, values = keys[order], often[order], np.sort(coder.values()).astype(np.float64)
    first = firsts(keys >> width)
    starts = np.append(first, len(keys))
    cuts = np.unique(
        starts[np.searchsorted(starts, np.arange(0, len(keys) + _AT_A_TIME, _AT_A_TIME)).clip(0, len(first))]
    )
    strata = Packed(sums.names[:-1], sums.coders[:-1], sums.bits[:-1], keys[first] >> width, first)
    told = strata.table().drop_columns(strata.measure).columns if len(sums.names) > 1 else []
    told = [*told, *[pa.nulls(len(first), pa.int64())] * (len(_KEYS) - len(told))]
    found = []
    for start, end in pairwise(cuts):
        some = slice(*np.searchsorted(first, (start, end)))
        codes = keys[start:end] & ((1 << width) - 1)
        value = values[codes] if isinstance(coder, Few) else _numbers(coder, codes)
        mine = [one[some.start : some.stop] for one in told]
        found.append(_distributed(analysis_id, mine, first[some] - start, value, often[start:end].astype(np.int64)))
    return pa.concat_tables(found) if found else distributions(analysis_id, _NOTHING)


def _numbers(coder: Coder, codes: _Numbers) -> _Numbers:
    if isinstance(coder, Near):
        return np.asarray(coder.numbers(codes), np.float64)
    return np.asarray(coder.told(codes).cast(pa.float64()))


def _distributed(
    analysis_id: int, strata: Sequence[pa.Array], first: _Numbers, value: _Numbers, often: _Numbers
) -> pa.Table:
    """Of values in order in each stratum, which starts at `first`."""
    whole = _added(often, first)
    mean = _added(value * often, first) / whole
    many = lengths(first, len(value))
    apart = value - np.repeat(mean, many)
    spread = np.sqrt(_added(often * apart * apart, first) / np.maximum(whole - 1, 1))
    below = np.cumsum(often)
    before = below[first] - often[first]
    told = {
        "analysis_id": np.full(len(first), analysis_id),
        **{name: column.cast(pa.string()) for name, column in zip(_KEYS, strata, strict=True)},
        **{name: pa.nulls(len(first), pa.string()) for name in STRATA[2:]},
        "count_value": whole, "min_value": value[first], "max_value": value[first + many - 1], "avg_value": mean,
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
