"""Numbers: text to a finite number, rounding, division and logarithms that agree on every engine"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from medark.sql.kinds import Kind, kind_of, of_type
from medark.sql.rewrites.template import Template

# NULL for what is not a plain decimal number (1_000, 0x1F, NaN, 1,5) and for what no double can hold (1e999).
finite_number = Template(
    "finite_number",
    ("text",),
    literals={"number": r"^\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*$"},
    pieces={"duckdb": {"value": "TRY_CAST(:text AS DOUBLE)"}, "spark": {"value": "TRY_CAST(TRIM(:text) AS DOUBLE)"}},
    duckdb="CASE WHEN REGEXP_MATCHES(:text, :number) AND ISFINITE(:value) THEN :value END",
    spark="CASE WHEN :text RLIKE :number AND ABS(:value) <= 1.7976931348623157E308D THEN :value END",
)

# x / 0 is NULL on every engine; / always divides as DOUBLE.
_divided = Template("divided", ("a", "b"), duckdb="CAST(:a AS DOUBLE) / NULLIF(:b, 0)")
# ln(0) is -inf on one engine, NULL on another and an error on a third.
_logarithm = Template("logarithm", ("x",), duckdb="LN(CASE WHEN :x > 0 THEN :x END)")
# Text that is a whole number: engines also take 1_000, 1e3, 0x1F or 1.5, each in its own way.
_whole_text = Template(
    "whole_text",
    ("text",),
    literals={"digits": r"^[ \t\n\f\r]*[+-]?[0-9]+[ \t\n\f\r]*$"},
    duckdb="CASE WHEN REGEXP_MATCHES(:text, :digits) THEN :text END",
    spark="CASE WHEN :text RLIKE :digits THEN :text END",
)
# The next whole number down or up, as DOUBLE: Spark's is a BIGINT, which ends at 2^63. From 2^52 on all are whole.
_down, _up = (
    Template(
        name,
        ("x",),
        duckdb=f"{name}(:x)",
        spark=f"CASE WHEN ABS(:x) < 4503599627370496 THEN CAST({name}(:x) AS DOUBLE) ELSE CAST(:x AS DOUBLE) END",
    )
    for name in ("FLOOR", "CEIL")
)
# x % 0 is NULL on every engine; the sign is that of x.
_rest = Template("rest", ("a", "b"), duckdb=":a % NULLIF(:b, 0)")

# NULL for what no number can be: what went past the largest one, or has no answer (infinity, NaN).
finite = Template(
    "finite",
    ("x",),
    duckdb="CASE WHEN ISFINITE(:x) THEN :x END",
    spark="CASE WHEN ABS(:x) <= 1.7976931348623157E308D THEN :x END",
)


def divided(node: exp.Expr, engine: str) -> exp.Expr:
    return _divided.expand((_open(node.this), _open(node.expression)), engine)


def logarithm(node: exp.Expr, engine: str) -> exp.Expr:
    return _logarithm.expand((node.this,), engine)


def rest(node: exp.Expr, engine: str) -> exp.Expr:
    return _rest.expand((_open(node.this), _open(node.expression)), engine)


def down(node: exp.Expr, engine: str) -> exp.Expr:
    return _down.expand((node.this,), engine)


def up(node: exp.Expr, engine: str) -> exp.Expr:
    return _up.expand((node.this,), engine)


def fraction(node: exp.Expr, engine: str) -> exp.Expr:
    """`1.5` is a DOUBLE: as DECIMAL, each engine has rules of its own for how many digits a product keeps."""
    if node.is_string or node.name.isdigit() or "e" in node.name.lower():
        return node
    return exp.Literal.number(f"{node.name}E0")


def whole(node: exp.Expr, engine: str) -> exp.Expr:
    """`TRY_CAST(x AS BIGINT)`: of text, NULL unless it is a whole number; of a fraction, halves go away from zero."""
    kind = kind_of(node.this)
    if of_type(node.args["to"]) is not Kind.WHOLE or kind in (Kind.WHOLE, Kind.NOTHING):
        return node
    # round() goes away from zero on each engine; a cast alone gives 2 or 3 for 2.5.
    is_number = kind is Kind.FRACTION or isinstance(node.this, exp.Add | exp.Sub | exp.Mul | exp.Mod | exp.Neg)
    inner = exp.Round(this=node.this) if is_number else _whole_text.expand((node.this,), engine)
    return exp.TryCast(this=inner, to=node.args["to"], safe=True)


def _open(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Paren) else node


FUNCTIONS: dict[str, Template] = {"finite_number": finite_number, "finite": finite}
NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {
    exp.Div: divided,
    exp.Mod: rest,
    exp.Ln: logarithm,
    exp.TryCast: whole,
    exp.Floor: down,
    exp.Ceil: up,
    exp.Literal: fraction,
}
