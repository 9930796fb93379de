"""A portable query as the SQL of one engine, with its parameters put in as literals"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, UnsupportedError

from medark.errors import DefinitionError
from medark.sql.query import Query, parse
from medark.sql.rewrites import BY_NAME, BY_TYPE

Engine = Literal["duckdb", "spark"]
Value = str | int | float | bool | dt.date | dt.datetime | None


def render(query: Query | str, engine: Engine = "duckdb", parameters: Mapping[str, Value] | None = None) -> str:
    """The query for `engine`. Every `:name` needs a value in `parameters`: DefinitionError says which is missing.

    >>> render("select key_hash(:salt || x) as k from t", parameters={"salt": "a'b"})
    "SELECT CAST('0x' || SUBSTRING(MD5(('a''b' || x)), 1, 15) AS BIGINT) AS k FROM t"
    """
    given = parameters or {}
    sql = query if isinstance(query, str) else query.sql
    return _render(sql, engine, tuple((name, type(value), value) for name, value in sorted(given.items())))


def plain(sql: str, engine: Engine) -> str:
    """The same for text of names, casts and comparisons alone: it is DuckDB's already, and need not be read for it.

    >>> plain("select x from t", "duckdb"), plain("select x from t", "spark")
    ('select x from t', 'SELECT x FROM t')
    """
    return sql if engine == "duckdb" else render(sql, engine)


@lru_cache(maxsize=1024)  # a wave runs the same fifty queries as the one before
def _render(sql: str, engine: Engine, parameters: tuple[tuple[str, type, Value], ...]) -> str:
    tree = parse(sql).tree.copy()
    _bind(tree, {name: value for name, _, value in parameters})
    ready = rewritten(tree, engine)
    try:
        return ready.sql(dialect=_dialect(engine), comments=False, unsupported_level=ErrorLevel.RAISE, copy=False)
    except UnsupportedError:
        raise DefinitionError(f"{engine} has no word for a part of this query", fix="see what sql.lint finds") from None


def _dialect(engine: Engine) -> type[Dialect]:
    if engine == "duckdb":
        return DuckDB
    from medark.sql.spark import SparkSQL

    return SparkSQL


def rewritten(tree: exp.Expr, engine: Engine) -> exp.Expr:
    """The tree changed in place, leaves first, so that arguments of a call are ready before the call is."""
    for node in reversed(list(tree.walk(bfs=False))):
        rewrite = BY_NAME.get(node.name.lower()) if isinstance(node, exp.Anonymous) else BY_TYPE.get(type(node))
        if rewrite is not None and node is not tree:
            _put(node, rewrite(node, engine), engine)
    return tree


def _put(node: exp.Expr, new: exp.Expr, engine: Engine) -> None:
    if new is node:
        return
    for inner in reversed(list(new.walk(bfs=False))):  # what a template itself asks for, such as moved()
        if isinstance(inner, exp.Anonymous) and inner is not new and inner.name.lower() in BY_NAME:
            inner.replace(BY_NAME[inner.name.lower()](inner, engine))
    node.replace(new)


def _bind(tree: exp.Expr, parameters: Mapping[str, Value]) -> None:
    holes = list(tree.find_all(exp.Placeholder))
    missing = sorted({hole.name for hole in holes} - parameters.keys())
    if missing:
        raise DefinitionError(f"no value for {', '.join(missing)}", fix="give each as a parameter")
    for hole in holes:
        hole.replace(literal(parameters[hole.name]))


def literal(value: Value) -> exp.Expr:
    """A value as SQL: dates as DATE and TIMESTAMP literals, text quoted."""
    if isinstance(value, dt.datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "TIMESTAMP")
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.convert(value)
