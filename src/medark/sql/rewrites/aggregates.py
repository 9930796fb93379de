"""Aggregates and windows: the row that has the most or the least, and the numbers of rows"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp


def most(node: exp.Expr, engine: str) -> exp.Expr:
    """`max_by(x, y)` leaves out rows where x or y is NULL. Spark's keeps a NULL x, so it gets a filter."""
    if engine == "duckdb":
        return node
    known = exp.and_(*(exp.Is(this=e.copy(), expression=exp.Null()).not_() for e in (node.this, node.expression)))
    return exp.Filter(this=node.copy(), expression=exp.Where(this=known))


def filtered(node: exp.Expr, engine: str) -> exp.Expr:
    """`agg(…) FILTER (WHERE a) FILTER (WHERE b)`, which `most` may have made, is one filter."""
    inner = node.this
    if not isinstance(inner, exp.Filter):
        return node
    both = exp.and_(inner.expression.this.copy(), node.expression.this.copy())
    return exp.Filter(this=inner.this.copy(), expression=exp.Where(this=both))


def numbered(node: exp.Expr, engine: str) -> exp.Expr:
    """`row_number() OVER (…)` and the ranks are BIGINT."""
    is_number = isinstance(node.this, exp.RowNumber | exp.Rank | exp.DenseRank)
    return exp.cast(node.copy(), "BIGINT") if engine == "spark" and is_number else node


NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {
    exp.ArgMax: most,
    exp.ArgMin: most,
    exp.Filter: filtered,
    exp.Window: numbered,
}
