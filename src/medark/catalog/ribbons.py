"""The flow of rows from sources to tables as a picture: two layers, and a ribbon for each pair"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medark.catalog import layers
from medark.catalog.layers import Link, Placed

WIDTH, LEFT, RIGHT, NODE = 1160, 150, 940, layers.NODE  # the drawing's units: where nodes begin, and how wide they are
_SOURCE, _TABLE = "source:", "table:"


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
    """The whole picture."""

    height: int
    sources: tuple[Node, ...]
    tables: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


def ribbons(rows: Mapping[tuple[str, str], int], tables: Sequence[str]) -> Ribbons:
    """The picture of rows by (source, table); `tables` in the order wanted."""
    sources = sorted({source for source, _ in rows})
    shown = [table for table in tables if any(to == table for _, to in rows)]
    made = layers.picture(
        [[_SOURCE + name for name in sources], [_TABLE + name for name in shown]],
        (LEFT, RIGHT),
        [Link(_SOURCE + source, _TABLE + table, count) for (source, table), count in rows.items()],
    )
    left, right = ([node for node in made.nodes if node.layer == layer] for layer in (0, 1))
    return Ribbons(
        made.height,
        tuple(_node(one, sum(n for (a, _), n in rows.items() if a == sources[i]), i) for i, one in enumerate(left)),
        tuple(_node(one, sum(n for (_, b), n in rows.items() if b == shown[i]), 0) for i, one in enumerate(right)),
        tuple(
            Ribbon(_name(one.source), _name(one.target), one.rows or 0, one.path, sources.index(_name(one.source)))
            for one in made.links
        ),
    )


def _node(one: Placed, rows: int, colour: int) -> Node:
    return Node(_name(one.key), one.y, one.height, rows, colour)


def _name(key: str) -> str:
    """A node's own name.

    >>> _name("source:north/lis")
    'north/lis'
    """
    return key.partition(":")[2]
