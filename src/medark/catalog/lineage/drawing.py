"""The lineage of one asset as a picture: a column of boxes for each layer, a line for each edge between them"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from medark.catalog.lineage.tree import Branch
from medark.model.lineage import Asset, How, Layer

WIDTH: Final = 1180  # the drawing's units
BOX: Final = 196
ROW: Final = 26
_HIGH: Final = 20
_X: Final[dict[Layer, int]] = {
    Layer.FIELD: 0, Layer.STAGING: 246, Layer.COLUMN: 492, Layer.DATASET: 738, Layer.USE: 984, Layer.APP: 984,
}  # fmt: skip
MOST: Final = 36  # boxes of a layer; the rest is counted


@dataclass(frozen=True, slots=True)
class Box:
    """An asset in its place: x and y of its upper left corner."""

    asset: Asset
    x: int
    y: int
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as an SVG path."""

    path: str
    how: How
    source: Asset
    target: Asset


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it. `left_out`: how many assets of each layer have no room."""

    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: tuple[tuple[Layer, int], ...]


def drawing(up: Branch, down: Branch) -> Drawing:
    """The two trees of an asset side by side, what it is made of on its left."""
    links = [*_links(up, is_up=True), *_links(down, is_up=False)]
    assets = dict.fromkeys([up.asset, *(one for source, target, _ in links for one in (source, target))])
    layers = {x: [one for one in assets if _X[one.layer] == x] for x in sorted(set(_X.values()))}
    shown = {x: sorted(some, key=lambda one: one != up.asset)[:MOST] for x, some in layers.items()}
    most = max(len(some) for some in shown.values())
    places = {one: place for x, some in shown.items() for one, place in _placed(x, some, most)}
    return Drawing(
        most * ROW,
        tuple(Box(one, x, y, one == up.asset) for one, (x, y) in places.items()),
        tuple(
            Line(_path(places[source], places[target]), how, source, target)
            for source, target, how in links
            if source in places and target in places
        ),
        tuple((some[0].layer, len(some) - MOST) for some in layers.values() if len(some) > MOST),
    )


def _links(branch: Branch, *, is_up: bool) -> Sequence[tuple[Asset, Asset, How]]:
    found = []
    for one in branch.branches:
        ends = (one.asset, branch.asset) if is_up else (branch.asset, one.asset)
        found.append((*ends, one.how))
        found += _links(one, is_up=is_up)
    return found


def _placed(x: int, some: Sequence[Asset], most: int) -> Sequence[tuple[Asset, tuple[int, int]]]:
    top = (most - len(some)) * ROW // 2
    return [(one, (x, top + number * ROW)) for number, one in enumerate(some)]


def _path(source: tuple[int, int], target: tuple[int, int]) -> str:
    """From the right of a box to the left of another; within a layer, around its right side.

    >>> _path((0, 0), (246, 26))
    'M196 10C221 10 221 36 246 36'
    """
    half = _HIGH // 2
    x1, y1, x2, y2 = source[0] + BOX, source[1] + half, target[0], target[1] + half
    if source[0] >= target[0]:
        return f"M{x1} {y1}C{x1 + 24} {y1} {x1 + 24} {y2} {target[0] + BOX} {y2}"
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
