"""Lineage: the columns that a query reads, and the columns that each of its results is made of"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from medark.errors import DefinitionError
from medark.sql.query import Query, parse, place
from medark.sql.relations import Relation, cte_of, outputs, relations, selects

Schema = Mapping[str, Sequence[str]]  # the columns of each table that a query may name
Source = tuple[str, str]  # table, column


def reads(query: Query, schema: Schema) -> dict[str, frozenset[str]]:
    """The tables that a query names and the columns of each that it reads anywhere, in filters and joins too.

    A table of which only rows are counted reads no column. DefinitionError for a table or column that is not in
    `schema`, with its place.

    >>> from medark.sql.query import parse
    >>> found = reads(parse("select a.x from t as a join u on u.k = a.k"), {"t": ["k", "x", "y"], "u": ["k"]})
    >>> {table: sorted(columns) for table, columns in found.items()}
    {'t': ['k', 'x'], 'u': ['k']}
    """
    tree = _qualified(query.sql, _frozen(schema))
    found: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        if cte_of(table) is None:
            found.setdefault(table.name, set())
    for column in tree.find_all(exp.Column):
        relation = _relation(column)
        if isinstance(relation, exp.Table) and cte_of(relation) is None:
            found[relation.name].add(column.name)
    return {table: frozenset(columns) for table, columns in sorted(found.items())}


def lineage(query: Query, schema: Schema) -> dict[str, frozenset[Source]]:
    """Each column that a query gives, in order, and the table columns that its value is made of.

    A condition inside an expression (CASE, FILTER, a window's order) decides the value and counts; one that only
    decides which rows there are (WHERE, ON) does not. DefinitionError as for `reads`.

    >>> from medark.sql.query import parse
    >>> lineage(parse("with c as (select x + 1 as y from t) select y, 0 as z from c"), {"t": ["x"]})
    {'y': frozenset({('t', 'x')}), 'z': frozenset()}
    """
    tree = _qualified(query.sql, _frozen(schema))
    return {name: _sources(tree, number) for number, name in enumerate(outputs(tree))}


def _frozen(schema: Schema) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((table, tuple(columns)) for table, columns in sorted(schema.items()))


@lru_cache(maxsize=256)
def _qualified(sql: str, schema: tuple[tuple[str, tuple[str, ...]], ...]) -> exp.Query:
    """The tree with every * written out and every column of a known relation."""
    known = {table.lower(): [column.lower() for column in columns] for table, columns in schema}
    typed: dict[str, object] = {table: dict.fromkeys(columns, "VARCHAR") for table, columns in known.items()}
    tree = parse(sql).tree.copy()
    _check_tables(tree, known)
    try:
        tree = qualify(
            tree, dialect="duckdb", schema=typed, validate_qualify_columns=False, expand_alias_refs=True,
            quote_identifiers=False,
        )  # fmt: skip
    except SqlglotError as error:
        raise _not_told(str(error), parse(sql).tree) from None
    _check_columns(tree, known)
    assert isinstance(tree, exp.Query)
    return tree


def _not_told(message: str, tree: exp.Expr) -> DefinitionError:
    name = re.search(r"(?:Unknown|Ambiguous) column: ([A-Za-z_][A-Za-z0-9_]*)|Column '\"?(\w+)", message)
    if name is None:
        return DefinitionError("the columns of this query can't be told apart", fix="write table.column")
    called = name[1] or name[2]
    at = next((place(column) for column in tree.find_all(exp.Column) if column.name.lower() == called.lower()), {})
    return DefinitionError(f"no such column, or one of several: {called}", fix="write table.column", **at)


def _check_tables(tree: exp.Expr, known: Mapping[str, Sequence[str]]) -> None:
    for table in tree.find_all(exp.Table):
        if table.name.lower() not in known and cte_of(table) is None:
            raise DefinitionError(f"no such table: {table.name}", fix="name one that is there", **place(table))


def _check_columns(tree: exp.Expr, known: Mapping[str, Sequence[str]]) -> None:
    for column in tree.find_all(exp.Column):
        relation = _relation(column)
        if relation is None and _alias(column) is None:
            raise DefinitionError(f"no such column: {column.name}", fix="see the table's columns", **place(column))
        inside = _query_of(relation) if relation is not None else None
        there = (
            [column.name] if relation is None else outputs(inside) if inside is not None else list(known[relation.name])
        )
        if column.name not in there:
            raise DefinitionError(f"no such column: {column.name}", fix="see the table's columns", **place(column))


def _sources(query: exp.Expr, number: int) -> frozenset[Source]:
    """What column `number` of a query is made of."""
    cells = [select.selects[number] for select in selects(query)]
    return frozenset(source for cell in cells for column in _values(cell) for source in _made_of(column))


def _values(node: exp.Expr) -> Iterator[exp.Column]:
    """The columns under an expression: of a query inside it, those of what it gives back."""
    for part in node.walk(prune=lambda node: isinstance(node, exp.Query)):
        if isinstance(part, exp.Column):
            yield part
        elif isinstance(part, exp.Query):
            for select in selects(part):
                for cell in select.selects:
                    yield from _values(cell)


def _made_of(column: exp.Column) -> frozenset[Source]:
    relation = _relation(column)
    if relation is None:
        alias = _alias(column)
        return frozenset(s for c in _values(alias) for s in _made_of(c)) if alias is not None else frozenset()
    inside = _query_of(relation)
    if inside is None:
        return frozenset({(relation.name, column.name)})
    return _sources(inside, outputs(inside).index(column.name))


def _query_of(relation: Relation) -> exp.Expr | None:
    """The query behind a relation, None for a table of the schema."""
    return cte_of(relation) if isinstance(relation, exp.Table) else relation.this


def _relation(column: exp.Column) -> Relation | None:
    """The relation a column is of, in its own SELECT or one around it."""
    select = column.find_ancestor(exp.Select)
    while select is not None and column.table:
        for relation in relations(select):
            if relation.alias_or_name == column.table:
                return relation
        select = select.find_ancestor(exp.Select)
    return None


def _alias(column: exp.Column) -> exp.Expr | None:
    """The expression that a bare name stands for: ORDER BY, GROUP BY and HAVING may name a result."""
    below: exp.Expr = column
    while below.parent is not None and not isinstance(below.parent, exp.Select | exp.SetOperation):
        below = below.parent
    if below.parent is None or column.table or below.arg_key == "expressions":  # a result is not made of itself
        return None
    cells = next(selects(below.parent)).selects
    return next((cell for cell in cells if cell.alias == column.name), None)
