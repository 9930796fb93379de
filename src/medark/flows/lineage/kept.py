"""Edges on disk: every asset and place once, edges as their numbers, so that they are read in a blink"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from medark.flows.data_map.keeping import Keeping
from medark.flows.workspace import Workspace
from medark.model.lineage import Asset, Edge, How, Layer

FOLDER: Final = "lineage"
_NAME: Final = "graph.json"
_WAYS: Final = tuple(How)


@dataclass(frozen=True, slots=True)
class _Kept:
    """`edges`: numbers of source and target among `assets`, of how, of by among `places`, and whether alone."""

    digest: str
    assets: list[tuple[str, str, str]]
    places: list[str]
    edges: list[tuple[int, int, int, int, bool]]


def read(workspace: Workspace, digest: str) -> list[Edge] | None:
    """The edges that were kept, if they were made of what `digest` stands for."""
    found = Keeping(workspace, FOLDER).told(_NAME, _Kept)
    if found is None or found.digest != digest:
        return None
    assets = [Asset(Layer(layer), of, name) for layer, of, name in found.assets]
    return [
        Edge(assets[source], assets[target], _WAYS[how], found.places[by], alone)
        for source, target, how, by, alone in found.edges
    ]


def put(workspace: Workspace, digest: str, edges: Iterable[Edge]) -> None:
    """Keep edges in the place of those before."""
    assets: dict[Asset, int] = {}
    places: dict[str, int] = {}
    told = [
        (
            assets.setdefault(edge.source, len(assets)), assets.setdefault(edge.target, len(assets)),
            edge.how.rank, places.setdefault(edge.by, len(places)), edge.alone,
        )
        for edge in edges
    ]  # fmt: skip
    named = [(str(one.layer), one.of, one.name) for one in assets]
    Keeping(workspace, FOLDER).put(_NAME, _Kept(digest, named, list(places), told))
