"""A cohort: entries that meet criteria one after another, until they leave"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from medark.define.circe import circe_parts
from medark.define.definitions.variables import population, value_of_entry
from medark.define.language.durations import Duration, days
from medark.define.language.frames import Frame
from medark.define.language.populations import every
from medark.define.nodes import Criterion, Keep, Population, Selected, Value
from medark.define.nodes.node import Node, node
from medark.errors import DefinitionError


@node
class Cohort(Node):
    """Who is in, from when to when. Its rows are those of OMOP's cohort table: one for each person and stay in it.

    `entry`: the events (or population) that can let a person in. `inclusion`: criteria and Keep("first"), step by step;
    attrition says how many were left after each. `exit`: the last day, a date of the entry (the entry's own end without
    one). Stays of one person that overlap, or lie no more than `era_gap` apart, are one. `within`: only these days
    count.
    """

    name: str
    entry: Population | Frame
    inclusion: Sequence[Criterion | Keep] = ()
    exit: object = None
    era_gap: Duration = days(0)
    within: tuple[dt.date | None, dt.date | None] = (None, None)
    source: str = ""

    def __post_init__(self) -> None:
        entry = every(self.entry) if isinstance(self.entry, Frame) else population(self.entry)
        leaves = None if self.exit is None else value_of_entry(self.exit, "exit")
        for name, value in (("entry", entry), ("inclusion", tuple(self.inclusion)), ("exit", leaves)):
            object.__setattr__(self, name, value)
        if self.era_gap.unit != "days":
            raise DefinitionError("the gap of a cohort counts days", fix="era_gap=days(30)")
        _ = self.population

    @classmethod
    def from_circe(cls, told: str | bytes | Mapping[str, Any], name: str) -> Cohort:
        """The cohort that an ATLAS cohort definition (Circe expression, JSON) says: see docs/reference/circe.md.

        DefinitionError names the first feature that is not read; nothing is left out silently.
        """
        return cls(name, **circe_parts(told))

    @property
    def population(self) -> Selected:
        """Its stays, as entries that other definitions can be asked for."""
        assert isinstance(self.entry, Population)
        assert self.exit is None or isinstance(self.exit, Value)
        first, last = self.within
        return Selected(self.entry, tuple(self.inclusion), self.exit, self.era_gap.fixed(), first, last)
