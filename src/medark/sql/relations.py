"""What a name in a query stands for: the relation of a column, the CTE behind a table's name"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

Relation = exp.Table | exp.Subquery


def relations(select: exp.Select) -> Iterator[Relation]:
    """What a SELECT reads FROM and JOINs."""
    start = select.args.get("from_")
    for found in [*([start] if start is not None else []), *(select.args.get("joins") or [])]:
        if isinstance(found.this, exp.Table | exp.Subquery):
            yield found.this


def cte_of(table: exp.Table) -> exp.Query | None:
    """The query behind a table's name: of the CTEs around it, those written before it, the nearest."""
    holder: exp.Expr | None = table
    inside_of: exp.CTE | None = None
    while holder is not None:
        if isinstance(holder, exp.CTE):
            inside_of = holder
        there = holder.args.get("with_")
        for cte in _seen(there.expressions if there is not None else [], inside_of):
            if cte.alias.lower() == table.name.lower() and isinstance(cte.this, exp.Query):
                return cte.this
        holder = holder.parent
    return None


def levels_out(column: exp.Expr) -> int:
    """How many queries out from its own the relation lies that a column names; 0 for one that names none."""
    level, select = 0, column.find_ancestor(exp.Select)
    while select is not None and isinstance(column, exp.Column) and column.table:
        if any(relation.alias_or_name.lower() == column.table.lower() for relation in relations(select)):
            return level
        level, select = level + 1, select.find_ancestor(exp.Select)
    return 0


def selects(query: exp.Expr) -> Iterator[exp.Select]:
    """The SELECTs whose rows a query gives: one, or one for each side of a UNION."""
    if isinstance(query, exp.SetOperation):
        yield from selects(query.this)
        yield from selects(query.expression)
    elif isinstance(query, exp.Select):
        yield query
    elif isinstance(query, exp.Subquery):
        yield from selects(query.this)


def outputs(query: exp.Expr) -> list[str]:
    """The names of a query's columns: a UNION is called as its first SELECT is."""
    return [cell.alias_or_name for cell in next(selects(query)).selects]


def _seen(ctes: list[exp.CTE], inside_of: exp.CTE | None) -> list[exp.CTE]:
    """From inside a CTE only those before it can be seen."""
    before = next((i for i, cte in enumerate(ctes) if cte is inside_of), len(ctes))
    return ctes[:before][::-1]
