"""What a unit measures: exponents of the things that can't be turned into one another, and their names"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from medark.messages import N_

Dimension = tuple[tuple[str, int], ...]  # (base, exponent) by base, none of them 0: () is a plain number

# Amounts that are divided by amounts of their own kind are not plain numbers: 48 mmol/mol of haemoglobin is not 4.8 %,
# and an infusion in ug/kg/min is no frequency.
KEPT = MappingProxyType({"g": "g/g", "mol": "mol/mol"})

_NAMES = MappingProxyType({
    "m": "length", "s": "time", "g": "mass", "mol": "amount", "K": "temperature", "C": "charge", "cd": "light",
    "rad": "angle", "g/g": "mass fraction", "mol/mol": "amount fraction", "eq": "equivalents", "osm": "osmoles",
    "m2": "area", "m3": "volume",
})  # fmt: skip
# What is measured often, so that it is told in every language.
_WHOLE: Mapping[Dimension, str] = MappingProxyType({
    (): N_("a plain number"),
    (("m", -3),): N_("number per volume"),
    (("g", 1), ("m", -3)): N_("mass per volume"),
    (("m", -3), ("mol", 1)): N_("amount per volume"),
    (("eq", 1), ("m", -3)): N_("equivalents per volume"),
    (("g", 1),): N_("mass"),
    (("mol", 1),): N_("amount"),
    (("m", 1),): N_("length"),
    (("m", 3),): N_("volume"),
    (("s", 1),): N_("time"),
    (("K", 1),): N_("temperature"),
    (("g/g", 1),): N_("mass fraction"),
    (("mol/mol", 1),): N_("amount fraction"),
    (("g", 1), ("m", -2)): N_("mass per area"),
    (("m", 3), ("s", -1)): N_("volume per time"),
    (("g", 1), ("m", -1), ("s", -2)): N_("pressure"),
    (("g", 1), ("m", 2), ("s", -2)): N_("energy"),
})  # fmt: skip


def dimension(exponents: Iterable[tuple[str, int]]) -> Dimension:
    """The canonical form: one entry a base, sorted, without zeros.

    >>> dimension([("m", 1), ("g", 1), ("m", -4)])
    (('g', 1), ('m', -3))
    """
    total: dict[str, int] = {}
    for base, exponent in exponents:
        total[base] = total.get(base, 0) + exponent
    return tuple(sorted((base, exponent) for base, exponent in total.items() if exponent))


def product(first: Dimension, second: Dimension, times: int = 1) -> Dimension:
    """first · second^times."""
    return dimension((*first, *((base, exponent * times) for base, exponent in second)))


def called(measured: Dimension) -> str:
    """A dimension in words.

    >>> called((("g", 1), ("m", -3)))
    'mass per volume'
    """
    if measured in _WHOLE:
        return _WHOLE[measured]
    marks = [base for base, _ in measured if base.startswith("{")]
    above = [_word(base, exponent) for base, exponent in measured if exponent > 0 and base not in marks]
    below = [f"per {_word(base, -exponent)}" for base, exponent in measured if exponent < 0]
    return " ".join([" times ".join(above) or "number", *below, *marks])


def _word(base: str, exponent: int) -> str:
    if name := _NAMES.get(f"{base}{exponent}" if exponent > 1 else base):
        return name
    name = _NAMES.get(base, base)
    return f"{name}^{exponent}" if exponent > 1 else name
