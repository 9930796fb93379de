"""Pairs into persons: the surest first, and never two whom something keeps apart"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

DECIDED: Final = float("inf")  # the weight of what a person has decided
LARGEST: Final = 60  # numbers that one person may go by: more come from a value that many share


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two numbers that are one person's, and how sure that is (bits)."""

    left: int
    right: int
    weight: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """`person_of`: each number that is joined to another, and the person's number, the smallest of them;
    `refused`: pairs that were kept apart all the same.
    """

    person_of: Mapping[int, int]
    refused: tuple[Pair, ...]


@dataclass(slots=True)
class _Groups:
    """Groups of numbers that only grow, with what each knows of itself."""

    numbers: dict[int, set[str]]  # identity numbers of each group, by its head
    apart: dict[int, set[int]]  # heads that a group is never to join
    head: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)

    def of(self, number: int) -> int:
        if number not in self.head:
            self.head[number], self.members[number] = number, [number]
        return self.head[number]

    def may_join(self, one: int, other: int, *, decided: bool) -> bool:
        if other in self.apart.get(one, ()):
            return False
        theirs = self.numbers.get(one, set()) | self.numbers.get(other, set())
        return decided or (len(theirs) <= 1 and len(self.members[one]) + len(self.members[other]) <= LARGEST)

    def join(self, one: int, other: int) -> None:
        large, small = sorted((one, other), key=lambda head: (-len(self.members[head]), head))
        for member in self.members[small]:
            self.head[member] = large
        self.members[large] += self.members.pop(small)
        if small in self.numbers:
            self.numbers.setdefault(large, set()).update(self.numbers.pop(small))
        for foe in self.apart.pop(small, set()):
            self.apart[foe].discard(small)
            self.apart[foe].add(large)
            self.apart.setdefault(large, set()).add(foe)


def clustered(
    pairs: Iterable[Pair], identity_numbers: Mapping[int, Collection[str]], apart: Iterable[tuple[int, int]] = ()
) -> Clusters:
    """Persons out of pairs. The order in which anything is told does not matter.

    `identity_numbers`: the possible identity numbers of each number; two different ones are never joined but by
    decision. `apart`: pairs of which somebody has decided that they are two persons.

    >>> clustered([Pair(1, 2, 9.0), Pair(2, 3, 12.0)], {}).person_of
    {1: 1, 2: 1, 3: 1}
    >>> clustered([Pair(1, 2, 9.0), Pair(2, 3, 12.0)], {1: ["a"], 3: ["b"]}).refused
    (Pair(left=1, right=2, weight=9.0),)
    """
    foes: dict[int, set[int]] = {}
    for left, right in apart:
        foes.setdefault(left, set()).add(right)
        foes.setdefault(right, set()).add(left)
    groups = _Groups({number: set(theirs) for number, theirs in identity_numbers.items() if theirs}, foes)
    refused = []
    for pair in sorted(set(pairs), key=lambda pair: (-pair.weight, pair.left, pair.right)):
        one, other = groups.of(pair.left), groups.of(pair.right)
        if one == other:
            continue
        if groups.may_join(one, other, decided=pair.weight == DECIDED):
            groups.join(one, other)
        else:
            refused.append(pair)
    return Clusters(_named(groups.members.values()), tuple(refused))


def _named(clusters: Iterable[list[int]]) -> dict[int, int]:
    """The person's number of each number, of clusters of two and more."""
    return {number: min(some) for some in clusters if len(some) > 1 for number in sorted(some)}
