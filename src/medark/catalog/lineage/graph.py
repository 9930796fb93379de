"""Edges as a graph: everything that an asset decides, everything that decides it, and in which way"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from medark.model.lineage import Asset, Edge, How, Touched, weaker


@dataclass(slots=True)
class Graph:
    """All edges of a workspace; made once, and asked often."""

    edges: Sequence[Edge]
    _after: dict[Asset, list[Edge]] = field(default_factory=dict, repr=False)
    _before: dict[Asset, list[Edge]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for edge in self.edges:
            self._after.setdefault(edge.source, []).append(edge)
            self._before.setdefault(edge.target, []).append(edge)

    @property
    def assets(self) -> frozenset[Asset]:
        """Everything that it knows."""
        return frozenset(self._after) | frozenset(self._before)

    def after(self, asset: Asset) -> Sequence[Edge]:
        """The edges that begin at an asset."""
        return self._after.get(asset, ())

    def before(self, asset: Asset) -> Sequence[Edge]:
        """The edges that end at it."""
        return self._before.get(asset, ())

    def downstream(self, asset: Asset) -> tuple[Touched, ...]:
        """What it decides, over any number of steps, nearest first.

        >>> from medark.model.lineage import Layer
        >>> a, b, c = (Asset(Layer.COLUMN, "t", name) for name in "abc")
        >>> told = Graph([Edge(a, b, How.VALUE), Edge(b, c, How.KEY)]).downstream(a)
        >>> [(one.asset.name, str(one.how), one.steps) for one in told]
        [('b', 'value', 1), ('c', 'key', 2)]
        """
        return self._reached(asset, self.after, lambda edge: edge.target)

    def upstream(self, asset: Asset) -> tuple[Touched, ...]:
        """What decides it, over any number of steps, nearest first."""
        return self._reached(asset, self.before, lambda edge: edge.source)

    def _reached(
        self, asset: Asset, edges: Callable[[Asset], Sequence[Edge]], end: Callable[[Edge], Asset]
    ) -> tuple[Touched, ...]:
        alone = _walked(asset, edges, end, only_alone=True)
        every = _walked(asset, edges, end, only_alone=False)
        told = {one: Touched(one, how, steps, alone=False) for one, (how, steps) in every.items()}
        told |= {one: Touched(one, how, steps) for one, (how, steps) in alone.items()}
        told.pop(asset, None)
        return tuple(sorted(told.values(), key=lambda one: (one.steps, one.asset)))


def _walked(
    start: Asset, edges: Callable[[Asset], Sequence[Edge]], end: Callable[[Edge], Asset], *, only_alone: bool
) -> Mapping[Asset, tuple[How, int]]:
    """Each asset that is reached, in its most direct way, with the fewest steps."""
    found: dict[Asset, tuple[How, int]] = {start: (How.VALUE, 0)}
    waiting: Iterable[Asset] = [start]
    while waiting:
        reached: dict[Asset, None] = {}
        for asset in waiting:
            how, steps = found[asset]
            for edge in edges(asset):
                if only_alone and not edge.alone:
                    continue
                told, other = weaker(how, edge.how), end(edge)
                known = found.get(other)
                if known is None or told.rank < known[0].rank:
                    found[other] = (told, known[1] if known else steps + 1)
                    reached[other] = None
        waiting = list(reached)
    return found
