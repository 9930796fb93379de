"""Values whose type the text does not say and that Spark would cast in its own way: it stops there, when it runs

The linter knows the kind of an expression, not that of a table's column. Spark knows when it plans: what is of a type
that is well costs nothing, the rest is an error and never another answer.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from medark.sql.kinds import TIMES, Kind, is_interval, kind_of, of_type
from medark.sql.rewrites.template import Template

# DuckDB writes 1e+20 where Spark writes 1.0E20.
_no_fraction = Template(
    "no_fraction",
    ("x",),
    duckdb=":x",
    spark="CASE WHEN TYPEOF(:x) IN ('double', 'float') THEN RAISE_ERROR(:fix) ELSE :x END",
    words={"fix": "a fraction as text: cast round(x) to BIGINT first"},
)
# Spark reads 2024 and 2024-1-5 as dates too.
_no_text = Template(
    "no_text",
    ("x",),
    duckdb=":x",
    spark="CASE WHEN TYPEOF(:x) = 'string' THEN RAISE_ERROR(:fix) ELSE :x END",
    words={"fix": "text as a time: write in_zone(text, zone, zone)"},
)


def text(value: exp.Expr) -> exp.Expr:
    """A value that is to become text on Spark."""
    is_known = kind_of(value) is not None
    return value if is_known else _no_fraction.expand((value,), "spark")


def cast(node: exp.Expr, engine: str) -> exp.Expr:
    """A cast to text of what may be a fraction; to a time of what may be text."""
    wanted = of_type(node.args["to"])
    if engine == "duckdb" or kind_of(node.this) is not None:
        return node
    if wanted is Kind.TEXT:
        return exp.Cast(this=text(node.this), to=node.args["to"])
    if wanted in TIMES and not _is_time(node.this):
        return exp.Cast(this=_no_text.expand((node.this,), engine), to=node.args["to"])
    return node


def _is_time(value: exp.Expr) -> bool:
    """A time moved or cut is one, though which of the two kinds depends on the engine."""
    if isinstance(value, exp.Paren):
        return _is_time(value.this)
    return isinstance(value, exp.TimestampTrunc) or (isinstance(value, exp.Binary) and is_interval(value.expression))


def joined(node: exp.Expr, engine: str) -> exp.Expr:
    """`a || b` makes text of both."""
    if engine == "duckdb":
        return node
    return exp.DPipe(this=text(node.this), expression=text(node.expression), safe=node.args.get("safe"))


NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {exp.Cast: cast, exp.DPipe: joined}
