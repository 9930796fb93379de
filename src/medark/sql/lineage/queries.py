"""A query run over relations as lineage sees them: joins, filters, groups and unions"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from sqlglot import exp

from medark.model.lineage import NOTHING, How, at_least, together
from medark.sql.lineage.expressions import cell_of, conjuncts
from medark.sql.lineage.joins import join_in
from medark.sql.lineage.relation import ANY, Cell, Relation, empty
from medark.sql.lineage.scope import Place, Scope
from medark.sql.lineage.sets import distinct, keyed, united
from medark.sql.query import Query

_Result = tuple[str, Cell, exp.Expr]  # a column's name, what decides it, and its expression


def relation_of(query: Query, tables: Mapping[str, Relation]) -> Relation:
    """What a query gives over `tables` (by name, in lower case); a table that is not among them is one of facts.

    DefinitionError for a column that none of its relations has.

    >>> from medark.sql.lineage.relation import stored
    >>> from medark.sql.query import parse
    >>> found = relation_of(parse("select coalesce(b, a) as x from t where k = 1"), {"t": stored("t", ["a", "b", "k"])})
    >>> {column: str(how) for (_, column), how in found.columns["x"].influences.items()}
    {'b': 'value', 'a': 'value'}
    >>> sorted(column for _, column in found.rows)
    ['*', 'k']
    """
    return relation_within(query.tree, Scope(tables))


def relation_within(node: exp.Expr, around: Scope) -> Relation:
    """The same for a query inside another."""
    tables = dict(around.tables)
    held = node.args.get("with_")
    for cte in held.expressions if held is not None else []:
        tables[cte.alias.lower()] = relation_within(cte.this, Scope(tables, around.parent))
    inside = Scope(tables, around if around.relations else around.parent, ask=relation_within)
    if isinstance(node, exp.Subquery):
        return relation_within(node.this, inside)
    if isinstance(node, exp.SetOperation):
        return _set(node, inside)
    assert isinstance(node, exp.Select)
    return _select(node, inside)


def _set(node: exp.SetOperation, scope: Scope) -> Relation:
    sides = [relation_within(side, scope) for side in (node.this, node.expression)]
    names, is_set = list(sides[0].columns), bool(node.args.get("distinct"))
    sides[1] = replace(sides[1], columns=dict(zip(names, sides[1].columns.values(), strict=True)))
    if isinstance(node, exp.Except | exp.Intersect):
        told = at_least(together([*(c.influences for c in sides[1].columns.values()), sides[1].rows]), How.ROWS)
        return replace(distinct(sides[0]), rows=together((sides[0].rows, told)))
    parts = [part for side in sides for part in (side.parts if is_set or not side.is_set else ()) or (side,)]
    return united(names, parts, is_set=is_set)


def _select(node: exp.Select, scope: Scope) -> Relation:
    scope.results = {cell.alias.lower(): cell.this for cell in node.selects if isinstance(cell, exp.Alias)}
    is_empty = _from(node, scope)
    where = node.args.get("where")
    for condition in conjuncts(where.this if where is not None else None):
        is_empty |= _filtered(condition, scope)
    names = [name for name, _, _ in _told_apart(_cells(node, scope))] if is_empty else []
    if is_empty and not _is_total(node):
        return empty(names)
    if is_empty:
        scope.relations = {alias: empty(one.columns) for alias, one in scope.relations.items()}
        scope.rows = NOTHING
    _group(node, scope)
    having = node.args.get("having")
    if having is not None:
        scope.rows = together((scope.rows, at_least(cell_of(having.this, scope).influences, How.ROWS)))
    cells = _told_apart(_cells(node, scope))
    columns = {name: cell for name, cell, _ in cells}
    found = Relation(MappingProxyType(columns), scope.rows, frozenset(_unique(node, scope, cells)))
    return distinct(found) if node.args.get("distinct") else found


def _is_total(node: exp.Select) -> bool:
    """One row whatever rows there are: aggregates without groups."""
    return node.args.get("group") is None and any(
        True for cell in node.selects for _ in cell.find_all(exp.AggFunc) if not cell.find(exp.Window)
    )


def _from(node: exp.Select, scope: Scope) -> bool:
    """Bring in FROM and its joins. True if no row can come of them."""
    start = node.args.get("from_")
    if start is None:
        return False
    first = _narrowed(_relation(start.this, scope), node)
    alias = start.this.alias_or_name.lower()
    scope.relations[alias] = first
    scope.rows = first.rows
    scope.unique = frozenset(frozenset((alias, name) for name in key) for key in first.unique)
    is_empty = first.is_empty
    for join in node.args.get("joins") or []:
        is_empty |= join_in(scope, join, join.this.alias_or_name.lower(), _relation(join.this, scope))
    return is_empty


def _narrowed(first: Relation, node: exp.Select) -> Relation:
    """A UNION without the sides of which WHERE takes no row, because a column that must be there is NULL in them."""
    where = node.args.get("where")
    if not first.parts or where is None or node.args.get("joins"):
        return first
    needed = [
        condition.this.this.name.lower()
        for condition in conjuncts(where.this)
        if isinstance(condition, exp.Not) and isinstance(condition.this, exp.Is)
    ]
    kept = [part for part in first.parts if not any(part.columns.get(name, ANY).is_null for name in needed)]
    return first if len(kept) == len(first.parts) else united(list(first.columns), kept, is_set=first.is_set)


def _relation(node: exp.Expr, scope: Scope) -> Relation:
    if isinstance(node, exp.Table):
        return scope.table(node.name)
    return relation_within(node, Scope(scope.tables, scope.parent))


def _filtered(condition: exp.Expr, scope: Scope) -> bool:
    """Take a condition of WHERE into account. True if it holds of no row."""
    cell = cell_of(condition, scope)
    scope.rows = together((scope.rows, at_least(cell.influences, How.ROWS)))
    if isinstance(condition, exp.EQ) and isinstance(condition.this, exp.Column):
        place = scope.place(condition.this)
        if place is not None and not list(condition.expression.find_all(exp.Column)):
            scope.unique |= frozenset(key - {place} for key in scope.unique)
    _fill(condition, scope)
    return cell.never_holds


def _fill(condition: exp.Expr, scope: Scope) -> None:
    """After `x IS NOT NULL` x is there."""
    inside = condition.this if isinstance(condition, exp.Not) else None
    if isinstance(inside, exp.Is) and isinstance(inside.expression, exp.Null) and isinstance(inside.this, exp.Column):
        place = scope.place(inside.this)
        if place is not None:
            one, cell = scope.relations[place[0]], scope.column(inside.this)
            known = None if cell.known is None else cell.known - {None}
            filled = Cell(cell.influences, known, filled=True)
            scope.relations[place[0]] = replace(one, columns={**one.columns, place[1]: filled})


def _group(node: exp.Select, scope: Scope) -> None:
    """Rows of one key come together: from here on expressions are over groups."""
    group = node.args.get("group")
    if group is None:
        return
    told = {}
    for part in group.expressions:
        part = scope.results.get(part.name.lower(), part) if _is_result(part, scope) else part
        place = scope.place(part) if isinstance(part, exp.Column) else None
        told[place or part.sql()] = cell_of(part, scope)
    scope.group_influences = together(cell.influences for cell in told.values())
    groups, rows = keyed(told, scope)
    scope.group_influences = together((scope.group_influences, at_least(scope.rows, How.CONDITION)))
    scope.grouped, scope.rows = groups, rows
    scope.unique = frozenset({frozenset(place for place in told if isinstance(place, tuple))})


def _is_result(part: exp.Expr, scope: Scope) -> bool:
    return isinstance(part, exp.Column) and not scope.knows(part) and part.name.lower() in scope.results


def _cells(node: exp.Select, scope: Scope) -> Iterator[_Result]:
    """Each result: its name, what decides it, and its expression."""
    for cell in node.selects:
        if isinstance(cell, exp.Star):
            yield from ((name, of, exp.column(name)) for name, of in scope.stars())
        elif isinstance(cell, exp.Column) and isinstance(cell.this, exp.Star):
            alias = cell.table.lower()
            yield from ((name, of, exp.column(name, table=alias)) for name, of in scope.stars(alias))
        else:
            yield cell.alias_or_name.lower(), cell_of(cell, scope), cell.this if isinstance(cell, exp.Alias) else cell


def _told_apart(cells: Iterator[_Result]) -> list[_Result]:
    """Results under names of their own: in a UNION those of the second side go by their place."""
    found: dict[str, _Result] = {}
    for name, cell, told in cells:
        own = name if name and name not in found else f"{name}?{len(found)}"
        found[own] = (own, cell, told)
    return list(found.values())


def _unique(node: exp.Select, scope: Scope, cells: list[_Result]) -> Iterator[frozenset[str]]:
    """The sets of results that no two rows agree in."""
    names: dict[object, str] = {}
    for name, _, told in cells:
        names.setdefault(scope.place(told) if isinstance(told, exp.Column) else told.sql(), name)
    if scope.grouped is not None:
        if all(place in names for place in scope.grouped):
            yield frozenset(names[place] for place in scope.grouped)
        return
    for key in scope.unique:
        if all(place in names for place in key):
            yield frozenset(names[place] for place in key)
    for name, _, told in cells:
        window = told.find(exp.Window)
        if window is not None and isinstance(window.this, exp.RowNumber):
            parts: list[Place | None] = [
                scope.place(part) for part in window.args.get("partition_by") or [] if isinstance(part, exp.Column)
            ]
            if all(part in names for part in parts):
                yield frozenset({name, *(names[part] for part in parts)})
