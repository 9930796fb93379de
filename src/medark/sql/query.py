"""A query as it was written, and what it was parsed to"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from medark.errors import DefinitionError
from medark.sql.relations import cte_of

_LONGEST = 1 << 20  # characters; the longest query of our own is under 20,000
_DEEPEST = 400  # nested brackets; deeper text would exhaust the parser's stack


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT. `tree` is never changed in place: take `tree.copy()`."""

    sql: str
    tree: exp.Query

    @property
    def parameters(self) -> frozenset[str]:
        """Names written `:name` that `render` must be given values for."""
        return frozenset(node.name for node in self.tree.find_all(exp.Placeholder))

    @property
    def tables(self) -> frozenset[str]:
        """Names of the relations that it reads, those that it makes itself (WITH) left out."""
        return _tables(self.sql)


@lru_cache(maxsize=1024)
def parse(sql: str) -> Query:
    """One SELECT (or WITH … SELECT, or UNION) in the DuckDB dialect; DefinitionError for anything else."""
    _bounded(sql)
    try:
        statements = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise _not_sql(error) from None
    if len(statements) != 1:
        raise DefinitionError(f"one SELECT is wanted, not {len(statements)} statements", fix="keep one")
    (tree,) = statements
    while isinstance(tree, exp.Subquery) and not tree.alias:
        tree = tree.this
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise DefinitionError("only SELECT is allowed", fix="write SELECT … or WITH … SELECT …")
    return Query(sql, tree)


@lru_cache(maxsize=1024)
def _tables(sql: str) -> frozenset[str]:
    return frozenset(table.name for table in parse(sql).tree.find_all(exp.Table) if cte_of(table) is None)


def place(node: exp.Expr) -> dict[str, int]:
    """The line and column (from 1) of the first token under a node that carries one."""
    for part in node.walk(bfs=False):
        if "line" in part.meta:
            width = part.meta["end"] - part.meta["start"]  # what is told of a token is where it ends
            return {"line": part.meta["line"], "column": max(1, part.meta["col"] - width)}
    return {}


def _bounded(sql: str) -> None:
    if len(sql) > _LONGEST:
        raise DefinitionError(f"the query is longer than {_LONGEST} characters", fix="split it")
    depth = deepest = 0
    for letter in sql:
        if letter in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in ")]}":
            depth -= 1
    if deepest > _DEEPEST:
        raise DefinitionError(f"the query nests deeper than {_DEEPEST} brackets", fix="use WITH")


def _not_sql(error: Exception) -> DefinitionError:
    found = (getattr(error, "errors", None) or [{}])[0]
    where = {"line": found["line"], "column": found["col"]} if found.get("line") else {}
    return DefinitionError("this is not SQL that can be read", fix="check it near the place named", **where)
