"""Queries and expressions that are best read as SQL: text with holes"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp


def query(text: str, **holes: exp.Query | str | int) -> exp.Select:
    """A SELECT with its {holes} filled: a query goes in as a subquery, which needs an alias there."""
    parts = {
        n: f"({h.sql(dialect='duckdb', comments=False)})" if isinstance(h, exp.Query) else h for n, h in holes.items()
    }
    found = sqlglot.parse_one(text.format(**parts), read="duckdb")
    assert isinstance(found, exp.Query)
    return found  # type: ignore[return-value]


def expression(text: str, *arguments: exp.Expr) -> exp.Expr:
    """An expression with its holes :a, :b, :c filled, in brackets where precedence could bite.

    The arguments become part of it; only where a hole is written twice its argument is copied.
    """
    whole = exp.Paren(this=parsed(text).copy())
    given = dict(zip("abc", arguments, strict=False))
    for hole in list(whole.find_all(exp.Placeholder)):
        value = given[hole.name]
        hole.replace(bracketed(value.copy() if value.parent is not None else value))
    return whole.this.pop()  # type: ignore[no-any-return]


def bracketed(value: exp.Expr) -> exp.Expr:
    """The same in brackets, unless it can stand anywhere without."""
    is_loose = isinstance(value, exp.Binary | exp.Unary | exp.Between | exp.In) and not isinstance(value, exp.Paren)
    return exp.Paren(this=value) if is_loose else value


@cache
def parsed(text: str) -> exp.Expr:
    """An expression with holes; not to be changed."""
    return sqlglot.parse_one(text, read="duckdb").unalias()  # DuckDB has aliases with a colon: `NOT :a` reads as one
