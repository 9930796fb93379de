"""Values as SQL expressions over columns that hold what they are made of"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache

from sqlglot import exp

from medark.define.compile import operators
from medark.define.compile.written import bracketed, expression
from medark.define.kinds import Kind
from medark.define.nodes import (
    AnyUnit,
    Call,
    Case,
    CodeOf,
    Column,
    InConcepts,
    InUnit,
    IsIn,
    Literal,
    Missing,
    PickedColumn,
    Plain,
    Today,
    Value,
    stored,
)
from medark.errors import InternalError

Held = Callable[[Value], "exp.Expr | None"]  # the column that holds a value; None: it is made of others
Ids = Callable[..., frozenset[int]]  # of a concept set, and whether among its source concepts

TYPES = {
    Kind.TRUTH: "BOOLEAN", Kind.WHOLE: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.QUANTITY: "DOUBLE", Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE", Kind.DATETIME: "TIMESTAMP", Kind.KEY: "BIGINT",
}  # fmt: skip
# In these what is not finite stays so until the end, where one look is enough.
_CARRIES_INFINITY = frozenset({"add", "subtract", "multiply", "divide", "negate", "absolute", "round", "exp", "power"})
_MAY_OVERFLOW = _CARRIES_INFINITY - {"negate", "absolute"}
_LASTS = {"power": (), "exp": (), "round": (), "divide": (0,)}  # which arguments may be infinite: all, unless said


class Expressions:
    """Writes values as SQL. `held` is asked of each value first, from the top down."""

    def __init__(self, held: Held, ids: Ids, today: dt.date) -> None:
        self._held, self._ids, self._today = held, ids, today

    def of(self, value: Value) -> exp.Expr:
        """The value, missing where it is not finite."""
        if (column := self._held(value)) is not None:
            return column
        return self.without_looking(value)

    def without_looking(self, value: Value) -> exp.Expr:
        """The value made of others, though there may be a column that holds it."""
        sql = self._made(value)
        return exp.Anonymous(this="finite", expressions=[sql]) if overflows(value) else sql

    def _made(self, value: Value) -> exp.Expr:
        match value:
            case Call():
                lasting = _LASTS.get(value.operator, range(len(value.arguments)))
                carried = value.operator in _CARRIES_INFINITY and value.kind is Kind.NUMBER
                parts = [self._part(v, carried and at in lasting) for at, v in enumerate(value.arguments)]
                return operators.call_sql(value, parts)
            case Case():
                return self._case(value)
            case IsIn():
                return member(self.of(value.value), [plain(option) for option in value.options])
            case CodeOf():
                return self._code_of(value)
            case InConcepts():
                ids = sorted(self._ids(value.concepts, source=value.source))
                return member(self.of(value.value), [exp.Literal.number(one) for one in ids])
            case InUnit():
                return self._in_unit(value)
            case AnyUnit():
                return self.of(value.quantity)
            case Column() | PickedColumn() if stored(value) != value:
                return self.of(stored(value))
            case Literal():
                return plain(value.value, value.kind)
            case Missing():
                return exp.cast(exp.Null(), TYPES[value.kind])
            case Today():
                return plain(self._today)
        raise InternalError(f"no SQL for {type(value).__name__} here")

    def _part(self, value: Value, carried: bool) -> exp.Expr:
        """An argument; of a computation that carries infinity on, as it is."""
        if carried and self._held(value) is None and value.kind is Kind.NUMBER and isinstance(value, Call):
            return self._made(value)
        return self.of(value)

    def _case(self, value: Case) -> exp.Expr:
        branches = [exp.If(this=self.of(when), true=self.of(then)) for when, then in value.branches]
        default = None if value.default is None else self.of(value.default)
        return exp.Case(ifs=branches, default=default)

    def _code_of(self, value: CodeOf) -> exp.Expr:
        """Of an entry, which has no join of its own: the code of the hit, written out; no hit is ''."""
        found = hit(value, self.of(value.value))
        names: dict[str | int, list[exp.Expr]] = {}
        for name, code in value.codes:
            names.setdefault(code, []).append(exp.Literal.string(name))
        none = exp.If(this=member(found, [exp.Literal.string("")]), true=exp.cast(exp.Null(), TYPES[value.kind]))
        branches = [exp.If(this=member(found.copy(), of), true=plain(code)) for code, of in names.items()]
        return exp.Case(ifs=[none, *branches])

    def _in_unit(self, value: InUnit) -> exp.Expr:
        """Units with one conversion share a branch. No unit is written as NULL or 0."""
        units: dict[tuple[float, float], list[int]] = {}
        for concept, factor, offset in value.conversions:
            if concept or value.assumed is None:
                units.setdefault((factor, offset), []).append(concept)
        conditions = [(member(self.of(value.unit), map(exp.Literal.number, ids)), by) for by, ids in units.items()]
        if value.assumed is not None:
            conditions.append((expression("coalesce(:a, 0) = 0", self.of(value.unit)), value.assumed))
        branches = [exp.If(this=one, true=_converted(self.of(value.quantity), *by)) for one, by in conditions]
        return exp.Case(ifs=branches) if branches else exp.cast(exp.Null(), "DOUBLE")


@lru_cache(maxsize=4096)
def overflows(value: Value) -> bool:
    """May the value be infinite, or no number, though what it is made of is?"""
    if isinstance(value, InUnit):
        return any(abs(factor) > 1 or offset for _, factor, offset in value.conversions)
    if not isinstance(value, Call) or value.kind is not Kind.NUMBER or value.operator not in _CARRIES_INFINITY:
        return False
    if value.operator in _MAY_OVERFLOW and not _is_tame(value):
        return True
    return any(overflows(value.arguments[at]) for at in _LASTS.get(value.operator, range(len(value.arguments))))


def _is_tame(call: Call) -> bool:
    """Multiplied by something small, or divided by something large, that is written down."""
    if call.operator not in ("multiply", "divide"):
        return False
    sizes = [abs(v.value) for v in call.arguments[-1:] if isinstance(v, Literal) and isinstance(v.value, int | float)]
    return any(size <= 1 if call.operator == "multiply" else size >= 1 for size in sizes)


def hit(value: CodeOf, text: exp.Expr) -> exp.Expr:
    """The first name that stands in a text; '' for none."""
    pattern, whole = exp.Literal.string(value.pattern), exp.Literal.number(0)
    return exp.RegexpExtract(this=text, expression=pattern, group=whole)


def member(value: exp.Expr, options: Iterable[exp.Expr]) -> exp.Expr:
    """Is it one of these? NULL where it is NULL, also when there are none."""
    listed = list(options)
    if len(listed) == 1:
        return exp.EQ(this=bracketed(value), expression=listed[0])
    if not listed:
        return exp.Case(ifs=[exp.If(this=exp.Is(this=value, expression=exp.Null()).not_(), true=exp.false())])
    return exp.In(this=bracketed(value), expressions=listed)


def plain(value: Plain, kind: Kind | None = None) -> exp.Expr:
    """A constant."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int) and kind is not Kind.NUMBER:
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    if isinstance(value, int | float):
        return operators.number(float(value))
    if isinstance(value, dt.datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "TIMESTAMP")
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.Literal.string(value)


def _converted(quantity: exp.Expr, factor: float, offset: float) -> exp.Expr:
    if (factor, offset) == (1, 0):
        return quantity
    product = exp.Mul(this=bracketed(quantity), expression=operators.number(factor))
    return product if offset == 0 else exp.Add(this=product, expression=operators.number(offset))
