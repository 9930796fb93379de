"""What lies up or down of an asset as a tree: each asset once, where it is nearest"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medark.catalog.lineage.graph import Graph
from medark.model.lineage import ROWS, Asset, Edge, How, Layer


@dataclass(frozen=True, slots=True)
class Branch:
    """An asset, in which way and by what it is tied to the one above it in the tree, and what hangs on it."""

    asset: Asset
    how: How
    by: str = ""
    alone: bool = True
    branches: tuple[Branch, ...] = ()

    def plain(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "layer": str(self.asset.layer), "asset": self.asset.title, "how": str(self.how), "by": self.by,
            "alone": self.alone, "branches": [one.plain() for one in self.branches],
        }  # fmt: skip


def tree(graph: Graph, root: Asset, *, up: bool, everything: bool = False) -> Branch:
    """Up: what the root is made of. Down: what it is in. `everything`: what decides rows too, and what only the lake
    of earlier deliveries ties together.
    """
    seen = {root}
    return Branch(root, How.VALUE, branches=_branches(graph, root, seen, up=up, everything=everything))


def _branches(graph: Graph, at: Asset, seen: set[Asset], *, up: bool, everything: bool) -> tuple[Branch, ...]:
    found: dict[Asset, Edge] = {}
    for edge in (*_of_rows(graph, at, up=up and everything), *(graph.before(at) if up else graph.after(at))):
        other = edge.source if up else edge.target
        counts = everything or (edge.alone and edge.how is not How.ROWS) or edge.target.layer is Layer.APP
        if counts and other not in seen and (other not in found or edge.how.rank < found[other].how.rank):
            found[other] = edge
    seen.update(found)
    return tuple(
        Branch(
            other, edge.how, edge.by, edge.alone, _branches(graph, other, seen, up=up, everything=everything)
        )
        for other, edge in sorted(found.items(), key=lambda one: (one[1].how.rank, one[0]))
    )  # fmt: skip


def _of_rows(graph: Graph, at: Asset, *, up: bool) -> Sequence[Edge]:
    """Which rows its table has decides a column, too."""
    rows = Asset(at.layer, at.of, ROWS)
    return (Edge(rows, at, How.ROWS),) if up and at.name not in ("", ROWS) and graph.before(rows) else ()
