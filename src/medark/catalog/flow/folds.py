"""A crowded layer folded: what stands under one heading becomes one node, until somebody asks for it"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from medark.catalog.flow.marks import LEGEND, Colour, Mark
from medark.catalog.flow.nouns import Edge, Flow, Layer, Node

_MOST: Final = {Layer.SOURCE: 40, Layer.RAW: 24, Layer.DATASET: 16}  # nodes that a layer shows one by one
FOLD: Final = "fold:"


def folded(flow: Flow, note: Callable[[Layer, int], str], opened: Collection[str] = ()) -> Flow:
    """Groups of layers that have too many nodes, as one node each; those that are `opened` stay. `note`: what is said
    of so many nodes of a layer. A folded node stands as its poorest does.
    """
    into = dict(_into(flow, opened))
    if not into:
        return flow
    members: dict[str, list[Node]] = {}
    for node in flow.nodes:
        members.setdefault(into.get(node.key, node.key), []).append(node)
    nodes = [_one(key, some, note) if key.startswith(FOLD) else some[0] for key, some in members.items()]
    return Flow(tuple(nodes), tuple(_joined(flow.edges, into)))


def members(flow: Flow, key: str) -> tuple[str, ...]:
    """Keys of the nodes that a key stands for: those of a folded group, or itself.

    >>> members(Flow((Node("source:a", Layer.SOURCE, "a", group="north"),), ()), "fold:source:north")
    ('source:a',)
    """
    found = tuple(node.key for node in flow.nodes if fold_key(node) == key) if key.startswith(FOLD) else ()
    return found or (key,)


def fold_key(node: Node) -> str:
    """The key of the folded group that a node belongs to."""
    return f"{FOLD}{node.layer.name.lower()}:{node.group}"


def _into(flow: Flow, opened: Collection[str]) -> Iterable[tuple[str, str]]:
    """Each node that is folded, and the key of what it is folded into."""
    for layer, most in _MOST.items():
        some = [node for node in flow.nodes if node.layer is layer]
        if len(some) > most:
            count = _counts(node.group for node in some)
            shut = (node for node in some if node.group and node.group not in opened)
            yield from ((node.key, fold_key(node)) for node in shut if count[node.group] > 1)


def _counts(names: Iterable[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def _one(key: str, some: Sequence[Node], note: Callable[[Layer, int], str]) -> Node:
    first = some[0]
    marks = {colour: _poorest(colour, [node.mark(colour) for node in some]) for colour in Colour}
    title = ", ".join(node.name for node in some[:6]) + (", …" if len(some) > 6 else "")
    return Node(key, first.layer, first.group, title, note=note(first.layer, len(some)), marks=marks)


def _poorest(colour: Colour, marks: Sequence[Mark]) -> Mark:
    """The last class in the order of the legend; what nobody knows is no class, if any is known."""
    order = {name: place for place, name in enumerate(LEGEND[colour])}
    known = [mark for mark in marks if mark.name != "unknown"]
    sign = -1 if colour is Colour.QUALITY else 1
    return max(known or marks, key=lambda mark: (order[mark.name], sign * _number(mark.told)))


def _number(told: str) -> int:
    return int("".join(filter(str.isdecimal, told)) or 0)


def _joined(edges: Iterable[Edge], into: Mapping[str, str]) -> Iterable[Edge]:
    """Edges between what is left: of several one, with all their rows."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        ends = (into.get(edge.source, edge.source), into.get(edge.target, edge.target))
        if ends == (edge.source, edge.target):
            found[ends] = edge
        else:
            found[ends] = Edge(*ends, _sum(found.get(ends), edge))
    return found.values()


def _sum(one: Edge | None, other: Edge) -> int | None:
    return other.rows if one is None or one.rows is None or other.rows is None else one.rows + other.rows
