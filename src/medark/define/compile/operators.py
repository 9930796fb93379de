"""Each operator of the language as portable SQL"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from string import ascii_lowercase, ascii_uppercase

from sqlglot import exp

from medark.define.compile.written import bracketed, expression, parsed
from medark.define.kinds import Kind
from medark.define.nodes import Call, Literal, Value

# Holes are :a, :b, :c. `finite` is put around what may overflow by `expressions`, at the edge of a whole computation.
SQL: Mapping[str, str] = {
    "add": ":a + :b",
    "subtract": ":a - :b",
    "multiply": ":a * :b",
    "divide": ":a / :b",
    "negate": "-:a",
    "absolute": "abs(:a)",
    "ln": "ln(:a)",
    "exp": "exp(:a)",
    "power": "power(:a, :b)",
    "equal": ":a = :b",
    "not_equal": ":a <> :b",
    "less": ":a < :b",
    "at_most": ":a <= :b",
    "greater": ":a > :b",
    "at_least": ":a >= :b",
    "and": ":a AND :b",
    "or": ":a OR :b",
    "not": "NOT :a",
    "is_missing": ":a IS NULL",
    "if_missing": "coalesce(:a, :b)",
    "lower": f"translate(:a, '{ascii_uppercase}', '{ascii_lowercase}')",
    "contains": "contains(:a, :b)",
    "beginning": "substr(:a, 1, CASE WHEN :b < 0 THEN 0 ELSE :b END)",
    "without": "replace(:a, :b, '')",
    "date": "CAST(:a AS DATE)",
    "at_midnight": "CAST(:a AS TIMESTAMP)",
    "year": "CAST(extract(year FROM :a) AS BIGINT)",  # of a constant NULL it is a DOUBLE on DuckDB
    "month": "CAST(extract(month FROM :a) AS BIGINT)",
    "day": "CAST(extract(day FROM :a) AS BIGINT)",
    "hour": "CAST(extract(hour FROM :a) AS BIGINT)",
    "date_of": "date_of(:a, :b, :c)",
    "days_between": "date_diff('day', :b, :a)",
    "months_between": "CASE WHEN :a >= :b THEN completed_months(:b, :a) ELSE -completed_months(:a, :b) END",
    "years_between": "CASE WHEN :a >= :b THEN completed_years(:b, :a) ELSE -completed_years(:a, :b) END",
    "seconds_between": "microseconds_between(:b, :a) / 1000000",
    "floor": "CASE WHEN abs(:a) <= 9e15 THEN CAST(floor(:a) AS BIGINT) END",
    "round": "CASE WHEN :a < 0 THEN -1e0 ELSE 1e0 END * (floor(abs(:a) * :b + 5e-1) / :b)",  # :b is 10^decimals
}

_CHAINS: Mapping[str, type[exp.Binary]] = {"and": exp.And, "or": exp.Or, "add": exp.Add}
_WIDENED = frozenset({"add", "subtract", "multiply", "negate", "absolute"})
_WIDE = _WIDENED | {"year", "month", "day", "hour", "days_between", "months_between", "years_between", "floor"}
_LARGEST_SCALE = 308
# What a time is moved by: the unit, and how many lead out of the calendar from wherever in it (engines end later, but
# then with an error).
_MOVES: Mapping[str, tuple[str, int]] = {
    "plus_days": ("DAY", 3_700_000), "plus_months": ("MONTH", 120_000), "plus_seconds": ("SECOND", 320_000_000_000),
}  # fmt: skip


def call_sql(call: Call, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """An operator applied to arguments that are SQL already."""
    if call.operator in _SPECIAL:
        return _SPECIAL[call.operator](call, arguments)
    if call.kind is Kind.WHOLE and call.operator in _WIDENED:
        arguments = [_wide(value, sql) for value, sql in zip(call.arguments, arguments, strict=True)]
    if call.operator in _CHAINS:
        return _chained(_CHAINS[call.operator], *arguments)
    return expression(SQL[call.operator], *arguments)


def repeats(call: Call) -> Sequence[int]:
    """How often each argument is written in an operator's SQL."""
    if call.operator not in SQL:
        return (2, 4) if call.operator in _MOVES else [1] * len(call.arguments)
    holes = _holes(SQL[call.operator])
    return [holes[hole] for hole, _ in zip("abc", call.arguments, strict=False)]


def _chained(kind: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """`a AND b AND c` without a bracket for each: chains are long, and parsers go only so deep."""
    open_left = left if isinstance(left, kind) else bracketed(left)
    return kind(this=open_left, expression=bracketed(right))


def _wide(value: Value, sql: exp.Expr) -> exp.Expr:
    """A whole number in 64 bits: stored ones have 32, and engines fail where a sum does not fit."""
    if isinstance(value, Literal):
        return exp.cast(sql, "BIGINT")
    if isinstance(value, Call) and value.operator in _WIDE:
        return sql
    return expression("CAST(0 AS BIGINT) + :a", sql)


def _extreme(kind: type[exp.Func]) -> Callable[[Call, Sequence[exp.Expr]], exp.Expr]:
    def of(call: Call, arguments: Sequence[exp.Expr]) -> exp.Expr:
        first, *others = arguments
        return kind(this=first, expressions=others, ignore_nulls=True) if others else first

    return of


def _moved(call: Call, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """A time later by so many days, months or seconds, as the kind of time it was; missing past the calendar's end."""
    unit, farthest = _MOVES[call.operator]
    kind = "DATE" if call.kind is Kind.DATE else "TIMESTAMP"
    length = call.arguments[1]
    if not isinstance(length, Literal):
        steps = f"CAST(floor(CASE WHEN :b BETWEEN -{farthest} AND {farthest} THEN :b END) AS BIGINT)"
    elif abs(int(length.value)) <= farthest:  # type: ignore[arg-type]
        steps = ":b"
    else:
        return exp.cast(exp.Null(), kind)
    return expression(f"in_calendar(CAST(:a + {steps} * INTERVAL 1 {unit} AS {kind}))", *arguments)


def _rounded(call: Call, arguments: Sequence[exp.Expr]) -> exp.Expr:
    decimals = call.arguments[1]
    if isinstance(decimals, Literal) and abs(int(decimals.value)) <= _LARGEST_SCALE:  # type: ignore[arg-type]
        scale = number(10.0 ** int(decimals.value))  # type: ignore[arg-type]
    else:
        scale = expression("power(1e1, :a)", arguments[1])
    return expression(SQL["round"], arguments[0], scale)


_SPECIAL: Mapping[str, Callable[[Call, Sequence[exp.Expr]], exp.Expr]] = {
    "least": _extreme(exp.Least),
    "greatest": _extreme(exp.Greatest),
    **dict.fromkeys(_MOVES, _moved),
    "round": _rounded,
}


def number(value: float) -> exp.Expr:
    """A number as a DOUBLE: without an exponent engines read it as a DECIMAL."""
    text = repr(abs(value))
    literal = exp.Literal.number(text if "e" in text else f"{text}e0")
    return exp.Neg(this=literal) if value < 0 else literal


@cache
def _holes(text: str) -> Counter[str]:
    return Counter(hole.name for hole in parsed(text).find_all(exp.Placeholder))
