"""Rows as one value: the columns that decide come first, so that the greatest row is found with all it holds"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp


def part(node: exp.Expr, engine: str) -> exp.Expr:
    """`struct_extract(max(struct_pack(a := x)), 'a')`: Spark has a dot for it, which binds closer than FILTER."""
    if engine == "duckdb":
        return node
    return exp.Dot(this=exp.Paren(this=node.this.copy()), expression=exp.to_identifier(node.expression.name))


NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {exp.StructExtract: part}
