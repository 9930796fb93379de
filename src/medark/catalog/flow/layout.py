"""Where nodes stand: a column a layer, so ordered that few edges cross, each in its group"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.catalog.flow.nouns import Flow, Layer, Node

WIDE: Final = {Layer.SOURCE: 196, Layer.RAW: 224, Layer.TABLE: 296, Layer.DATASET: 332, Layer.APP: 256}
HIGH: Final = 26
_STEP: Final = 34  # from one node to the next
_HEADING: Final = 26  # above a group
_APART: Final = 14  # below a group, what is of none
_BETWEEN: Final = 104  # columns
_SWEEPS: Final = 6
TOP: Final = 40  # room for the names of the columns


@dataclass(frozen=True, slots=True)
class Placed:
    """A node in its place: x and y of its upper left corner."""

    node: Node
    x: float
    y: float

    @property
    def wide(self) -> int:
        """Its width."""
        return WIDE[self.node.layer]

    @property
    def middle(self) -> float:
        """The y of its middle."""
        return self.y + HIGH / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """All of them. `columns`: where each layer that there is begins; `headings`: group, x and y."""

    width: float
    height: float
    nodes: Mapping[str, Placed]
    columns: Mapping[Layer, float]
    headings: tuple[tuple[str, float, float], ...]


def placed(flow: Flow) -> Layout:
    """Nodes in their columns. Layers without any are left out."""
    layers = [layer for layer in Layer if any(node.layer is layer for node in flow.nodes)]
    columns, x = dict[Layer, float](), 0.0
    for layer in layers:
        columns[layer] = x
        x += WIDE[layer] + _BETWEEN
    ordered = _ordered(flow, layers)
    tall = {layer: _height(nodes) for layer, nodes in ordered.items()}
    whole = max(tall.values(), default=0)
    nodes: dict[str, Placed] = {}
    headings: list[tuple[str, float, float]] = []
    for layer, some in ordered.items():
        _stack(some, columns[layer], TOP + (whole - tall[layer]) / 2, nodes, headings)
    return Layout(max(0.0, x - _BETWEEN), TOP + whole, nodes, columns, tuple(headings))


def _stack(
    some: Sequence[Node], x: float, y: float, nodes: dict[str, Placed], headings: list[tuple[str, float, float]]
) -> None:
    for before, node in _pairs(some):
        y += _gap(before, node)
        if node.group and (before is None or node.group != before.group):
            headings.append((node.group, x, y - 11))
        nodes[node.key] = Placed(node, x, round(y, 1))
        y += _STEP


def _height(some: Sequence[Node]) -> float:
    return len(some) * _STEP + sum(_gap(before, node) for before, node in _pairs(some))


def _pairs(some: Sequence[Node]) -> Iterable[tuple[Node | None, Node]]:
    return zip([None, *some], some, strict=False)


def _gap(before: Node | None, node: Node) -> int:
    """Room above a node: for the heading of its group; one of no group stands apart from a group above it."""
    if before is not None and node.group == before.group:
        return 0
    return _HEADING if node.group else _APART if before is not None else 0


def _ordered(flow: Flow, layers: Sequence[Layer]) -> dict[Layer, list[Node]]:
    """Each node near the middle of what it hangs together with, sweep after sweep; groups stay whole.

    Source: the barycentre heuristic of Sugiyama, Tagawa and Toda 1981, IEEE Trans SMC 11:109.
    """
    found = {layer: [node for node in flow.nodes if node.layer is layer] for layer in layers}
    near: dict[str, list[str]] = {}
    for edge in flow.edges:
        near.setdefault(edge.source, []).append(edge.target)
        near.setdefault(edge.target, []).append(edge.source)
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            at = {node.key: _share(place, len(some)) for some in found.values() for place, node in enumerate(some)}
            own = {node.key: _middle([at[key] for key in near.get(node.key, ()) if key in at], at[node.key])
                   for node in found[layer]}  # fmt: skip
            of_group: dict[str, list[float]] = {}
            for node in found[layer]:
                of_group.setdefault(node.group or node.key, []).append(own[node.key])
            middle = {group: sum(values) / len(values) for group, values in of_group.items()}
            found[layer].sort(key=lambda node: (middle[node.group or node.key], node.group, own[node.key], node.name))
    return found


def _share(place: int, count: int) -> float:
    return (place + 0.5) / count


def _middle(places: Sequence[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise
