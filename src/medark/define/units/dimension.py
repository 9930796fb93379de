"""What a unit measures: exponents of the things that can't be turned into one another, and their names"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

Dimension = tuple[tuple[str, int], ...]  # (base, exponent) by base, none of them 0: () is a plain number

# Amounts that are divided by amounts of their own kind are not plain numbers: 48 mmol/mol of haemoglobin is not 4.8 %,
# and an infusion in ug/kg/min is no frequency.
KEPT = MappingProxyType({"g": "g/g", "mol": "mol/mol"})

_NAMES = MappingProxyType({
    "m": "length", "s": "time", "g": "mass", "mol": "amount", "K": "temperature", "C": "charge", "cd": "light",
    "rad": "angle", "g/g": "mass fraction", "mol/mol": "amount fraction", "eq": "equivalents", "osm": "osmoles",
    "m2": "area", "m3": "volume",
})  # fmt: skip
_WHOLE: Mapping[Dimension, str] = MappingProxyType({
    (): "a plain number",
    (("g", 1), ("m", -1), ("s", -2)): "pressure",
    (("g", 1), ("m", 2), ("s", -2)): "energy",
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
