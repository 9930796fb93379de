"""A relation as lineage sees it: what decides each column, which constants it can be, and what decides its rows

Lineage runs a query with such relations in the place of tables, as an engine runs it with rows. A column that is known
to be NULL throughout, or one of a few constants, shuts the branches of the query that it never takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from medark.model.lineage import NOTHING, ROWS, How, Influences, at_least, together

Constant = str | int | float | bool | None
NULL: frozenset[Constant] = frozenset({None})
MANY = 24  # constants: a column that can have more is told to have any


@dataclass(frozen=True, slots=True)
class Cell:
    """A column, or an expression, of every row. `known`: all that it can be, where that is told; None: anything.

    `filled`: it is NULL in no row.
    """

    influences: Influences = field(default_factory=lambda: NOTHING)
    known: frozenset[Constant] | None = None
    filled: bool = False

    @property
    def never_null(self) -> bool:
        """Is it NULL in no row?"""
        return self.filled or (self.known is not None and None not in self.known)

    @property
    def is_null(self) -> bool:
        """Is it NULL in every row?"""
        return self.known == NULL

    @property
    def never_holds(self) -> bool:
        """As a condition: is it true of no row?"""
        return self.known is not None and True not in self.known

    @property
    def always_holds(self) -> bool:
        """As a condition: is it true of every row?"""
        return self.known == frozenset({True})


EMPTY = Cell(NOTHING, NULL)
ANY = Cell()


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """The key of a row of a relation that has one row for each: who looks it up by a key of their own gets what follows
    from *that* key, and from no other row. `of`: what the keys are made of that are there.
    """

    of: Influences = field(repr=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """Columns by name. `unique`: sets of columns no two rows agree in. `others`: any column not named, of a table
    of facts that no source decides (vocabularies, words that ship with the platform); None: there is no other.
    """

    columns: Mapping[str, Cell]
    rows: Influences = field(default_factory=lambda: NOTHING)
    unique: frozenset[frozenset[str]] = frozenset()
    is_empty: bool = False
    others: Cell | None = None
    parts: tuple[Relation, ...] = field(default=(), repr=False)  # of a UNION, the sides that have rows
    is_set: bool = False  # of a UNION: equal rows of its sides are one

    def column(self, name: str) -> Cell | None:
        """A column by name, None if there is none."""
        return self.columns.get(name, self.others)


def stored(name: str, columns: Iterable[str], *keys: Iterable[str]) -> Relation:
    """A table as it lies: each column decided by itself, its rows by (name, ROWS)."""
    cells = {column: Cell({(name, column): How.VALUE}) for column in columns}
    return Relation(MappingProxyType(cells), {(name, ROWS): How.ROWS}, frozenset(frozenset(key) for key in keys))


def static(*keys: Iterable[str]) -> Relation:
    """A table of facts that no source decides."""
    return Relation(MappingProxyType({}), unique=frozenset(frozenset(key) for key in keys), others=ANY)


def empty(columns: Iterable[str]) -> Relation:
    """A relation without rows."""
    return Relation(MappingProxyType(dict.fromkeys(columns, EMPTY)), is_empty=True)


def keys_in(influences: Influences) -> frozenset[Key]:
    """The keys among what decides something."""
    return frozenset(what for what in influences if isinstance(what, Key))


def expanded(influences: Influences) -> Influences:
    """The same with every key replaced by what keys are made of."""
    if not keys_in(influences):
        return influences
    parts = [
        at_least(expanded(what.of), how) if isinstance(what, Key) else {what: how} for what, how in influences.items()
    ]
    return together(parts)


def base(influences: Influences) -> Mapping[tuple[str, str], How]:
    """What decides something, as columns of stored tables: (table, column)."""
    return {what: how for what, how in expanded(influences).items() if isinstance(what, tuple)}


def substituted(influences: Influences, bound: Mapping[Key, Influences]) -> Influences:
    """The same with keys replaced by what they are looked up with; those not `bound`, by what they are made of."""
    if not keys_in(influences):
        return influences
    parts: list[Influences] = []
    for what, how in influences.items():
        if not isinstance(what, Key):
            parts.append({what: how})
        elif what in bound:
            parts.append(at_least(bound[what], how))
        else:
            parts.append(at_least(expanded(what.of), How.KEY))
    return together(parts)


def either(cells: Iterable[Cell]) -> Cell:
    """One of several cells, nobody says which."""
    found = list(cells)
    known: frozenset[Constant] | None = frozenset()
    for cell in found:
        known = None if known is None or cell.known is None else known | cell.known
    filled = bool(found) and all(cell.never_null for cell in found)
    return Cell(together(cell.influences for cell in found), few(known), filled)


def few(known: frozenset[Constant] | None) -> frozenset[Constant] | None:
    """Constants while they are few."""
    return None if known is None or len(known) > MANY else known
