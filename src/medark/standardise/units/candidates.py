"""What numbers of a concept may be in: the concept's own unit, others in use, and those that laboratories print"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from medark.define.units import Linear, concept_units, line_to

# Units that laboratories print, whatever they measure: each is a candidate where it leads to the concept's own.
_COMMON: Final = (
    "g/L", "g/dL", "mg/L", "mg/dL", "mg/mL", "ug/L", "ug/dL", "ug/mL", "ng/L", "ng/dL", "ng/mL", "pg/mL",
    "mmol/L", "umol/L", "nmol/L", "pmol/L", "meq/L", "10*12/L", "10*9/L", "10*6/L", "10*6/uL", "10*3/uL", "/uL",
    "%", "L/L", "U/L", "m[IU]/L", "[IU]/L", "[IU]/mL", "mm[Hg]", "kPa", "Cel", "[degF]", "m", "cm", "mm", "[in_i]",
    "kg", "g", "[lb_av]", "s", "min", "/min", "mg/g", "mg/mmol", "fL", "pg",
)  # fmt: skip
_USUAL_SHARE: Final = 0.95  # of what is not known beforehand: that a unit is one of those in use for the test


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
