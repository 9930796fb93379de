"""The readings of a source's tables with the links between them, and readings that are corrected"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medark.standardise.propose.profile import ColumnProfile, Link
from medark.standardise.propose.reading import Candidate, ColumnReading, TableReading
from medark.standardise.propose.slots import bare

_CLEAR = 0.5  # chance of a column, from which on it is taken for what it may be


@dataclass(frozen=True, slots=True)
class Source:
    """Its tables by name, and which columns lie within which keys."""

    tables: Mapping[str, TableReading]
    links: Sequence[Link]

    def of_kind(self, *kinds: str) -> list[TableReading]:
        """Its tables of these kinds."""
        return [one for one in self.tables.values() if one.kind in kinds]

    def leading(self, table: str, column: str) -> list[Link]:
        """Where a column leads to."""
        return [link for link in self.links if (link.table, link.column) == (table, column)]

    def pointing(self, table: str, column: str) -> int:
        """How many other tables have a column that lies within this key."""
        return len({link.table for link in self.links if (link.key_table, link.key) == (table, column)})

    def with_(self, table: str, *columns: ColumnReading) -> Source:
        """The same, with other readings of some columns of a table."""
        new = {one.name: one for one in columns}
        old = self.tables[table]
        read = replace(old, columns=tuple(new.get(one.name, one) for one in old.columns))
        return replace(self, tables={**self.tables, table: read})


def filling(table: TableReading, slot: str) -> ColumnReading | None:
    """The column that is likeliest to fill a slot, first choices before second ones."""
    found = [one for one in table.columns if bare(one.best.slot) == slot and one.chance >= _CLEAR]
    return min(found, key=lambda one: (one.best.slot.partition(":")[2], -one.chance), default=None)


def profile(table: TableReading, column: ColumnReading) -> ColumnProfile:
    """What is known of a column."""
    return table.table.column(column.name)


def told(column: ColumnReading, slot: str, element: str, chance: float) -> ColumnReading:
    """A column that is something else than was thought; what it was thought to be stays behind that."""
    mine = next((one for one in column.candidates if bare(one.slot) == slot), Candidate(slot, element, 0.0))
    others = [one for one in column.candidates if one is not mine]
    return replace(column, candidates=(replace(mine, chance=chance), *_less(others, 1 - chance)), chance=chance)


def doubted(column: ColumnReading, most: float) -> ColumnReading:
    """A column that is not so sure to be what it is thought to be."""
    first, *others = column.candidates
    kept = (replace(first, chance=min(first.chance, most)), *_less(others, 1 - most))
    return replace(column, candidates=kept, chance=min(column.chance, most))


def _less(some: Sequence[Candidate], most: float) -> list[Candidate]:
    """Chances that are together no more than is left."""
    total = sum(one.chance for one in some)
    return [replace(one, chance=one.chance * min(1.0, most / total) if total else 0.0) for one in some]
