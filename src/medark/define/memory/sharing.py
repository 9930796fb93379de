"""Which nodes are worth remembering: those asked for more than once, and those that are the same for every entry"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from medark.define.nodes import AtEach, Column, Eras, Filter, IndexValue, Node, Pair, PickedColumn


def asked_by(node: Node) -> tuple[Node, ...]:
    """The nodes that are evaluated to evaluate this one.

    Fewer than it is made of: a column names the frame that its row is of, but does not ask for its rows.
    """
    match node:
        case Column():
            return ()
        case PickedColumn(pick=pick):
            return (pick,)
        case Filter(source=source, condition=condition):
            return source, condition
        case Pair(left=left, right=right):
            return left, right
        case Eras(source=source, end=end):
            return (source,) if end is None else (source, end)
        case AtEach():
            return node.frame, node.value, *node.moments
    return tuple(node.children())


def shared(roots: Iterable[Node]) -> frozenset[Node]:
    """The nodes that more than one node (or the caller more than once) asks for."""
    asked = Counter(roots)
    pending, seen = list(asked), set(asked)
    while pending:
        for node in asked_by(pending.pop()):
            asked[node] += 1
            if node not in seen:
                seen.add(node)
                pending.append(node)
    return frozenset(node for node, times in asked.items() if times > 1)


class OfEntry:
    """Does a node depend on which entry of the person is asked for? Each node is looked at once."""

    def __init__(self, roots: Iterable[Node]) -> None:
        self._known: dict[Node, bool] = {}
        for root in roots:
            for node in root.walk():  # from below, so that a long sum is no deep recursion
                self(node)

    def __call__(self, node: Node) -> bool:
        if node not in self._known:
            self._known[node] = self._depends(node)
        return self._known[node]

    def _depends(self, node: Node) -> bool:
        if isinstance(node, IndexValue):
            return node.name != "person"
        if isinstance(node, AtEach):  # inside its value the index is the row
            return self(node.frame) or any(self(moment) for moment in node.moments)
        return any(self(asked) for asked in asked_by(node))
