"""Numbers: text to a finite number, rounding, division and logarithms that agree on every engine"""

from __future__ import annotations

from sqlglot import exp

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
# 2.5 to 3 or to 2, depending on the engine and on whether it is a decimal or a double: half goes away from zero.
_whole = Template(
    "whole",
    ("x",),
    duckdb="CAST(CASE WHEN :x < 0 THEN CEIL(:x - 0.5) ELSE FLOOR(:x + 0.5) END AS BIGINT)",
)


def divided(node: exp.Expression, engine: str) -> exp.Expression:
    return _divided.expand((_open(node.left), _open(node.right)), engine)


def logarithm(node: exp.Expression, engine: str) -> exp.Expression:
    return _logarithm.expand((node.this,), engine)


def whole(node: exp.Expression, engine: str) -> exp.Expression:
    """`round(x)` to a whole number, halves away from zero."""
    return _whole.expand((node.this,), engine)


def _open(node: exp.Expression) -> exp.Expression:
    return node.this if isinstance(node, exp.Paren) else node


FUNCTIONS = {"finite_number": finite_number}
NODES = {exp.Div: divided, exp.Ln: logarithm}
