"""Where the nodes of a small graph are drawn: a column for each kind, few crossings, the same every time"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .graph import Graph

Place = tuple[float, float]


def layered(graph: Graph, kinds: Sequence[str], rounds: int = 4) -> Mapping[str, Place]:
    """A place for each node, both parts from 0 to 1: x by the order of its kind among those that are there, y by where
    its neighbours are.

    Source: the barycentre method of Sugiyama 1981, IEEE Trans Syst Man Cybern 11:109.
    """
    columns = [[node for node in graph.nodes if graph.nodes[node].kind == kind] for kind in kinds]
    columns = [column for column in columns if column]
    heights: dict[str, float] = {}
    for column in columns:
        heights |= _spread(column)
    for _round in range(rounds):
        for column in columns:
            means = {node: _mean(graph, node, heights) for node in column}
            column.sort(key=lambda node: means[node])
            heights |= _spread(column)
    last = max(1, len(columns) - 1)
    return {node: (at / last, heights[node]) for at, column in enumerate(columns) for node in column}


def _spread(column: Sequence[str]) -> dict[str, float]:
    """Evenly from top to bottom, half a step free at each end."""
    return {node: (at + 0.5) / len(column) for at, node in enumerate(column)}


def _mean(graph: Graph, node: str, heights: Mapping[str, float]) -> float:
    beside = [
        heights[other]
        for edge in graph.at(node)
        for other in (edge.start, edge.end)
        if other != node and other in heights
    ]
    return sum(beside) / len(beside) if beside else heights[node]
