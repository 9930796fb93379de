"""What kind of value an expression gives, as far as its text says: whole number, fraction, text, day, moment, truth"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from sqlglot import exp

from medark.sql.relations import cte_of, relations


class Kind(StrEnum):
    """`NOTHING` is a NULL of no type: it fits all. None, where a kind is asked for, is "the text does not say"."""

    WHOLE = "a whole number"
    FRACTION = "a number that may have a fraction"
    TEXT = "text"
    DAY = "a date"
    MOMENT = "a timestamp"
    TRUTH = "true or false"
    NOTHING = "NULL"


NUMBERS = frozenset({Kind.WHOLE, Kind.FRACTION})
TIMES = frozenset({Kind.DAY, Kind.MOMENT})
_OF_TYPE = {
    "INT": Kind.WHOLE, "BIGINT": Kind.WHOLE, "DOUBLE": Kind.FRACTION, "VARCHAR": Kind.TEXT, "TEXT": Kind.TEXT,
    "DATE": Kind.DAY, "TIMESTAMP": Kind.MOMENT, "TIMESTAMPNTZ": Kind.MOMENT, "BOOLEAN": Kind.TRUTH,
}  # fmt: skip
_PREDICATES: tuple[type[exp.Expr], ...] = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like,
    exp.Exists, exp.RegexpLike, exp.StartsWith, exp.EndsWith, exp.Contains, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Boolean, exp.LogicalOr, exp.LogicalAnd,
)  # fmt: skip
_TEXTS: tuple[type[exp.Expr], ...] = (
    exp.DPipe, exp.Concat, exp.Lower, exp.Upper, exp.Trim, exp.Replace, exp.Translate, exp.Substring, exp.SplitPart,
    exp.RegexpReplace, exp.RegexpExtract,
)  # fmt: skip
_WHOLES: tuple[type[exp.Expr], ...] = (
    exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Length, exp.Extract, exp.DateDiff, exp.ApproxDistinct,
    # whole in value, and that is what matters to a cast, though the type may be DOUBLE
    exp.Floor, exp.Ceil, exp.Round,
)  # fmt: skip
_SAME_AS_THIS = (
    exp.Paren, exp.Neg, exp.Abs, exp.Sum, exp.Min, exp.Max, exp.Filter, exp.ArgMax, exp.ArgMin, exp.Window, exp.Alias,
    exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Nullif, exp.Distinct,
)  # fmt: skip
_CALLS = {
    "key_hash": Kind.WHOLE, "finite_number": Kind.FRACTION, "in_zone": Kind.MOMENT, "moved": Kind.MOMENT,
    "date_length": Kind.WHOLE, "is_partial_date": Kind.TRUTH, "has_time": Kind.TRUTH,
    "microseconds_between": Kind.WHOLE, "seconds_between": Kind.WHOLE, "completed_years": Kind.WHOLE,
    "completed_months": Kind.WHOLE, "finite": Kind.FRACTION, "date_of": Kind.DAY,
}  # fmt: skip
_KEPT = "kind"


def of_type(kind: exp.DataType) -> Kind | None:
    """The kind of values of a type; None for types outside the portable ones."""
    if kind.expressions:
        return None
    return _OF_TYPE.get(kind.this.name if hasattr(kind.this, "name") else str(kind.this))


def kind_of(node: exp.Expr | None) -> Kind | None:
    """The kind of `node`'s value; a column's through the subqueries and CTEs it comes from."""
    if node is None or isinstance(node, exp.Null):
        return Kind.NOTHING if node is not None else None
    if isinstance(node, exp.Literal):
        return Kind.TEXT if node.is_string else Kind.WHOLE if node.name.isdigit() else Kind.FRACTION
    for same, kind in ((_PREDICATES, Kind.TRUTH), (_TEXTS, Kind.TEXT), (_WHOLES, Kind.WHOLE)):
        if isinstance(node, same):
            return kind
    if isinstance(node, _SAME_AS_THIS):
        return kind_of(node.expressions[0] if isinstance(node, exp.Distinct) else node.this)
    for kinds, judged in _COMPOSED:
        if isinstance(node, kinds):
            return judged(node)
    return None


def _cast(node: exp.Expr) -> Kind | None:
    return of_type(node.args["to"])


def _call(node: exp.Expr) -> Kind | None:
    return _CALLS.get(node.name.lower())


def _fraction(node: exp.Expr) -> Kind | None:
    return Kind.FRACTION


def _arithmetic(node: exp.Expr) -> Kind | None:
    """Whole and whole is whole; a time moved by an interval is a time, which day or moment depends on the engine."""
    sides = {kind_of(node.this), kind_of(node.expression)}
    if any(isinstance(side, exp.Interval | exp.Mul) and is_interval(side) for side in (node.this, node.expression)):
        return Kind.MOMENT if Kind.MOMENT in sides else None
    if Kind.FRACTION in sides:
        return Kind.FRACTION
    return _joint(sides) if sides <= {*NUMBERS, Kind.NOTHING} else None


def is_interval(node: exp.Expr) -> bool:
    """Is it an interval, or one taken several times?"""
    if isinstance(node, exp.Paren):
        return is_interval(node.this)
    if isinstance(node, exp.Mul):
        return is_interval(node.this) or is_interval(node.expression)
    return isinstance(node, exp.Interval)


def _choice(node: exp.Expr) -> Kind | None:
    if isinstance(node, exp.Case):
        values: Iterable[exp.Expr | None] = [branch.args["true"] for branch in node.args["ifs"]]
        values = [*values, node.args.get("default") or exp.Null()]
    else:
        values = [node.this, *node.expressions]
    return _joint({kind_of(value) for value in values})


def _joint(kinds: set[Kind | None]) -> Kind | None:
    """The kind that several together have, None if they have none or one is not known."""
    known = kinds - {Kind.NOTHING}
    if len(known) <= 1:
        return next(iter(known), Kind.NOTHING)
    return Kind.FRACTION if known == NUMBERS else None


def _column(node: exp.Expr) -> Kind | None:
    """A column of a subquery or CTE has the kind of what it is made of there.

    It is kept with the column: of queries in queries each would be asked for again by all those around it.
    """
    assert isinstance(node, exp.Column)
    if _KEPT not in node.meta:
        select = node.find_ancestor(exp.Select)
        source = _source(select, node.table) if select is not None else None
        made = _projection(source, node.name) if source is not None else None
        node.meta[_KEPT] = kind_of(made) if made is not None else None
    found: Kind | None = node.meta[_KEPT]
    return found


def _source(select: exp.Select, name: str) -> exp.Expr | None:
    named = [r for r in relations(select) if not name or r.alias_or_name.lower() == name.lower()]
    if len(named) != 1:
        return None
    (relation,) = named
    return cte_of(relation) if isinstance(relation, exp.Table) else relation.this


def _projection(query: exp.Expr, name: str) -> exp.Expr | None:
    cells = query.selects if isinstance(query, exp.Select) else ()  # of a UNION each side may be of another kind
    found = [cell for cell in cells if cell.alias_or_name.lower() == name.lower()]
    return found[0] if len(found) == 1 else None


_COMPOSED: tuple[tuple[type | tuple[type, ...], Callable[[exp.Expr], Kind | None]], ...] = (
    (exp.Cast, _cast),
    (exp.Anonymous, _call),
    ((exp.Div, exp.Ln, exp.Exp, exp.Pow, exp.Avg), _fraction),
    ((exp.Add, exp.Sub, exp.Mul, exp.Mod), _arithmetic),
    ((exp.Case, exp.Coalesce, exp.Greatest, exp.Least), _choice),
    (exp.Column, _column),
)
