"""A dataset: one row for each entry of a population, one column for each variable"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define.definitions.variables import Variable, population, variables
from medark.define.nodes import Population
from medark.define.nodes.node import Node, node


@node
class Dataset(Node):
    """`Dataset(every(visits), {"age": person.age_on(index.start), …})`: what every other definition comes down to."""

    population: Population
    columns: tuple[Variable, ...] | Mapping[str, object]
    name: str = "dataset"
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "population", population(self.population))
        if isinstance(self.columns, Mapping):
            object.__setattr__(self, "columns", variables(self.columns))
