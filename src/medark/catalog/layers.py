"""A picture of what flows through layers: nodes in columns, a ribbon for rows, a thin line for a read"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 1180  # the drawing's units
NODE: Final = 8  # how wide a node is
_LINE: Final = 26  # height for each node of the longest layer
_GAP: Final = 18  # between nodes: room for a label
_THIN: Final = 2.0  # the least that is still seen
_LABEL: Final = 230  # where a line begins, right of the node's name


@dataclass(frozen=True, slots=True)
class Link:
    """From a node to one of a later layer. `rows`: None for a read, which is a line and not a flow."""

    source: str
    target: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A node in its place: x and y of its upper left corner."""

    key: str
    layer: int
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A link as an SVG path: a band that is filled, or a line (`is_line`)."""

    source: str
    target: str
    rows: int | None
    path: str
    is_line: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it. Thickness is the square root of rows: a table of ten rows stays to be seen."""

    height: int
    nodes: tuple[Placed, ...]
    links: tuple[Drawn, ...]


def picture(layers: Sequence[Sequence[str]], places: Sequence[int], links: Sequence[Link]) -> Picture:
    """Nodes of each layer from the top in the order given, at the x of `places`; links between them."""
    thick = {(one.source, one.target): (one.rows or 0) ** 0.5 for one in links}
    height = _LINE * max(3, *(len(layer) for layer in layers))
    heights = {key: _sum(thick, key) for layer in layers for key in layer}
    scale = min(_scale(layer, heights, height) for layer in layers)
    nodes = {
        placed.key: placed
        for number, layer in enumerate(layers)
        for placed in _column(layer, number, places[number], {key: heights[key] * scale for key in layer}, height)
    }
    return Picture(height, tuple(nodes.values()), tuple(_drawn(nodes, links, thick, scale)))


def _sum(thick: Mapping[tuple[str, str], float], key: str) -> float:
    """The thicker of a node's two sides."""
    left = sum(width for (_, target), width in thick.items() if target == key)
    right = sum(width for (source, _), width in thick.items() if source == key)
    return max(left, right)


def _scale(layer: Sequence[str], heights: Mapping[str, float], height: int) -> float:
    room = height - _GAP * max(len(layer) - 1, 0)
    return max(room, 1) / (sum(heights[key] for key in layer) or 1)


def _column(layer: Sequence[str], number: int, x: int, heights: Mapping[str, float], height: int) -> Sequence[Placed]:
    """Spread over the whole height; a layer of few nodes keeps them together in its middle."""
    tall = [max(_THIN, heights[key]) for key in layer]
    between = (height - sum(tall)) / max(len(layer) - 1, 1)
    gap = min(between, 3 * _GAP)
    y = max(0.0, (height - sum(tall) - gap * (len(layer) - 1)) / 2)
    found = []
    for key, own in zip(layer, tall, strict=True):
        found.append(Placed(key, number, x, round(y, 1), round(own, 1)))
        y += own + gap
    return found


def _drawn(
    nodes: Mapping[str, Placed], links: Sequence[Link], thick: Mapping[tuple[str, str], float], scale: float
) -> Sequence[Drawn]:
    left = {key: node.y for key, node in nodes.items()}
    right = dict(left)
    found = []
    for one in sorted(links, key=lambda one: (nodes[one.source].y, nodes[one.target].y)):
        source, target = nodes[one.source], nodes[one.target]
        x1, x2 = source.x + NODE, target.x
        if one.rows is None:
            middle = (source.y + source.height / 2, target.y + target.height / 2)
            path = _line(source.x + _LABEL, middle[0], x2, middle[1])
            found.append(Drawn(one.source, one.target, None, path, is_line=True))
            continue
        wide = max(thick[one.source, one.target] * scale, 0.8)
        path = _band(x1, right[one.source], x2, left[one.target], wide)
        found.append(Drawn(one.source, one.target, one.rows, path, is_line=False))
        right[one.source] += wide
        left[one.target] += wide
    return found


def _band(x1: int, y1: float, x2: int, y2: float, wide: float) -> str:
    """A band from the right edge of one node to the left of another.

    >>> _band(10, 0, 110, 10, 4)
    'M10 0C60 0 60 10 110 10V14C60 14 60 4 10 4Z'
    """
    middle = (x1 + x2) // 2
    a, b, c, d = (f"{value:.1f}".removesuffix(".0") for value in (y1, y2, y2 + wide, y1 + wide))
    return f"M{x1} {a}C{middle} {a} {middle} {b} {x2} {b}V{c}C{middle} {c} {middle} {d} {x1} {d}Z"


def _line(x1: int, y1: float, x2: int, y2: float) -> str:
    middle = (x1 + x2) // 2
    return f"M{x1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}"
