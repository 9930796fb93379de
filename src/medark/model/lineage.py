"""Lineage: what is made of what, column by column, from a field of a source to a page, and in which way"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

ROWS = "*"  # in the place of a column: which rows there are


class How(StrEnum):
    """In which way one thing decides another, the most direct first."""

    VALUE = "value"  # its value is there, as it is or worked on
    KEY = "key"  # it is what the value is looked up or joined by
    CONDITION = "condition"  # it decides which of several values is there
    ROWS = "rows"  # it decides which rows there are

    @property
    def rank(self) -> int:
        """0 is the most direct."""
        return _RANK[self]


_RANK = {how: place for place, how in enumerate(How)}


def weaker(one: How, other: How) -> How:
    """How the end of a way of two steps depends on its beginning.

    >>> weaker(How.VALUE, How.KEY), weaker(How.ROWS, How.VALUE)
    (<How.KEY: 'key'>, <How.ROWS: 'rows'>)
    """
    return max(one, other, key=lambda how: how.rank)


class Layer(StrEnum):
    """What an asset is; in the order in which data flows."""

    FIELD = "field"  # a column of a source's table, a field of its messages: "north/lis/result.value", "…/OBX-5"
    STAGING = "staging"  # "north/lis: event.value"
    COLUMN = "column"  # of the lake: "measurement.value_as_number"
    DATASET = "dataset"  # a column of what an application publishes: "early_warning/fever.cases"
    USE = "use"  # a page, card, task, signal, figure or check: "page early_warning/desk"
    APP = "app"  # "early_warning"


@dataclass(frozen=True, slots=True, order=True)
class Asset:
    """One thing that lineage knows. `of`: what it is part of; `name`: a column, a field, or ROWS."""

    layer: Layer
    of: str
    name: str = ""

    @property
    def title(self) -> str:
        """How people write it.

        >>> Asset(Layer.COLUMN, "measurement", "value_as_number").title
        'measurement.value_as_number'
        """
        return f"{self.of}.{self.name}" if self.name else self.of


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """`target` is made of, or decided by, `source`. `by`: the map and line, SQL file or definition that says so.

    `alone`: it holds within one delivery; else only through rows that the lake held before.
    """

    source: Asset
    target: Asset
    how: How
    by: str = ""
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Touched:
    """An asset that depends on another: in which way, over how many steps, and whether within one delivery."""

    asset: Asset
    how: How
    steps: int
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Impact:
    """What changes with an asset: `touched`, by layer. `takes_table`: a table of a source is known by it: without it
    none of the table's rows are read until its map is mended.
    """

    asset: Asset
    touched: tuple[Touched, ...]
    takes_table: bool = False

    def of(self, layer: Layer) -> tuple[Touched, ...]:
        """Those of a layer."""
        return tuple(one for one in self.touched if one.asset.layer is layer)

    @property
    def columns(self) -> tuple[Touched, ...]:
        """Columns of the lake; `asset.name` is ROWS where which rows a table has depends on it."""
        return self.of(Layer.COLUMN)

    def uses(self, kind: str) -> tuple[str, ...]:
        """Names of pages, cards, tasks, signals, figures, measures, checks or definitions: `uses("check")`."""
        return tuple(one.asset.name for one in self.of(Layer.USE) if one.asset.of == kind)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a column of the lake comes from: a field of a source, and what says so.

    `table`: the source's own, as its map calls it ("city_lis.results"); of messages and documents their format.
    `map`, `line`: the file in the map's folder and the line of it, "" and 0 for what a reader knows of itself.
    """

    source: str
    table: str
    field: str
    how: How
    map: str = ""
    line: int = 0
    alone: bool = True


Influences = Mapping[Any, How]  # what decides something: columns of tables, as whoever asks calls them
NOTHING: Influences = MappingProxyType({})


def together(parts: Iterable[Influences]) -> Influences:
    """All of them, each in its most direct way."""
    found: dict[Any, How] = {}
    for part in parts:
        for what, how in part.items():
            if what not in found or how.rank < found[what].rank:
                found[what] = how
    return found


def at_least(influences: Influences, how: How) -> Influences:
    """The same, none more direct than `how`."""
    return {what: weaker(own, how) for what, own in influences.items()}
