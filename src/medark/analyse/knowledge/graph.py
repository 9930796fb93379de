"""A graph of what is known: things of some kinds, and how one leads to another, each with its source"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """One thing. `names`: by language."""

    id: str
    kind: str
    names: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Edge:
    """One thing leads to another by a relation. `source`: who says so; "" where it is so by definition."""

    start: str
    relation: str
    end: str
    source: str = ""


class Graph:
    """Nodes by id, and the edges between them. An edge to a thing that there is not is left out."""

    def __init__(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        self.nodes = {node.id: node for node in nodes}
        known = (edge for edge in edges if edge.start in self.nodes and edge.end in self.nodes)
        self.edges = tuple(dict.fromkeys(known))
        self._at: dict[str, list[Edge]] = {name: [] for name in self.nodes}
        for edge in self.edges:
            self._at[edge.start].append(edge)
            if edge.start != edge.end:
                self._at[edge.end].append(edge)

    def at(self, node: str) -> tuple[Edge, ...]:
        """The edges that begin or end at a node, in their order; none for a node that there is not."""
        return tuple(self._at.get(node, ()))

    def around(
        self, node: str, steps: int = 1, most: int = 40, kinds: Collection[str] = (), ends: Collection[str] = ()
    ) -> Graph:
        """What is at most so many steps away, the nearest first, at most so many nodes; of these kinds, if named. No
        step goes on from a node of the kinds that are `ends`.
        """
        reached = dict.fromkeys([node] if node in self.nodes else [])
        edge_of_reach = list(reached)
        for _step in range(steps):
            from_here = [one for one in edge_of_reach if one == node or self.nodes[one].kind not in ends]
            following = [other for one in from_here for other in self._beside(one, kinds) if other not in reached]
            edge_of_reach = list(dict.fromkeys(following))[: most - len(reached)]
            reached |= dict.fromkeys(edge_of_reach)
        return self.of(reached)

    def path(self, start: str, end: str, most: int = 6) -> tuple[Edge, ...]:
        """The edges of a shortest way, whichever way they point; none where there is no way of at most so many."""
        came: dict[str, Edge | None] = {start: None}
        ahead = deque([(start, 0)] if start in self.nodes else [])
        while ahead and end not in came:
            node, steps = ahead.popleft()
            for edge in self._at[node] if steps < most else ():
                other = _other(edge, node)
                if other not in came:
                    came[other] = edge
                    ahead.append((other, steps + 1))
        return tuple(_way_back(came, end)) if end in came else ()

    def along(self, starts: Iterable[str], end: str) -> Graph:
        """What lies on the shortest ways from several nodes to one."""
        edges = [edge for start in starts for edge in self.path(start, end)]
        there = dict.fromkeys(name for edge in edges for name in (edge.start, edge.end)) | {end: None}
        return Graph([self.nodes[name] for name in there if name in self.nodes], edges)

    def of(self, nodes: Iterable[str]) -> Graph:
        """The part of it that is of these nodes."""
        kept = [self.nodes[name] for name in nodes if name in self.nodes]
        names = {node.id for node in kept}
        return Graph(kept, (edge for edge in self.edges if edge.start in names and edge.end in names))

    def _beside(self, node: str, kinds: Collection[str]) -> list[str]:
        others = [_other(edge, node) for edge in self._at[node]]
        return [other for other in others if not kinds or self.nodes[other].kind in kinds]


def _other(edge: Edge, node: str) -> str:
    return edge.end if edge.start == node else edge.start


def _way_back(came: Mapping[str, Edge | None], end: str) -> list[Edge]:
    found: list[Edge] = []
    at = end
    while (edge := came[at]) is not None:
        found.append(edge)
        at = _other(edge, at)
    return found[::-1]
