"""Parts: functions of one thing (an entry, or a row) or constants, and how operators put them together"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from medark.define.memory.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class Constant:
    """A part that is the same whatever it is asked of."""

    value: Any

    def __call__(self, _: Any) -> Any:
        return self.value


Part: TypeAlias = "Constant | Callable[[Any], Any]"  # value, or None where it is missing


def applied(operator: str, parts: Sequence[Part]) -> Part:
    """An operator on parts. One made of constants is a constant."""
    joined = LENIENT[operator](*parts) if operator in LENIENT else strict(OPERATIONS[operator], parts)
    if all(isinstance(part, Constant) for part in parts):
        return Constant(joined(None))
    return joined


def strict(function: Callable[..., Any], parts: Sequence[Part]) -> Part:
    """Missing where a part is; else the function of them all."""
    if any(isinstance(part, Constant) and part.value is None for part in parts):
        return Constant(None)
    if len(parts) == 1:
        return _unary(function, *parts)
    if len(parts) == 2:
        return _binary(function, *parts)
    return _many(function, parts)


def _unary(function: Callable[..., Any], part: Part) -> Part:
    def value(x: Any) -> Any:
        one = part(x)
        return None if one is None else function(one)

    return value


def _binary(function: Callable[..., Any], first: Part, second: Part) -> Part:
    if isinstance(second, Constant):
        known = second.value

        def beside_a_constant(x: Any) -> Any:
            one = first(x)
            return None if one is None else function(one, known)

        return beside_a_constant

    def value(x: Any) -> Any:
        one = first(x)
        if one is None:
            return None
        other = second(x)
        return None if other is None else function(one, other)

    return value


def _many(function: Callable[..., Any], parts: Sequence[Part]) -> Part:
    def value(x: Any) -> Any:
        values = [part(x) for part in parts]
        return None if any(one is None for one in values) else function(*values)

    return value


def _and(first: Part, second: Part) -> Part:
    def both(x: Any) -> bool | None:
        one = first(x)
        if one is False:
            return False
        other = second(x)
        if other is False:
            return False
        return None if one is None or other is None else True

    return both


def _or(first: Part, second: Part) -> Part:
    def either(x: Any) -> bool | None:
        one = first(x)
        if one is True:
            return True
        other = second(x)
        if other is True:
            return True
        return None if one is None or other is None else False

    return either


def _is_missing(part: Part) -> Part:
    return lambda x: part(x) is None


def _if_missing(first: Part, second: Part) -> Part:
    def value(x: Any) -> Any:
        one = first(x)
        return second(x) if one is None else one

    return value


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[..., Part]:
    def of(*parts: Part) -> Part:
        def value(x: Any) -> Any:
            there = [one for one in (part(x) for part in parts) if one is not None]
            return choose(there) if there else None

        return value

    return of


# Operators that have an answer though an argument is missing.
LENIENT: Mapping[str, Callable[..., Part]] = {
    "and": _and,
    "or": _or,
    "is_missing": _is_missing,
    "if_missing": _if_missing,
    "least": _extreme(min),
    "greatest": _extreme(max),
}
