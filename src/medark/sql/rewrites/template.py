"""A portable function written out as SQL of each engine, its arguments put in by tree, never by text"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import sqlglot
from sqlglot import exp

from medark.errors import DefinitionError
from medark.sql.patterns import java
from medark.sql.query import place


@dataclass(frozen=True, slots=True)
class Template:
    """A function's SQL on each engine, holes written `:name`; `spark` is left out where both read the same.

    A hole is an argument, one of `literals` (regular expressions as RE2 reads them), one of `words` (text as it
    stands) or one of `pieces` (further SQL in the engine's own dialect; a piece may use what was named before it).
    """

    name: str
    arguments: tuple[str, ...]
    duckdb: str
    spark: str = ""
    literals: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # engine -> name -> SQL

    def __call__(self, node: exp.Expr, engine: str) -> exp.Expr:
        """The expression that stands for a call of this function."""
        given = node.expressions
        if len(given) != len(self.arguments):
            wanted = f"{self.name}({', '.join(self.arguments)})"
            raise DefinitionError(f"{self.name} takes {len(self.arguments)} arguments", fix=wanted, **place(node))
        return self.expand(given, engine)

    def expand(self, given: Sequence[exp.Expr], engine: str) -> exp.Expr:
        """The same for arguments at hand, with the engine's text parsed in the engine's dialect."""
        text, dialect = (self.spark, "spark") if engine == "spark" and self.spark else (self.duckdb, "duckdb")
        literals = {n: java(v) if engine == "spark" else v for n, v in self.literals.items()}
        holes: dict[str, exp.Expr] = {n: exp.Literal.string(v) for n, v in {**literals, **self.words}.items()}
        holes |= zip(self.arguments, given, strict=True)
        for name, piece in self.pieces.get(engine, {}).items():
            holes[name] = filled(_parsed(piece, dialect), holes)
        return filled(_parsed(text, dialect), holes)


def filled(tree: exp.Expr, holes: Mapping[str, exp.Expr]) -> exp.Expr:
    """A copy of `tree` with every `:name` of `holes` replaced, in brackets where precedence could bite."""
    whole = exp.Paren(this=tree.copy())
    for hole in list(whole.find_all(exp.Placeholder)):
        if hole.name in holes:
            hole.replace(_bracketed(holes[hole.name].copy()))
    return whole if _loose(whole.this) else whole.this.pop()


def _bracketed(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value) if _loose(value) else value


def _loose(value: exp.Expr) -> bool:
    return isinstance(value, exp.Binary | exp.Unary | exp.Between | exp.In) and not isinstance(
        value, exp.Dot | exp.Paren
    )


@cache
def _parsed(text: str, dialect: str) -> exp.Expr:
    return sqlglot.parse_one(text, read=dialect)
