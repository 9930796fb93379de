"""Rows that come together: of a UNION, of a DISTINCT, of a group; and the keys that stand for them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from medark.model.lineage import How, Influences, at_least, together
from medark.sql.lineage.relation import Cell, Key, Relation, either, empty
from medark.sql.lineage.scope import Scope


def united(names: list[str], sides: Sequence[Relation], *, is_set: bool) -> Relation:
    """The rows of all sides."""
    there = tuple(side for side in sides if not side.is_empty)
    if not there:
        return empty(names)
    columns = [dict(zip(names, side.columns.values(), strict=True)) for side in there]
    cells = {name: either(cells[name] for cells in columns) for name in names}
    both = Relation(MappingProxyType(cells), together(side.rows for side in there))
    parts = tuple(replace(side, columns=cells) for side, cells in zip(there, columns, strict=True))
    return replace(distinct(both) if is_set else both, parts=parts, is_set=is_set)


def keyed(told: Mapping[Any, Cell], scope: Scope) -> tuple[dict[object, Cell], Influences]:
    """The keys of groups, and what decides which groups there are. What is a key already stays what it is."""
    loose = {what: how for what, how in scope.rows.items() if not isinstance(what, Key)}
    cells: dict[object, Cell] = {}
    rows: list[Influences] = []
    for place, cell in told.items():
        kept = {what: how for what, how in cell.influences.items() if isinstance(what, Key)}
        plain = {what: how for what, how in cell.influences.items() if not isinstance(what, Key)}
        if plain:
            kept[Key(together((plain, loose)))] = How.VALUE
        cells[place] = Cell(kept, cell.known, cell.filled)
        rows.append(at_least(kept, How.ROWS))
    has_new = any(not isinstance(what, Key) for cell in told.values() for what in cell.influences)
    left = {what: how for what, how in scope.rows.items() if isinstance(what, Key) or not has_new}
    return cells, together((*rows, left))


def distinct(found: Relation) -> Relation:
    """One row for each combination of values."""
    if found.is_empty:
        return found
    scope = Scope({}, rows=found.rows)
    cells, rows = keyed(dict(found.columns), scope)
    named = {str(name): cell for name, cell in cells.items()}
    return Relation(MappingProxyType(named), rows, found.unique | {frozenset(found.columns)})
