"""Datasets evaluated for one person in memory"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from medark.define.concepts.ids import ResolvedSets
from medark.define.definitions import Dataset
from medark.define.definitions.variables import ENTRY_COLUMNS, Variable
from medark.define.memory.context import Entry, Person
from medark.define.memory.plain import Plain
from medark.define.memory.populations import entries_of
from medark.define.memory.quick import Quick
from medark.define.memory.record import Record
from medark.define.nodes import Node, Population

Line = dict[str, Any]


class Compiled:
    """A dataset as closures over a record: made once, asked for many people."""

    def __init__(self, dataset: Dataset, compiler: Plain) -> None:
        """Use `compiled`."""
        assert isinstance(dataset.columns, tuple)
        self.columns = (*ENTRY_COLUMNS, *(variable.name for variable in dataset.columns))
        self._entries = entries_of(dataset.population, compiler)
        self._values = [compiler.entry(variable.value) for variable in dataset.columns]

    def rows(self, record: Record, *, today: dt.date) -> list[Line]:
        """One row an entry of this person: what the entry is, then the variables by name. Missing is None."""
        return [
            dict(zip(self.columns, (*e.entry, *(value(e) for value in self._values)), strict=True))
            for e in self._entries(Person(record, today))
        ]


def compiled(dataset: Dataset, resolved: ResolvedSets) -> Compiled:
    """A dataset ready to be asked of records. DefinitionError for a concept set that is not among `resolved`."""
    return Compiled(dataset, Quick(resolved, _roots(dataset.population, dataset.columns)))


def plainly_compiled(dataset: Dataset, resolved: ResolvedSets) -> Compiled:
    """The same without anything that makes it quick: slow, and right at a glance."""
    return Compiled(dataset, Plain(resolved))


def entries(population: Population, resolved: ResolvedSets, record: Record, *, today: dt.date) -> list[Entry]:
    """The entries of one person, in no promised order."""
    return [e.entry for e in entries_of(population, Quick(resolved, (population,)))(Person(record, today))]


def _roots(population: Population, columns: Sequence[Variable] | Mapping[str, object]) -> tuple[Node, ...]:
    assert isinstance(columns, tuple)
    return (population, *(variable.value for variable in columns))
