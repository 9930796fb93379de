"""Queries and expressions that are best read as SQL: text with holes"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

from medark.sql.rewrites.template import filled


def query(text: str, **holes: exp.Query | str | int) -> exp.Select:
    """A SELECT with its {holes} filled: a query goes in as a subquery, which needs an alias there."""
    parts = {
        n: f"({h.sql(dialect='duckdb', comments=False)})" if isinstance(h, exp.Query) else h for n, h in holes.items()
    }
    found = sqlglot.parse_one(text.format(**parts), read="duckdb")
    assert isinstance(found, exp.Query)
    return found  # type: ignore[return-value]


def expression(text: str, *arguments: exp.Expr) -> exp.Expr:
    """An expression with its holes :a, :b, :c filled, in brackets where precedence could bite."""
    return filled(parsed(text), dict(zip("abc", arguments, strict=False)))


@cache
def parsed(text: str) -> exp.Expr:
    """An expression with holes; not to be changed."""
    return sqlglot.parse_one(text, read="duckdb")
