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

from medark.define.units import Linear, between
from medark.errors import DefinitionError

_TWO_SIDED: Final = 1.96  # standard deviations on each side of the middle that a range of 95 % has
_NARROWEST, _WIDEST_SHARE, _UNKNOWN_CV = 0.12, 0.35, 0.9
# Units that laboratories print, whatever they measure: each is a candidate where it leads to the concept's own.
_COMMON: Final = (
    "g/L", "g/dL", "mg/L", "mg/dL", "mg/mL", "ug/L", "ug/dL", "ug/mL", "ng/L", "ng/dL", "ng/mL", "pg/mL",
    "mmol/L", "umol/L", "nmol/L", "pmol/L", "meq/L", "10*12/L", "10*9/L", "10*6/L", "10*6/uL", "10*3/uL", "/uL",
    "%", "L/L", "U/L", "m[IU]/L", "[IU]/L", "[IU]/mL", "mm[Hg]", "kPa", "Cel", "[degF]", "m", "cm", "mm", "[in_i]",
    "kg", "g", "[lb_av]", "s", "min", "/min", "mg/g", "mg/mmol", "fL", "pg",
)  # fmt: skip
_USUAL_SHARE: Final = 0.95  # of what is not known beforehand: that a unit is one of those in use for the test


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that numbers of a concept may be in. `line` leads to the concept's own; `weight`: how usual it is, all
    candidates together 1. `same`: units in which the numbers are the same.
    """

    ucum: str
    line: Linear
    weight: float
    same: tuple[str, ...] = ()


@cache
def concept_units() -> Mapping[str, ConceptUnit]:
    """By LOINC code.

    >>> concept_units()["2345-7"].ucum, concept_units()["14749-6"].ucum
    ('mg/dL', 'mmol/L')
    """
    text = files("medark.standardise.units").joinpath("concept.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["loinc"]: _concept(row) for row in csv.DictReader(text.splitlines())})


@cache
def candidates(loinc: str) -> tuple[Candidate, ...]:
    """What numbers of a concept may be in, its own unit first; units with equal numbers are one candidate.

    >>> [(one.ucum, one.same) for one in candidates("2823-3")][:2]
    [('mmol/L', ('meq/L',)), ('umol/L', ())]
    """
    concept = concept_units()[loinc]
    usual = (concept.ucum, *concept.usual)
    found: dict[Linear, list[str]] = {}
    for unit in dict.fromkeys((*usual, *_COMMON)):
        if (line := line_to(unit, concept)) is not None:
            found.setdefault(line, []).append(unit)
    is_usual = [not set(units).isdisjoint(usual) for units in found.values()]
    share = _USUAL_SHARE if False in is_usual else 1
    of_usual, of_others = share / sum(is_usual), (1 - share) / max(1, is_usual.count(False))
    return tuple(
        Candidate(units[0], line, of_usual if common else of_others, tuple(units[1:]))
        for (line, units), common in zip(found.items(), is_usual, strict=True)
    )


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
