"""What was counted over arrays in the shape of Achilles' results: cumulated and in proportion, as `shape` says it"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import shape
from medark.check.achilles.columns import Coded, Numbers
from medark.check.achilles.grouping import firsts, lengths

_MILLION: Final = 1_000_000
Rows = tuple[list[pa.Array], Numbers]  # texts of the first strata, and counts


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of each group: its strata, the count, and the part that some kinds need."""

    strata: list[Coded]
    count: Numbers
    part: Numbers | None = None

    def texts(self) -> list[pa.Array]:
        """The strata as they are written."""
        return [one.texts() for one in self.strata]


def shaped(kind: str, counted: Counted) -> Rows:
    """The rows of achilles_results of a kind of analyses."""
    return _SHAPES.get(kind, _as_it_is)(counted)


def _as_it_is(counted: Counted) -> Rows:
    return counted.texts(), counted.count


def _at_least(counted: Counted) -> Rows:
    """Cumulated in each first stratum, from the greatest part on."""
    first, part = counted.strata[0].codes, _part(counted)
    order = np.lexsort((-part, first))
    many = np.cumsum(counted.count[order])
    starts = firsts(first[order])
    before = np.repeat(many[starts] - counted.count[order][starts], lengths(starts, len(order)))
    whole = np.empty_like(many)
    whole[order] = many - before
    return counted.texts(), whole


def _share_of_all(counted: Counted) -> Rows:
    is_some = counted.count > 0
    part, count = _part(counted)[is_some], counted.count[is_some]
    return [_share(part, count), _text(part), _text(count)], (part > 0).astype(np.int64)


def _share_by_concept(counted: Counted) -> Rows:
    part = _part(counted)
    return [counted.texts()[0], _text(part), _share(part, counted.count)], counted.count


def _share_of_people(counted: Counted) -> Rows:
    return [counted.texts()[0], _share(counted.count, _part(counted))], counted.count


def _part(counted: Counted) -> Numbers:
    assert counted.part is not None
    return counted.part


def _share(part: Numbers, whole: Numbers) -> pa.Array:
    """A share with six decimals, as text: 0.250000; NULL of nothing. Half a millionth is rounded up.

    >>> _share(np.array([1, 2, 5, 3]), np.array([4, 3, 2, 0])).to_pylist()
    ['0.250000', '0.666667', '2.500000', None]
    """
    exact = part / np.where(whole == 0, 1, whole) * _MILLION
    millionths = np.trunc(exact)
    millionths += exact - millionths >= 0.5
    units, rest = (_text(one) for one in np.divmod(millionths.astype(np.int64), _MILLION))
    told = pc.binary_join_element_wise(units, pc.utf8_lpad(rest, 6, "0"), ".")
    return pc.if_else(pa.array(whole != 0), told, None)


def _text(numbers: Numbers) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


_SHAPES: Final[Mapping[str, Callable[[Counted], Rows]]] = {
    shape.AT_LEAST: _at_least,
    **dict.fromkeys(shape.SHARES, _share_of_all),
    shape.SHARES_BY_CONCEPT: _share_by_concept,
    shape.OF_ALL: _share_of_people,
}
