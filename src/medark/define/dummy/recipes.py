"""What the rows of a made-up person are drawn from: the sets, limits, lengths and units that a definition names"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from medark.define.answers.describe.windows import conjuncts
from medark.define.concepts import ConceptSet
from medark.define.dummy.calendar import Length
from medark.define.nodes import Column, Eras, Filter, Frame, InConcepts, InUnit, Pair, Plain, Table
from medark.model import omop
from medark.model.table import Column as ColumnSpec

Sets: TypeAlias = tuple[tuple[ConceptSet, bool], ...]  # and whether they are looked for among source concepts


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that a column is compared with; `unit`: in this unit."""

    value: Plain
    unit: InUnit | None = None


@dataclass(slots=True)
class Recipe:
    """Rows of one table that a definition looks for together: of these sets (of each: is it of source concepts?)."""

    table: str
    sets: Sets
    limits: dict[str, dict[Limit, None]] = field(default_factory=dict)  # by stored column
    concepts: dict[str, dict[ConceptSet, None]] = field(default_factory=dict)  # the same, of other concept columns
    units: dict[str, dict[InUnit, None]] = field(default_factory=dict)  # that its quantities are asked for in
    lengths: dict[Length, None] = field(default_factory=dict)  # between its times and others
    counts: dict[int, None] = field(default_factory=dict)
    hours: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True)
class Recipes:
    """All that a definition names. `ages`: lengths from birth; `days`: dates that are written down."""

    rows: dict[tuple[str, Sets], Recipe] = field(default_factory=dict)
    entries: dict[tuple[str, Sets], None] = field(default_factory=dict)
    ages: dict[Length, None] = field(default_factory=dict)
    days: dict[dt.date, None] = field(default_factory=dict)
    lengths: dict[Length, None] = field(default_factory=dict)
    starts: list[tuple[dt.date | None, Length]] = field(
        default_factory=list
    )  # of entries that no row makes, and how long

    @property
    def person(self) -> Recipe:
        """What the row of a person is drawn from."""
        return self.of(Table("person"))[0]

    def of(self, frame: Frame, side: str = "") -> list[Recipe]:
        """The recipes of the rows of a frame: of both sides of a pair (or one), of what eras are made of."""
        root = frame.root
        if isinstance(root, Pair):
            sides = (side,) if side else ("left", "right")
            return [recipe for one in sides for recipe in self.of(getattr(root, one))]
        if isinstance(root, Eras):
            return self.of(root.source)
        assert isinstance(root, Table)
        key = (root.name, tuple(dict.fromkeys(_sets(frame))))
        return [self.rows.setdefault(key, Recipe(*key))]


def _sets(frame: Frame) -> Iterator[tuple[ConceptSet, bool]]:
    """The sets that rows of a frame must be of, by their own concept."""
    while isinstance(frame, Filter):
        for one in conjuncts(frame.condition):
            match one:
                case InConcepts(value=Column(name="concept" | "source_concept" as name), concepts=concepts):
                    yield concepts, name == "source_concept"
        frame = frame.source


@cache
def stored_column(table: str, name: str) -> ColumnSpec:
    """A column of a table as it is stored."""
    return next(column for column in omop.lake_columns(table) if column.name == name)
