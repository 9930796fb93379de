"""Two sides that must not meet: which facts hold for a pair, worked out once for all drugs, asked as one number

What takes part in the same facts on a side is one group. A pair is a number, left group × 1000 + right group, and the
facts that hold for it are known before anybody asks: hundreds of facts are one look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import Series, case

_SIDE: Final = 1000  # groups of a side; the tables of facts here come to some dozens

Members = Mapping[str, frozenset[int]]  # what takes part on a side, and in which facts


@dataclass(frozen=True, slots=True)
class Crossing:
    """`left`, `right`: the group of each member. `facts`: the fact that is shown for a pair of groups."""

    left: Mapping[str, int]
    right: Mapping[str, int]
    facts: Mapping[int, int]

    def meets(self, left: Series, right: Series, among: Iterable[int]) -> Series:
        """Do two groups meet in one of these facts?"""
        return self._pair(left, right).is_in([pair for pair, fact in self.facts.items() if fact in set(among)])

    def fact(self, left: Series, right: Series, among: Iterable[int]) -> Series:
        """The number of that fact."""
        pairs: dict[int, list[int]] = {}
        for pair, fact in self.facts.items():
            pairs.setdefault(fact, []).append(pair)
        asked = [(fact, pairs[fact]) for fact in sorted(set(among), reverse=True) if fact in pairs]
        return case(*((self._pair(left, right).is_in(of), fact) for fact, of in asked))

    def _pair(self, left: Series, right: Series) -> Series:
        return left * _SIDE + right


def crossing(left: Members, right: Members, choose: Callable[[frozenset[int]], int] = max) -> Crossing:
    """The groups of both sides, and for each pair of them the fact that is chosen of those that hold."""
    lefts, rights = _groups(left), _groups(right)
    facts = {
        one * _SIDE + other: choose(both)
        for of, one in lefts.items()
        for told, other in rights.items()
        if (both := of & told)
    }
    return Crossing(
        {name: lefts[of] for name, of in left.items() if of},
        {name: rights[of] for name, of in right.items() if of},
        facts,
    )


def _groups(members: Members) -> dict[frozenset[int], int]:
    return {of: place for place, of in enumerate(sorted({of for of in members.values() if of}, key=sorted), 1)}
