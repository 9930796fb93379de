"""Values made of other values of the same entry, or of the same row"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from math import isfinite
from typing import Any

from medark.define.concepts.ids import ResolvedSets, ids_of
from medark.define.kinds import Kind
from medark.define.memory.operations import SHORT
from medark.define.memory.parts import Constant, Part, applied, strict
from medark.define.nodes import AnyUnit, Call, Case, CodeOf, InConcepts, InUnit, IsIn, Value

Join = Callable[[Sequence[Part]], Part]
_CHOOSING = frozenset({"if_missing", "least", "greatest"})  # operators that give back one of their arguments


def operands(value: Value) -> tuple[Value, ...]:
    """The values that a value is made of, in the order in which `joining` takes their parts."""
    return tuple(child for child in value.children() if isinstance(child, Value))


def joining(value: Value, resolved: ResolvedSets) -> Join:
    """What makes the part of a value from the parts of its operands."""
    match value:
        case Call():
            join: Join = partial(applied, value.operator)
            return _as_numbers(join, value) if value.operator in _CHOOSING and value.kind is Kind.NUMBER else join
        case Case():
            join = partial(_case, default=value.default is not None)
            return _as_numbers(join, value) if value.kind is Kind.NUMBER else join
        case IsIn():
            return partial(strict, frozenset(value.options).__contains__)
        case CodeOf():
            return partial(strict, code_reader(value))
        case InConcepts():
            return partial(strict, ids_of(value.concepts, resolved, source=value.source).__contains__)
        case InUnit():
            return partial(_in_unit, value)
        case AnyUnit():
            return lambda parts: parts[0]
    raise NotImplementedError(type(value).__name__)


def code_reader(value: CodeOf) -> Callable[[str], str | int | None]:
    """What reads a text; the same few texts come again and again."""
    first, codes = re.compile(value.pattern).search, dict(value.codes)

    def read(text: str) -> str | int | None:
        hit = first(text)
        return None if hit is None else codes[hit[0]]

    remembered = lru_cache(maxsize=10_000)(read)
    return lambda text: remembered(text) if len(text) <= SHORT else read(text)


def _case(parts: Sequence[Part], *, default: bool) -> Part:
    """Parts: condition, value, condition, value …, and the default if there is one."""
    otherwise = parts[-1] if default else Constant(None)
    pairs = tuple(zip(parts[:-1:2] if default else parts[::2], parts[1::2], strict=True))

    def value(x: Any) -> Any:
        for condition, chosen in pairs:
            if condition(x):
                return chosen(x)
        return otherwise(x)

    return value


def _in_unit(value: InUnit, parts: Sequence[Part]) -> Part:
    quantity, unit = parts
    conversions: dict[int | None, tuple[float, float]] = {
        concept: (factor, offset) for concept, factor, offset in value.conversions
    }
    if value.assumed is not None:
        conversions |= dict.fromkeys((None, 0), value.assumed)  # 0 is OMOP's "no such unit"

    def converted(x: Any) -> float | None:
        number = quantity(x)
        by = None if number is None else conversions.get(unit(x))
        if by is None:
            return None
        found: float = number * by[0] + by[1]
        return found if isfinite(found) else None

    return converted


def _as_numbers(join: Join, value: Value) -> Join:
    """A whole number that stands for a number becomes one: 1 beside 0.5 is 1.0."""
    whole = [operand.kind is Kind.WHOLE for operand in operands(value)]
    if not any(whole):
        return join
    number = partial(strict, float)

    def joined(parts: Sequence[Part]) -> Part:
        return join([number([part]) if is_whole else part for part, is_whole in zip(parts, whole, strict=True)])

    return joined
