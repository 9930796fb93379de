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
from medark.check.achilles.compiled import compiled
from medark.check.achilles.grouping import coding, firsts
from medark.check.achilles.packed import Packed
from medark.check.achilles.shape import DISTRIBUTIONS, PERCENTILES

_KEYS = STRATA[:2]
_AT_A_TIME, _ROOM = 1 << 16, 16
_Numbers = np.ndarray[Any, Any]
_TYPES = {"analysis_id": pa.int64(), "count_value": pa.int64()} | dict.fromkeys(STRATA, pa.string())
_NO_ROWS = pa.schema([(name, _TYPES.get(name, pa.float64())) for name in DISTRIBUTIONS]).empty_table()


def distributions(analysis_id: int, values: pa.Table) -> pa.Table:
    """The rows of achilles_results_dist of an analysis, of one row each value of two strata: value, n."""
    if values["value"].null_count:
        values = values.filter(pc.is_valid(values["value"]))
    if not values.num_rows:
        return _NO_ROWS
    strata, value, often = _ordered(values)
    first = firsts(strata[0])
    told = [values[name].take(pa.array(strata[1][first])) for name in _KEYS]
    return _distributed(analysis_id, told, first, value, often)


def distributions_of(analysis_id: int, sums: Packed) -> pa.Table:
    """The same of sums by strata and, last, by value, none of which is NULL."""
    first = firsts(sums.keys >> sums.bits[-1])
    strata = Packed(sums.names[:-1], sums.coders[:-1], sums.bits[:-1], sums.keys[first] >> sums.bits[-1], first)
    told = strata.table().drop_columns(strata.measure).columns if len(sums.names) > 1 else []
    told = [*told, *[pa.nulls(len(first), pa.int64())] * (len(_KEYS) - len(told))]
    found, values = [], _Ordered(sums.coders[-1], sums.bits[-1])
    starts = np.append(first, len(sums.keys))
    at_a_time = np.searchsorted(starts, np.arange(0, len(sums.keys) + _AT_A_TIME, _AT_A_TIME)).clip(0, len(first))
    for start, end in pairwise(np.unique(at_a_time)):
        some = slice(starts[start], starts[end])
        mine, own = [one[start:end] for one in told], first[start:end] - some.start
        found.append(_distributed(analysis_id, mine, own, *values.of(sums.keys[some], sums.counts[some], own)))
    return pa.concat_tables(found) if found else _NO_ROWS


class _Ordered:
    """Puts keys in the order of stratum and value, of which so many last bits tell the value."""

    def __init__(self, coder: Coder, bits: int) -> None:
        self._coder, self._bits = coder, bits
        if isinstance(coder, Few):
            self._ranks, self._values = coder.ranks(), np.sort(coder.values()).astype(np.float64)

    def of(self, keys: _Numbers, often: _Numbers, first: _Numbers) -> tuple[_Numbers, _Numbers]:
        """The values of whole strata, which start at `first`, and how often each is there."""
        often, codes = often.astype(np.int64), keys & ((1 << self._bits) - 1)
        if not isinstance(self._coder, Few):
            return _numbers(self._coder, codes), often
        ranks = self._ranks[codes]
        if len(self._values) * len(first) > _ROOM * len(keys):
            order = np.lexsort((ranks, keys >> self._bits))
            return self._values[ranks[order]], often[order]
        found = np.empty(len(keys), np.float64), np.empty(len(keys), np.int64)
        _put_in_order(first, ranks, often, self._values, *found)
        return found


def _numbers(coder: Coder, codes: _Numbers) -> _Numbers:
    if isinstance(coder, Near):
        return np.asarray(coder.numbers(codes), np.float64)
    return np.asarray(coder.told(codes).cast(pa.float64()))


def _distributed(
    analysis_id: int, strata: Sequence[pa.Array], first: _Numbers, value: _Numbers, often: _Numbers
) -> pa.Table:
    """Of values in order in each stratum, which starts at `first`."""
    whole, mean, spread = np.empty(len(first), np.int64), np.empty(len(first)), np.empty(len(first))
    per_cents = np.array(sorted(PERCENTILES.values()))
    below = np.empty((len(per_cents), len(first)))
    _tell(value, often, first, per_cents, whole, mean, spread, below)
    told = {
        "analysis_id": np.full(len(first), analysis_id),
        **{name: column.cast(pa.string()) for name, column in zip(_KEYS, strata, strict=True)},
        **{name: pa.nulls(len(first), pa.string()) for name in STRATA[2:]},
        "count_value": whole, "min_value": value[first], "max_value": value[np.append(first[1:], len(value)) - 1],
        "avg_value": mean, "stdev_value": pa.array(spread, mask=whole < 2),
    }  # fmt: skip
    told |= {f"{name}_value": below[np.searchsorted(per_cents, one)] for name, one in PERCENTILES.items()}
    return pa.table({name: told[name] for name in DISTRIBUTIONS})


@compiled
def _put_in_order(
    first: _Numbers, ranks: _Numbers, often: _Numbers, values: _Numbers, value: _Numbers, many: _Numbers
) -> None:
    """Values of each stratum by rank, and how often each is there: it marks which of all values it has."""
    counts = np.zeros(len(values), np.int64)
    at = 0
    for place in range(len(first)):
        for row in range(first[place], first[place + 1] if place + 1 < len(first) else len(ranks)):
            counts[ranks[row]] = often[row]
        for rank in range(len(values)):
            if counts[rank]:
                value[at], many[at] = values[rank], counts[rank]
                counts[rank] = 0
                at += 1


@compiled
def _tell(
    value: _Numbers, often: _Numbers, first: _Numbers, per_cents: _Numbers, whole: _Numbers, mean: _Numbers,
    spread: _Numbers, below: _Numbers,
) -> None:  # fmt: skip
    """Of each stratum how many there are, their mean and deviation, and the least value that so many are not above."""
    for place in range(len(first)):
        start, end = first[place], first[place + 1] if place + 1 < len(first) else len(value)
        many, total = np.int64(0), 0.0
        for row in range(start, end):
            many += often[row]
            total += value[row] * often[row]
        whole[place], mean[place] = many, total / many
        apart, so_far, next_ = 0.0, np.int64(0), 0
        for row in range(start, end):
            apart += often[row] * (value[row] - mean[place]) ** 2
            so_far += often[row]
            while next_ < len(per_cents) and so_far >= -(-many * per_cents[next_] // 100):
                below[next_, place] = value[row]
                next_ += 1
        spread[place] = np.sqrt(apart / max(many - 1, 1))


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
