"""Where names of a query lead: the relations of a SELECT, those around it, and the expressions that it groups by"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from medark.errors import DefinitionError
from medark.model.lineage import NOTHING, Influences
from medark.sql.lineage.relation import ANY, Cell, Relation, static
from medark.sql.query import place

FACTS = static()
Place = tuple[str, str]  # alias of a relation, column
Ask = Callable[[exp.Expr, "Scope"], Relation]


@dataclass(slots=True)
class Scope:
    """A SELECT at work. `tables`: what its FROM may name; `grouped`: cells of what it groups by."""

    tables: Mapping[str, Relation]
    parent: Scope | None = None
    relations: dict[str, Relation] = field(default_factory=dict)
    rows: Influences = field(default_factory=lambda: NOTHING)
    unique: frozenset[frozenset[Place]] = frozenset()
    grouped: dict[object, Cell] | None = None
    group_influences: Influences = field(default_factory=lambda: NOTHING)
    results: dict[str, exp.Expr] = field(default_factory=dict)  # by alias: GROUP BY and HAVING may name them
    ask: Ask | None = None  # what answers a query inside an expression

    def table(self, name: str) -> Relation:
        """What a name in FROM means: a table that nobody gave is one of facts."""
        return self.tables.get(name.lower()) or FACTS

    def column(self, node: exp.Column) -> Cell:
        """What a column's name means here or around. DefinitionError if nothing."""
        where = self.place(node)
        if where is not None:
            if self.grouped is not None and where in self.grouped:
                return self.grouped[where]
            return self.relations[where[0]].column(where[1]) or ANY
        if self.parent is not None:
            return self.parent.column(node)
        raise DefinitionError(f"no such column: {node.name}", fix="see the table's columns", **place(node))

    def place(self, node: exp.Column) -> Place | None:
        """The relation of this SELECT that a column is of; None if it is of none."""
        name, table = node.name.lower(), node.table.lower()
        if table:
            return (table, name) if table in self.relations else None
        held = [alias for alias, one in self.relations.items() if name in one.columns]
        held = held or [alias for alias, one in self.relations.items() if one.others is not None]
        return (held[0], name) if held else None

    def stars(self, alias: str = "") -> Iterator[tuple[str, Cell]]:
        """Every column, of all relations or of one."""
        for name, one in self.relations.items():
            if alias in ("", name):
                yield from one.columns.items()

    def knows(self, node: exp.Column) -> bool:
        """Is a column of this SELECT or of one around it?"""
        return self.place(node) is not None or (self.parent is not None and self.parent.knows(node))
