"""Literals, columns, operators, conditions and casts"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from medark.sql.kinds import NUMBERS, TIMES, Kind, is_interval, kind_of, of_type
from medark.sql.portable.allowed import Allowed, Fault, allowed, text_literal
from medark.sql.relations import levels_out

_ISO = re.compile(r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?)?")
_WHOLE_TYPES = ("INT", "BIGINT")
_WITH_VAR = (exp.Extract, exp.DateDiff, exp.Interval, exp.TimestampTrunc, exp.Ordered)


def _compared(node: exp.Expr) -> Iterator[Fault]:
    yield from _alike([node.this, node.expression])


def _alike(values: list[exp.Expr]) -> Iterator[Fault]:
    """Values that are compared or chosen from: engines cast what differs, each in its own way."""
    kinds = {kind_of(value) for value in values} - {None, Kind.NOTHING}
    # A DATE beside a TIMESTAMP is its midnight on every engine.
    if len(kinds) > 1 and not kinds <= NUMBERS and not kinds <= TIMES:
        words = " and ".join(sorted(str(kind) for kind in kinds if kind))
        yield Fault(f"{words} in one place: each engine casts in its own way", "cast one of them")


def _all_alike(node: exp.Expr) -> Iterator[Fault]:
    yield from _alike([node.this, *node.expressions])


def _listed(node: exp.Expr) -> Iterator[Fault]:
    yield from _all_alike(node)
    if node.args.get("query") and not _decides_rows(node):
        yield Fault(
            "the value of IN (SELECT …) is FALSE on one engine and NULL on another where a NULL is about",
            "write it as a condition of WHERE joined by AND, or EXISTS (SELECT …)",
        )


def _decides_rows(node: exp.Expr) -> bool:
    """Is it a condition of WHERE for which NULL and FALSE are the same: under AND and OR, or as AND … NOT IN?"""
    at, is_negated = _out_of_brackets(node), False
    if isinstance(at.parent, exp.Not):
        at, is_negated = _out_of_brackets(at.parent), True
    while isinstance(at.parent, exp.And) or (isinstance(at.parent, exp.Or) and not is_negated):
        at = _out_of_brackets(at.parent)
    return isinstance(at.parent, exp.Where) and isinstance(at.parent.parent, exp.Select)


def _out_of_brackets(node: exp.Expr) -> exp.Expr:
    while isinstance(node.parent, exp.Paren):
        node = node.parent
    return node


def _between(node: exp.Expr) -> Iterator[Fault]:
    yield from _alike([node.this, node.args["low"], node.args["high"]])


def _branches(node: exp.Expr) -> Iterator[Fault]:
    branches = node.args["ifs"]
    default = node.args.get("default")
    yield from _alike([branch.args["true"] for branch in branches] + ([default] if default is not None else []))
    if node.this is not None:
        yield from _alike([node.this, *(branch.this for branch in branches)])


def _in_case(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.parent, exp.Case):
        yield Fault("if() is not portable", "write CASE WHEN … THEN … ELSE … END")


def _column(node: exp.Expr) -> Iterator[Fault]:
    if levels_out(node) > 1:
        yield Fault(
            "a query inside a query inside a query reads the outermost", "join in the middle what the innermost needs"
        )


def _is(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.expression, exp.Null | exp.Boolean):
        yield Fault("IS stands before NULL, TRUE and FALSE only", "write IS NOT DISTINCT FROM")


def _like(node: exp.Expr) -> Iterator[Fault]:
    pattern = text_literal(node.expression)
    if pattern is None or "\\" in pattern:
        yield Fault("LIKE takes a pattern written out, without a backslash", "use regexp_matches")


def _arithmetic(node: exp.Expr) -> Iterator[Fault]:
    sides = [kind_of(node.this), kind_of(node.expression)]
    if Kind.TEXT in sides or Kind.TRUTH in sides:
        yield Fault("arithmetic on what is no number", "write finite_number(text), or CASE WHEN … THEN 1 ELSE 0 END")
    elif isinstance(node, exp.Sub) and sides[0] in TIMES and sides[1] in TIMES:
        yield Fault("the difference of two times is another type on each engine", "write date_diff('day', a, b)")
    elif isinstance(node, exp.Add | exp.Sub) and set(sides) & TIMES and not _moves(node):
        yield Fault("a number added to a time", "write CAST(day + 1 * INTERVAL 1 DAY AS DATE)")


def _moves(node: exp.Expr) -> bool:
    return is_interval(node.this) or is_interval(node.expression)


def _joined(node: exp.Expr) -> Iterator[Fault]:
    for side in (node.this, node.expression):
        if kind_of(side) not in (Kind.TEXT, Kind.NOTHING, None):
            yield Fault(f"{kind_of(side)} is joined to text", "write CAST(… AS VARCHAR)")


def _cast(node: exp.Expr) -> Iterator[Fault]:
    wanted, given = of_type(node.args["to"]), kind_of(node.this)
    if isinstance(node, exp.TryCast):
        yield from _try_cast(node, wanted, given)
    elif given is Kind.NOTHING or isinstance(node.this, exp.Placeholder) or wanted is None:
        return  # a type that is not portable is told of where it stands
    elif wanted is Kind.WHOLE and given is not Kind.WHOLE:
        yield Fault(
            "a cast to a whole number rounds on one engine and cuts on another", "cast round(x), floor(x) or ceil(x)"
        )
    elif wanted is Kind.FRACTION and given not in NUMBERS:
        yield Fault("what text a cast to DOUBLE takes differs", "write finite_number(text); a number needs no cast")
    elif wanted is Kind.TEXT and given is Kind.FRACTION:
        yield Fault("a fraction is written as text differently", "cast round(x) to BIGINT first")
    elif wanted in TIMES and not _is_time(node.this, given):
        yield Fault("what text a cast to a time takes differs", "write in_zone(text, 'UTC', 'UTC')")
    elif wanted is Kind.TRUTH and given is not Kind.TRUTH:
        yield Fault("a cast to BOOLEAN takes other words on each engine", "compare: x = 1, x = 'Y'")


def _is_time(node: exp.Expr, given: Kind | None) -> bool:
    written = text_literal(node)
    return bool(_ISO.fullmatch(written)) if written is not None else given in TIMES or given is None


def _try_cast(node: exp.Expr, wanted: Kind | None, given: Kind | None) -> Iterator[Fault]:
    if wanted in TIMES and not isinstance(node.this, exp.DPipe):
        yield Fault("what text TRY_CAST takes for a time differs", "join the parts: year || '-' || month || '-' || day")
    elif wanted not in (*TIMES, Kind.WHOLE, None):
        yield Fault("TRY_CAST is portable to whole numbers and times", "write finite_number(text), or CAST")
    elif wanted is Kind.WHOLE and given in (*TIMES, Kind.TRUTH):
        yield Fault(f"TRY_CAST of {given} to a whole number", "write extract(…), or CASE")


def _type(node: exp.Expr) -> Iterator[Fault]:
    if of_type(node) is None:  # type: ignore[arg-type]
        yield Fault(
            f"the type {node.sql(dialect='duckdb')} is not portable",
            "use INTEGER, BIGINT, DOUBLE, VARCHAR, DATE, TIMESTAMP or BOOLEAN",
        )


def _placeholder(node: exp.Expr) -> Iterator[Fault]:
    if not node.name or node.name == "?":
        yield Fault("a parameter has a name", "write :name")


def _var(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.parent, _WITH_VAR):
        yield Fault("a word that is no column", "put text in single quotes")


_COMPARISONS: tuple[type[exp.Expr], ...] = (
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
)

VALUES: dict[type[exp.Expr], Allowed] = {
    exp.Literal: allowed("this is_string"),
    exp.Boolean: allowed(),
    exp.Null: allowed(""),
    exp.Placeholder: allowed("this", _placeholder),
    exp.Identifier: allowed("this quoted"),
    exp.Column: allowed("this table", _column),
    exp.Var: allowed("this", _var),
    exp.Paren: allowed(),
    exp.And: allowed("this expression"),
    exp.Or: allowed("this expression"),
    exp.Not: allowed(),
    **{kind: allowed("this expression", _compared) for kind in _COMPARISONS},
    exp.Is: allowed("this expression", _is),
    exp.In: allowed("this expressions query", _listed),
    exp.Between: allowed("this low high", _between),
    exp.Like: allowed("this expression negate", _like),
    exp.Exists: allowed(),
    exp.Case: allowed("this ifs default", _branches),
    exp.If: allowed("this true", _in_case),
    exp.Coalesce: allowed("this expressions", _all_alike),
    exp.Nullif: allowed("this expression", _compared),
    exp.Greatest: allowed("this expressions ignore_nulls", _all_alike),
    exp.Least: allowed("this expressions ignore_nulls", _all_alike),
    exp.Add: allowed("this expression", _arithmetic),
    exp.Sub: allowed("this expression", _arithmetic),
    exp.Mul: allowed("this expression", _arithmetic),
    exp.Div: allowed("this expression", _arithmetic),
    exp.Mod: allowed("this expression", _arithmetic),
    exp.Neg: allowed(),
    exp.DPipe: allowed("this expression safe", _joined),
    exp.Cast: allowed("this to", _cast),
    exp.TryCast: allowed("this to safe", _cast),
    exp.DataType: allowed("this expressions nested values", _type),
}
