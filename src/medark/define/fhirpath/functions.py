"""Functions of a collection that need nothing but its values and plain arguments"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from medark.define.fhirpath import temporal
from medark.define.fhirpath.operators import truth
from medark.define.fhirpath.values import TEMPORAL, Typed, number, plain
from medark.errors import DefinitionError

Items = list[Any]
_MOST_DIGITS: Final = 8  # of a decimal's boundary, as the functions have by default


def negation(items: Items) -> Items:
    """not()"""
    found = truth(items)
    return [] if found is None else [not found]


def joined(items: Items, separator: Items) -> Items:
    """join(): the texts in order, with a separator between them; of none the empty text, as SQL on FHIR has it."""
    texts = [plain(item) for item in items]
    if not all(isinstance(text, str) for text in texts):
        raise DefinitionError("join() puts texts together", fix="join texts")
    between = str(plain(separator[0])) if separator else ""
    return [between.join(texts)]


def extension(items: Items, url: Items) -> Items:
    """extension(url): the extensions of an element that have this address."""
    wanted = plain(url[0]) if url else None
    found = []
    for item in items:
        held = plain(item)
        if isinstance(held, dict):
            found += [one for one in held.get("extension", ()) if isinstance(one, dict) and one.get("url") == wanted]
    return found


def resource_key(items: Items) -> Items:
    """getResourceKey(): what getReferenceKey() of a reference to this resource gives."""
    held = [item for item in map(plain, items) if isinstance(item, dict)]
    return [item["id"] for item in held if "resourceType" in item and "id" in item]


def reference_key(items: Items, kind: str | None) -> Items:
    """getReferenceKey(type): the key of the resource that a reference leads to, if it is of this type."""
    found = []
    for item in map(plain, items):
        told = item.get("reference") if isinstance(item, dict) else item
        parts = told.split("/_history/")[0].split("/") if isinstance(told, str) and "#" not in told else []
        if len(parts) >= 2 and parts[-1] and kind in (None, parts[-2]):
            found.append(parts[-1])
    return found


def low_boundary(items: Items) -> Items:
    """lowBoundary()"""
    return _boundary(items, is_low=True)


def high_boundary(items: Items) -> Items:
    """highBoundary()"""
    return _boundary(items, is_low=False)


def _boundary(items: Items, *, is_low: bool) -> Items:
    if not items:
        return []
    if len(items) > 1:
        raise DefinitionError("a boundary is one value's", fix="add .first()")
    value = number(items[0])
    if value is not None:
        return [_decimal_boundary(Decimal(value), is_low=is_low)]
    text, find = plain(items[0]), temporal.low_boundary if is_low else temporal.high_boundary
    if not isinstance(text, str):
        return []
    told = items[0].type if isinstance(items[0], Typed) and items[0].type in TEMPORAL else temporal.kind_of(text)
    found = find(text, told)
    return [] if found is None else [Typed(found, told)]


def _decimal_boundary(value: Decimal, *, is_low: bool) -> Decimal:
    """Half a unit of the last digit that is written.

    >>> _decimal_boundary(Decimal("1.0"), is_low=True), _decimal_boundary(Decimal("1.587"), is_low=False)
    (Decimal('0.95'), Decimal('1.5875'))
    """
    exponent = value.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    half = Decimal(5).scaleb(-min(digits, _MOST_DIGITS) - 1)
    return value - half if is_low else value + half


# Functions without arguments.
ALONE: Final[dict[str, Callable[[Items], Items]]] = {
    "empty": lambda items: [not items],
    "count": lambda items: [len(items)],
    "first": lambda items: items[:1],
    "last": lambda items: items[-1:],
    "not": negation,
    "lowBoundary": low_boundary,
    "highBoundary": high_boundary,
    "getResourceKey": resource_key,
}
