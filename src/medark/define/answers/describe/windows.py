"""The windows, sets and visits that the language writes as conditions, recognised again"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medark.define.nodes import Call, Column, InConcepts, IndexValue, Literal, Value

_FLIPPED = {"less": "greater", "at_most": "at_least", "greater": "less", "at_least": "at_most"}
_TIMES = ("start", "end", "start_date", "end_date")


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a window; `included`: a row at that very moment (or on that day) is in it."""

    moment: Value
    included: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Rows whose `role` (start, end; start_date, end_date) lies between two bounds; one of them may be absent."""

    role: str
    low: Bound | None
    high: Bound | None


@dataclass(frozen=True, slots=True)
class Spanning:
    """Rows that start at or before one moment, and end at or after another."""

    starts_by: Value
    ends_from: Value
    by_day: bool


@dataclass(frozen=True, slots=True)
class InVisit:
    """Rows of the index's visit."""


@dataclass(frozen=True, slots=True)
class OfSet:
    """Rows whose concept is in a set."""

    told: InConcepts


Part = Window | Spanning | InVisit | OfSet | Value


def parts(condition: Value) -> Iterator[Part]:
    """A filter's condition as what was meant by it, in order; what has no other name comes as the condition it is."""
    pending = list(conjuncts(condition))
    while pending:
        first, *rest = pending
        if rest and (joined := _joined(first, rest[0])) is not None:
            yield joined
            pending = rest[1:]
        else:
            yield _single(first)
            pending = rest


def conjuncts(condition: Value, operator: str = "and") -> Iterator[Value]:
    """The conditions that `and` (or `or`) joins into one, however they are bracketed.

    The chain leans to the left and may be hundreds long: it is followed without recursion. What is said twice is
    said once.
    """
    found: list[Value] = []
    pending, seen = [condition], set[Value]()
    while pending:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, Call) and one.operator == operator:
            pending.extend(one.arguments)  # the right one is popped first
        else:
            found.append(one)
    return reversed(found)


@dataclass(frozen=True, slots=True)
class _Compared:
    """The time of a row beside a moment of the entry."""

    role: str
    operator: str
    moment: Value

    @property
    def is_low(self) -> bool:
        return self.operator in ("greater", "at_least")

    @property
    def bound(self) -> Bound:
        return Bound(self.moment, self.operator.startswith("at_"))


def _compared(condition: Value) -> _Compared | None:
    match condition:
        case Call(operator=operator, arguments=(left, right)) if operator in _FLIPPED:
            if isinstance(left, Column) and _is_time(left) and right.rows is None:
                return _Compared(left.name, operator, right)
            if isinstance(right, Column) and _is_time(right) and left.rows is None:
                return _Compared(right.name, _FLIPPED[operator], left)
    return None


def _is_time(column: Column) -> bool:
    return column.name in _TIMES and not column.side


def _joined(one: Value, other: Value) -> Part | None:
    """Two conditions that are one window."""
    first, second = _compared(one), _compared(other)
    if first is None or second is None:
        return None
    if first.role == second.role and first.is_low != second.is_low:
        low, high = (first, second) if first.is_low else (second, first)
        return Window(first.role, low.bound, high.bound)
    by_day = first.role == "start_date"
    if (first.role, second.role) == (("start_date", "end_date") if by_day else ("start", "end")) and (
        (first.operator, second.operator) == ("at_most", "at_least")
    ):
        return Spanning(first.moment, second.moment, by_day)
    return None


def _single(condition: Value) -> Part:
    if compared := _compared(condition):
        return Window(compared.role, *((compared.bound, None) if compared.is_low else (None, compared.bound)))
    match condition:
        case InConcepts(value=Column(name="concept" | "source_concept", side="")):
            return OfSet(condition)
        case Call(operator="equal", arguments=(Column(name="visit", side=""), IndexValue(name="visit"))):
            return InVisit()
    return condition


def moved(moment: Value) -> tuple[Value, int, str] | None:
    """A moment that is another moved by a fixed length: the other, the length (below 0: earlier) and its unit."""
    match moment:
        case Call(operator="plus_days" | "plus_months" | "plus_seconds" as operator, arguments=(origin, by)):
            if isinstance(by, Literal) and isinstance(by.value, int):
                return origin, by.value, operator.removeprefix("plus_")
    return None


def elapsed(value: Value) -> tuple[str, Value, Value] | None:
    """The later and the earlier moment of a difference in hours or minutes."""
    match value:
        case Call(operator="divide", arguments=(Call(operator="seconds_between", arguments=(later, earlier)), by)):
            if isinstance(by, Literal) and by.value in (3600, 60):
                return "hours" if by.value == 3600 else "minutes", later, earlier
    return None
