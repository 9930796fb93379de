"""A node: a frozen value with cheap equality, made of other nodes"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def node(kind: type[T]) -> type[T]:
    """A frozen dataclass whose equality is that of `Node`."""
    return dataclass(frozen=True, slots=True, eq=False)(kind)


class Node:
    """Nodes are equal when they are of one class and made of equal parts. The hash is worked out once.

    A definition is a graph: one filtered table serves many variables. So the hash of a part is never worked out twice,
    two references to one object are equal at a glance, and so are nodes that were found equal before.
    """

    __slots__ = ("_hash", "_twin")
    _hash: int
    _twin: Node  # one that was found equal: it stands for this one in later comparisons

    def parts(self) -> tuple[Any, ...]:
        """What the node is made of: the arguments that make it again, in order."""
        return tuple(getattr(self, field.name) for field in fields(self) if field.init)  # type: ignore[arg-type]

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", hash((type(self).__name__, self.parts())))
            return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node) or type(self) is not type(other) or hash(self) != hash(other):
            return False
        first, second = sorted((self._eldest(), other._eldest()), key=id)  # one direction, so that none goes in circles
        if first is not second:
            if first.parts() != second.parts():
                return False
            object.__setattr__(second, "_twin", first)
        return True

    def _eldest(self) -> Node:
        """The node that stands for all that were found equal to this one."""
        found = self
        while (twin := getattr(found, "_twin", None)) is not None:
            found = twin
        return found

    def children(self) -> Iterator[Node]:
        """The nodes it is made of, in order; those inside tuples too."""
        for part in self.parts():
            yield from _nodes(part)

    def walk(self) -> Iterator[Node]:
        """Itself and every node below it, each once, those it is made of first."""
        seen: set[Node] = set()
        yield from _below(self, seen)


def _nodes(part: object) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _nodes(inner)


def _below(top: Node, seen: set[Node]) -> Iterator[Node]:
    if top not in seen:
        for child in top.children():
            yield from _below(child, seen)
        seen.add(top)
        yield top
