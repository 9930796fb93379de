"""Operators of two collections, each of at most one value; an empty one is "not known". Source: FHIRPath 2.0.0, 6"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from typing import Any, Final

from medark.define.fhirpath import temporal
from medark.define.fhirpath.values import TEMPORAL, Typed, number, plain
from medark.errors import DefinitionError

Items = list[Any]
_ORDERS: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0, "<=": lambda order: order <= 0, ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}  # fmt: skip
_SUMS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def truth(items: Sequence[Any]) -> bool | None:
    """A collection as a condition: None for an empty one; one value that is no boolean is true, because it is there."""
    if not items:
        return None
    if len(items) > 1:
        raise DefinitionError("a condition of FHIRPath finds more than one value", fix="add .exists() or .first()")
    value = plain(items[0])
    return value if isinstance(value, bool) else True


def both(left: Items, right: Items) -> Items:
    """and"""
    one, other = truth(left), truth(right)
    if one is False or other is False:
        return [False]
    return [True] if one and other else []


def either(left: Items, right: Items) -> Items:
    """or"""
    one, other = truth(left), truth(right)
    if one or other:
        return [True]
    return [False] if one is False and other is False else []


def one_of_two(left: Items, right: Items) -> Items:
    """xor"""
    one, other = truth(left), truth(right)
    return [] if one is None or other is None else [one is not other]


def implied(left: Items, right: Items) -> Items:
    """implies"""
    one, other = truth(left), truth(right)
    if one is False or other:
        return [True]
    return [False] if one and other is False else []


def equal(left: Items, right: Items) -> Items:
    """="""
    if not left or not right:
        return []
    if len(left) != len(right):
        return [False]
    found = [_same(one, other) for one, other in zip(left, right, strict=True)]
    if False in found:
        return [False]
    return [] if None in found else [True]


def unequal(left: Items, right: Items) -> Items:
    """!="""
    return [not found for found in equal(left, right)]


def ordered(sign: str) -> Callable[[Items, Items], Items]:
    """<, <=, > or >=."""
    holds = _ORDERS[sign]

    def compared(left: Items, right: Items) -> Items:
        pair = _pair(left, right)
        order = None if pair is None else _order(*pair)
        return [] if order is None else [holds(order)]

    return compared


def calculated(sign: str) -> Callable[[Items, Items], Items]:
    """+, -, *, /, div or mod; + of texts puts them together."""

    def result(left: Items, right: Items) -> Items:
        pair = _pair(left, right)
        if pair is None:
            return []
        one, other = number(pair[0]), number(pair[1])
        if one is not None and other is not None:
            return _sum(sign, one, other)
        a, b = plain(pair[0]), plain(pair[1])
        if sign == "+" and isinstance(a, str) and isinstance(b, str):
            return [a + b]
        raise _mixed()

    return result


def joined(left: Items, right: Items) -> Items:
    """&: texts put together, an empty collection is an empty text."""
    one, other = (plain(_only(side)) if side else "" for side in (left, right))
    if not isinstance(one, str) or not isinstance(other, str):
        raise _mixed()
    return [one + other]


def _sum(sign: str, one: int | Decimal, other: int | Decimal) -> Items:
    try:
        with localcontext() as context:
            context.prec = 28
            if sign in _SUMS:
                return [_SUMS[sign](one, other)]
            exact = Decimal(one) / Decimal(other) if sign == "/" else Decimal(one) // Decimal(other)
            if sign == "mod":
                return [Decimal(one) % Decimal(other)]
            return [exact if sign == "/" else int(exact)]
    except (DivisionByZero, InvalidOperation, OverflowError):
        return []  # of nothing divided by nothing there is no number


def _only(items: Items) -> Any:
    if len(items) > 1:
        raise DefinitionError("an operator of FHIRPath finds more than one value", fix="add .first()")
    return items[0]


def _pair(left: Items, right: Items) -> tuple[Any, Any] | None:
    return (_only(left), _only(right)) if left and right else None


def _same(one: Any, other: Any) -> bool | None:
    a, b = number(one), number(other)
    if a is not None and b is not None:
        return a == b
    left, right = plain(one), plain(other)
    if isinstance(left, str) and isinstance(right, str) and left != right and _are_temporal(one, other):
        order = temporal.compared(left, right)
        return None if order is None else order == 0
    return type(left) is type(right) and bool(left == right)


def _order(one: Any, other: Any) -> int | None:
    a, b = number(one), number(other)
    if a is not None and b is not None:
        return (a > b) - (a < b)
    left, right = plain(one), plain(other)
    if not isinstance(left, str) or not isinstance(right, str):
        raise _mixed()
    if _are_temporal(one, other):
        return temporal.compared(left, right)
    return (left > right) - (left < right)


def _are_temporal(one: Any, other: Any) -> bool:
    return all(
        (isinstance(side, Typed) and side.type in TEMPORAL)
        or temporal.is_temporal(plain(side))
        for side in (one, other)
    )  # fmt: skip


def _mixed() -> DefinitionError:
    return DefinitionError(
        "an operator of FHIRPath is asked of values that do not go together", fix="compare like with like"
    )


OPERATORS: Final[dict[str, Callable[[Items, Items], Items]]] = {
    "and": both, "or": either, "xor": one_of_two, "implies": implied, "=": equal, "!=": unequal, "&": joined,
    **{sign: ordered(sign) for sign in _ORDERS},
    **{sign: calculated(sign) for sign in ("+", "-", "*", "/", "div", "mod")},
}  # fmt: skip
