"""Leaves: the values of an entry that are worked out from rows, and what must be known before each"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from medark.define.nodes import Aggregate, AtEach, Column, Node, PickedColumn, Root, asked_of_index, stored

Leaf = Aggregate | PickedColumn


def outer(*tops: Node | None) -> Iterator[Node]:
    """The nodes below that are of the entry asked about, each once.

    Of an at_each, whose index is a row, not what lies inside; and of the row's start and end only what is asked there.
    """
    seen: set[Node] = set()
    pending = [top for top in tops if top is not None]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        if isinstance(node, AtEach):
            asked = asked_of_index(node.value)
            moments = zip(("start", "end"), node.moments, strict=True)
            pending += (node.frame, *(moment for name, moment in moments if name in asked))
        elif isinstance(node, Column | PickedColumn) and stored(node) != node:
            pending.append(stored(node))
        else:
            pending.extend(node.children())


def is_leaf(node: Node) -> TypeGuard[Leaf]:
    """Is it worked out from rows? A column asked for by role is made of those stored."""
    return isinstance(node, Aggregate) or (isinstance(node, PickedColumn) and stored(node) == node)


def _leaves(*nodes: Node) -> Iterator[Leaf]:
    return (node for node in outer(*nodes) if is_leaf(node))


def levels(values: Iterable[Node]) -> list[list[Leaf]]:
    """All leaves that values need, also those that rows are chosen by: each level needs only those before it."""
    level: dict[Leaf, int] = {}

    def of(leaf: Leaf) -> int:
        if leaf not in level:
            level[leaf] = 1 + max((of(other) for other in _leaves(leaf) if other != leaf), default=-1)
        return level[leaf]

    found = list(_leaves(*values))
    deepest = max(map(of, found), default=-1)
    return [[leaf for leaf in found if level[leaf] == at] for at in range(deepest + 1)]


def columns(root: Root, nodes: Iterable[Node | None]) -> list[Column]:
    """The stored columns of the rows of `root` that nodes ask for, in order."""
    found = (n for n in outer(*nodes) if isinstance(n, Column) and n.rows == root and stored(n) == n)
    return sorted(found, key=lambda column: (column.side, column.name))
