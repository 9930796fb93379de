"""What the picture is made of: nodes in five layers, and the edges between them"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from medark.catalog.flow.marks import UNKNOWN, Colour, Mark


class Layer(IntEnum):
    """The layers, from left to right."""

    SOURCE = 0
    RAW = 1
    TABLE = 2
    DATASET = 3
    APP = 4


@dataclass(frozen=True, slots=True)
class Node:
    """One thing. `key`: as the catalog has it (`table:measurement`); `group`: what it is listed under, "" for none;
    `marks`: how it stands by each colour that is known; `address`: where it leads, "" for nowhere.
    """

    key: str
    layer: Layer
    name: str
    title: str = ""
    group: str = ""
    note: str = ""
    address: str = ""
    marks: Mapping[Colour, Mark] = field(default_factory=dict)

    def mark(self, colour: Colour) -> Mark:
        """How it stands by a colour."""
        return self.marks.get(colour, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Edge:
    """From a node to one of a later layer. `rows`: None for a read, 0 where none are counted; `told`: what it says."""

    source: str
    target: str
    rows: int | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """All of it. Nodes of a layer in the order in which they are known."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def stream(flow: Flow, *keys: str) -> Flow:
    """What flows into some nodes and out of them; nothing where there are no such nodes.

    >>> some = [Node(key, Layer.TABLE, key) for key in "abcd"]
    >>> flow = Flow(tuple(some), (Edge("a", "b"), Edge("b", "c"), Edge("a", "d")))
    >>> [node.key for node in stream(flow, "b").nodes]
    ['a', 'b', 'c']
    """
    there = {node.key for node in flow.nodes} & set(keys)
    up = _reached(there, [(edge.target, edge.source) for edge in flow.edges])
    down = _reached(there, [(edge.source, edge.target) for edge in flow.edges])
    nodes = tuple(node for node in flow.nodes if node.key in up | down)
    edges = tuple(e for e in flow.edges if {e.source, e.target} <= up or {e.source, e.target} <= down)
    return Flow(nodes, edges)


def _reached(start: set[str], steps: Iterable[tuple[str, str]]) -> set[str]:
    onward: dict[str, set[str]] = {}
    for one, other in steps:
        onward.setdefault(one, set()).add(other)
    found, new = set(start), set(start)
    while new:
        new = {other for one in new for other in onward.get(one, ())} - found
        found |= new
    return found
