"""Conditions that tell where rows are, so that the others need not be looked at: a column's value, a bound of time"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from medark.define.concepts.ids import ResolvedSets, ids_of
from medark.define.kinds import Kind
from medark.define.memory.layout import START, place
from medark.define.nodes import Call, Column, Eras, InConcepts, IsIn, Pair, Root, Value, stored

MIRRORED: Final = {"less": "greater", "greater": "less", "at_most": "at_least", "at_least": "at_most"}
Bisect = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The rows whose column at `place` is among `values`, or is the entry's `value`."""

    place: int
    values: frozenset[Any] | None
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The rows from a time on (`lower`), or up to it: found by halving, as rows are in order of the column."""

    place: int
    lower: bool
    halve: Bisect
    value: Value


# Where rows in order are cut for "column OPERATOR value": is it the lower end, and on which side of equal ones?
_CUTS: Final[dict[str, tuple[bool, Bisect]]] = {
    "at_least": (True, bisect_left),
    "greater": (True, bisect_right),
    "at_most": (False, bisect_right),
    "less": (False, bisect_left),
}


def conjuncts(condition: Value) -> Iterator[Value]:
    """The conditions that must all be true for `condition` to be."""
    if isinstance(condition, Call) and condition.operator == "and":
        for argument in condition.arguments:
            yield from conjuncts(argument)
    else:
        yield condition


def lookup(condition: Value, resolved: ResolvedSets) -> Lookup | None:
    """The lookup that a condition on the rows of a table comes to, or None."""
    match condition:
        case InConcepts(value=Column() as column):
            values: frozenset[Any] = ids_of(condition.concepts, resolved, source=condition.source)
        case IsIn(value=Column(kind=Kind.KEY) as column):
            values = frozenset(condition.options)
        case Call(operator="equal", arguments=(Column(kind=Kind.KEY) as column, Value(rows=None) as value)):
            return Lookup(_stored_place(column), None, value)
        case Call(operator="equal", arguments=(Value(rows=None) as value, Column(kind=Kind.KEY) as column)):
            return Lookup(_stored_place(column), None, value)
        case _:
            return None
    return Lookup(_stored_place(column), values)


def bound(condition: Value) -> Bound | None:
    """The bound of time that a condition on rows of a table or of eras comes to, or None."""
    match condition:
        case Call(operator=operator, arguments=(Column() as column, Value(rows=None) as value)):
            pass
        case Call(operator=operator, arguments=(Value(rows=None) as value, Column() as column)):
            operator = MIRRORED.get(operator, "")
        case _:
            return None
    at = _in_order_of(column)
    return None if at is None or operator not in _CUTS else Bound(at, *_CUTS[operator], value)


def _in_order_of(column: Column) -> int | None:
    """The place of a column that rows are in order of: the start, or the day of it (where it agrees with the start)."""
    if column.name == "start":
        return START
    return _stored_place(column) if is_start_date(column.rows, column.name) else None


def is_start_date(root: Root, name: str) -> bool:
    """Is the column of this name the day that the rows start on?"""
    return name == "start_date" if isinstance(root, Eras | Pair) else name in ("start_date", root.spec.start)  # type: ignore[attr-defined]


def _stored_place(column: Column) -> int:
    held = stored(column)
    assert isinstance(held, Column)
    return place(held.rows, held.name)
