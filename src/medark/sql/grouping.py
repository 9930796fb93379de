"""A query of aggregates told apart by something that each row of a table is of: by the source that it came from"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from medark.sql.query import parse
from medark.sql.relations import Relation, relations


@dataclass(frozen=True, slots=True)
class Part:
    """What tells rows apart: `relation` has a number `name` for each `key`, which rows carry as `column`."""

    relation: str
    key: str
    name: str
    column: str


def told_apart(sql: str, alias: str, tables: Collection[str], part: Part) -> str | None:
    """The same query with a line for each part of the rows of the table under `alias`, and the part's number in it.

    None where no such table of `tables` is read, so that nothing can be told apart. Rows of no part have NULL.

    >>> told_apart("select count(*) as n from note as t", "t", {"note"}, Part("whose", "no", "source_no", "record_no"))
    'SELECT COUNT(*) AS n, part.source_no FROM note AS t LEFT JOIN whose AS part ON part.no = t.record_no GROUP \
BY part.source_no'
    """
    tree = parse(sql).tree.copy()
    if not _carries(tree, alias, frozenset(tables), part):
        return None
    for parameter in list(tree.find_all(exp.Placeholder)):
        parameter.replace(exp.Var(this=f":{parameter.name}"))  # as our own SQL writes it
    return tree.sql(dialect="duckdb")


def _carries(query: exp.Expr, alias: str, tables: frozenset[str], part: Part) -> bool:
    """Make the query tell the part of its rows; False, and nothing changed, where it reads none."""
    if isinstance(query, exp.SetOperation):
        sides = {id(side): _carries(side, alias, tables, part) for side in (query.left, query.right)}
        for side in (query.left, query.right) if any(sides.values()) else ():
            if not sides[id(side)]:
                _tell_none(side, part)
        return any(sides.values())
    if not isinstance(query, exp.Select):
        return False
    for relation in relations(query):
        if _is_told_apart(relation, query, alias, tables, part):
            name = f"part.{part.name}" if isinstance(relation, exp.Table) else f"{relation.alias}.{part.name}"
            _tell(query, name)
            return True
    return False


def _is_told_apart(relation: Relation, query: exp.Select, alias: str, tables: frozenset[str], part: Part) -> bool:
    if isinstance(relation, exp.Subquery):
        return _carries(relation.this, alias, tables, part)
    if relation.alias != alias or relation.name not in tables:
        return False
    joined = f"left join {part.relation} as part on part.{part.key} = {alias}.{part.column}"
    join = sqlglot.parse_one(f"select 1 from x {joined}", read="duckdb").args["joins"][0]
    query.append("joins", join)
    return True


def _tell(query: exp.Select, name: str) -> None:
    is_summed = query.args.get("group") is not None or any(_aggregates(one) for one in query.expressions)
    query.select(name, copy=False)
    if is_summed:
        query.group_by(name, copy=False)


def _tell_none(query: exp.Expr, part: Part) -> None:
    """One side of a UNION whose rows are of no part."""
    if isinstance(query, exp.SetOperation):
        for side in (query.left, query.right):
            _tell_none(side, part)
    elif isinstance(query, exp.Select):
        query.select(f"cast(null as bigint) as {part.name}", copy=False)


def _aggregates(projection: exp.Expr) -> bool:
    return any(not isinstance(found.parent, exp.Window) for found in projection.find_all(exp.AggFunc))
