"""One value from the values of many rows"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from medark.define.kinds import Kind
from medark.define.memory.operations import tried

Values = list[Any]  # of the rows where there is one


def aggregate(name: str, kind: Kind) -> Callable[[Values], Any]:
    """What makes an aggregate of `operators.AGGREGATES` of the given kind from the values that are not missing."""
    if name == "sum" and kind is Kind.WHOLE:
        return _unless_none(tried(sum))
    return AGGREGATES[name]


def _unless_none(function: Callable[[Values], Any]) -> Callable[[Values], Any]:
    return lambda values: function(values) if values else None


def _mean(values: Values) -> float:
    return math.fsum(values) / len(values)


# Sums are exact before they are rounded, so that the order of rows does not show in them.
AGGREGATES: Mapping[str, Callable[[Values], Any]] = {
    "exists": bool,
    "count": len,
    "count_distinct": lambda values: len(set(values)),
    "sum": _unless_none(tried(math.fsum)),
    "min": _unless_none(min),
    "max": _unless_none(max),
    "mean": _unless_none(tried(_mean)),
}
