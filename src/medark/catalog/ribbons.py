"""The flow of rows from sources to tables as a picture: two columns of nodes, and a ribbon for each pair"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT, NODE = 1160, 150, 940, 10  # the drawing's units: where nodes begin, and how wide they are
_GAP = 15  # between nodes: room for the label of a thin one
_LINE = 30  # height for each node of the longer column


@dataclass(frozen=True, slots=True)
class Node:
    """A source or a table: `y` is its upper edge."""

    name: str
    y: float
    height: float
    rows: int
    colour: int  # of a source: its place among them; of a table: 0


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The rows of a table that came from a source, as an SVG path."""

    source: str
    table: str
    rows: int
    path: str
    colour: int


@dataclass(frozen=True, slots=True)
class Ribbons:
    """The whole picture. Thickness is the square root of rows: a table of ten rows stays to be seen."""

    height: int
    sources: tuple[Node, ...]
    tables: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


def ribbons(rows: Mapping[tuple[str, str], int], tables: Sequence[str]) -> Ribbons:
    """The picture of rows by (source, table); `tables` in the order wanted."""
    sources = sorted({source for source, _ in rows})
    tables = [table for table in tables if any(to == table for _, to in rows)]
    weight = {pair: count**0.5 for pair, count in rows.items() if count}
    height = _LINE * max(len(sources), len(tables), 3)
    scale = min(_scale(len(nodes), height, weight.values()) for nodes in (sources, tables))
    left = _column(sources, height, scale, {s: [w for (a, _), w in weight.items() if a == s] for s in sources})
    right = _column(tables, height, scale, {t: [w for (_, b), w in weight.items() if b == t] for t in tables})
    drawn = _drawn(sources, tables, left, right, rows, {pair: w * scale for pair, w in weight.items()})
    return Ribbons(
        height,
        tuple(_node(s, left[s], [n for (a, _), n in rows.items() if a == s], i) for i, s in enumerate(sources)),
        tuple(_node(t, right[t], [n for (_, b), n in rows.items() if b == t], 0) for t in tables),
        tuple(drawn),
    )


def _scale(nodes: int, height: int, weights: Iterable[float]) -> float:
    return (height - _GAP * max(nodes - 1, 0)) / (sum(weights) or 1)


def _column(
    names: Sequence[str], height: int, scale: float, weights: Mapping[str, Sequence[float]]
) -> dict[str, tuple[float, float]]:
    """Upper edge and height of each node, spread over the whole column."""
    heights = [sum(weights[name]) * scale for name in names]
    gap = (height - sum(heights)) / (len(names) - 1) if len(names) > 1 else 0.0
    found, y = {}, 0.0
    for name, tall in zip(names, heights, strict=True):
        found[name] = (y, tall)
        y += tall + gap
    return found


def _node(name: str, place: tuple[float, float], rows: Sequence[int], colour: int) -> Node:
    return Node(name, round(place[0], 1), round(max(place[1], 1.0), 1), sum(rows), colour)


def _drawn(
    sources: Sequence[str],
    tables: Sequence[str],
    left: Mapping[str, tuple[float, float]],
    right: Mapping[str, tuple[float, float]],
    rows: Mapping[tuple[str, str], int],
    thick: Mapping[tuple[str, str], float],
) -> Iterable[Ribbon]:
    used_left = {name: place[0] for name, place in left.items()}
    used_right = {name: place[0] for name, place in right.items()}
    for colour, source in enumerate(sources):
        for table in tables:
            if (source, table) in thick:
                size = thick[source, table]
                path = _path(used_left[source], used_right[table], size)
                used_left[source] += size
                used_right[table] += size
                yield Ribbon(source, table, rows[source, table], path, colour)


def _path(y1: float, y2: float, size: float) -> str:
    """A band from the left node's edge to the right one's.

    >>> _path(0, 10, 4)
    'M160 0C550 0 550 10 940 10V14C550 14 550 4 160 4Z'
    """
    x1, x2 = LEFT + NODE, RIGHT
    middle = (x1 + x2) // 2
    a, b, c, d = (f"{value:.1f}".removesuffix(".0") for value in (y1, y2, y2 + size, y1 + size))
    return f"M{x1} {a}C{middle} {a} {middle} {b} {x2} {b}V{c}C{middle} {c} {middle} {d} {x1} {d}Z"
