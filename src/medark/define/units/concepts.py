"""Each concept's own unit, the others in use, and where the numbers of people lie: `concept.csv`

A concept that LOINC defines as mass per volume has a unit of mass, one of amount per volume a unit of amount; where it
leaves that open (blood counts), the unit of the Chinese reference ranges (WS/T 404, 405). Ranges of both sexes
together; cv: variation within and between healthy people, per cent (EFLM), where it is published.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from medark.define.units.conversion import between
from medark.define.units.unit import Linear
from medark.errors import DefinitionError

_TWO_SIDED: Final = 1.96  # standard deviations on each side of the middle that a range of 95 % has
_NARROWEST, _WIDEST_SHARE, _UNKNOWN_CV = 0.12, 0.35, 0.9


@dataclass(frozen=True, slots=True)
class ConceptUnit:
    """`test`: concepts of the same test in other units have the same word. `ucum`: the concept's own unit, in which
    `low` and `high` are. `usual`: other units in use. `cv`: per cent, 0 if unknown.
    """

    loinc: str
    test: str
    analyte: str
    ucum: str
    usual: tuple[str, ...]
    low: float | None
    high: float | None
    cv: float

    @property
    def centre(self) -> float | None:
        """The logarithm of what half of all numbers are expected to be below; None if nothing is known."""
        spread = math.sqrt(math.log1p((self.cv / 100) ** 2)) if self.cv else _UNKNOWN_CV / _TWO_SIDED
        if self.low and self.high:
            return (math.log(self.low) + math.log(self.high)) / 2
        if self.high:
            return math.log(self.high) - _TWO_SIDED * spread
        return math.log(self.low) + _TWO_SIDED * spread if self.low else None

    @property
    def spread(self) -> float:
        """How far the middles of hospitals lie apart, as a logarithm: their patients are not the healthy."""
        if self.low and self.high:
            return max(_NARROWEST, _WIDEST_SHARE * (math.log(self.high) - math.log(self.low)))
        return max(2 * _NARROWEST, self.cv / 100) if self.cv else _UNKNOWN_CV


@cache
def concept_units() -> Mapping[str, ConceptUnit]:
    """By LOINC code.

    >>> concept_units()["2345-7"].ucum, concept_units()["14749-6"].ucum
    ('mg/dL', 'mmol/L')
    """
    text = files("medark.define.units").joinpath("concept.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["loinc"]: _concept(row) for row in csv.DictReader(text.splitlines())})


def line_to(unit: str, concept: ConceptUnit) -> Linear | None:
    """From numbers in a unit to the concept's own; None if it measures something else."""
    try:
        return between(unit, concept.ucum, concept.analyte or None)
    except DefinitionError:
        return None


def _concept(row: Mapping[str, str]) -> ConceptUnit:
    low, high = (float(row[name]) if row[name] else None for name in ("low", "high"))
    usual = tuple(one for one in row["usual"].split("|") if one)
    return ConceptUnit(row["loinc"], row["test"], row["analyte"], row["ucum"], usual, low, high, float(row["cv"] or 0))
