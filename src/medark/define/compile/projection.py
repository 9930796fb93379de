"""A SELECT that gives values: one layer, or several where a value is written more than once"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark

from medark.define.compile.draft import Draft
from medark.define.compile.expressions import Expressions
from medark.define.compile.sharing import layers
from medark.define.nodes import Value

_LAYER = "q"
# Names of variables that are words of an engine: every keyword that sqlglot's reader of either knows.
_WORDS = {word.lower() for dialect in (DuckDB, Spark) for word in dialect.Tokenizer.KEYWORDS}


class Scope(Protocol):
    """Where values are looked up: the rows of some FROM."""

    draft: Draft

    def held(self, value: Value) -> exp.Expr | None:
        """The column that holds a value, or None if it is made of others. Joins what that takes."""

    def source(self) -> exp.Select:
        """FROM, JOINs and WHERE for all that was asked for so far."""


def expressions(scope: Scope) -> Expressions:
    """What writes values over the columns of a scope."""
    return Expressions(scope.held, scope.draft.ids, scope.draft.today)


def projected(scope: Scope, values: Mapping[str, Value], carried: Mapping[str, exp.Expr]) -> exp.Select:
    """The columns `carried` and the values, by name (which may be any word, so the engine's words too)."""
    shared = layers(values.values(), lambda value: scope.held(value) is not None)
    if not shared:
        write = expressions(scope)
        cells = [*_named(carried), *(_alias(write.of(value), name, quoted=True) for name, value in values.items())]
        return scope.source().select(*cells, copy=False)
    return _Layered(scope, shared).select(values, carried)


class _Layered:
    """The lowest layer has the scope's own columns; each one above it adds the values it shares."""

    def __init__(self, scope: Scope, shared: list[list[Value]]) -> None:
        self._scope, self._shared = scope, shared
        self._names = {v: f"s{at}" for at, v in enumerate((v for layer in shared for v in layer), 1)}
        self._base: dict[Value, str] = {}  # columns of the scope that upper layers ask for
        self._depth = {v: at for at, layer in enumerate(shared) for v in layer}

    def select(self, values: Mapping[str, Value], carried: Mapping[str, exp.Expr]) -> exp.Select:
        top = self._writer(len(self._shared))
        outer = [_alias(top.of(value), name, quoted=True) for name, value in values.items()]
        upper = [self._cells(at) for at in range(1, len(self._shared))]
        lowest = self._cells(0)
        base = [_alias(self._column(value), name) for value, name in self._base.items()]
        query = self._scope.source().select(*_named(carried), *base, *lowest, copy=False)
        for cells in upper:
            query = _over(query).select("*", *cells, copy=False)
        names = [_alias(exp.column(name, table=_LAYER), name) for name in carried]
        return _over(query).select(*names, *outer, copy=False)

    def _cells(self, at: int) -> list[exp.Expr]:
        write = self._writer(at)
        return [_alias(write.without_looking(value), self._names[value]) for value in self._shared[at]]

    def _writer(self, at: int) -> Expressions:
        """What writes the values of one layer over the columns of those below."""

        def held(value: Value) -> exp.Expr | None:
            if self._depth.get(value, at) < at:
                return exp.column(self._names[value], table=_LAYER)
            if at == 0:
                return self._scope.held(value)
            if value not in self._base and self._scope.held(value) is None:
                return None
            return exp.column(self._base.setdefault(value, f"c{len(self._base) + 1}"), table=_LAYER)

        return Expressions(held, self._scope.draft.ids, self._scope.draft.today)

    def _column(self, value: Value) -> exp.Expr:
        column = self._scope.held(value)
        assert column is not None
        return column


def _over(query: exp.Select) -> exp.Select:
    return exp.Select().from_(query.subquery(_LAYER, copy=False), copy=False)


def _named(cells: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [_alias(cell, name) for name, cell in cells.items()]


def _alias(cell: exp.Expr, name: str, *, quoted: bool = False) -> exp.Expr:
    return exp.Alias(this=cell, alias=exp.to_identifier(name, quoted=quoted and name in _WORDS))
