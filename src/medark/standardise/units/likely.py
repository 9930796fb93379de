"""Which unit the numbers of a test are in, by where they lie: against ranges of people, and other sources' numbers

For each unit that they may be in: how usual it is, times how likely the middle of the numbers is in it, times how
likely the range that the laboratory printed beside them is. Middles of hospitals are taken to lie around the expected
one as Student's t with 4 degrees of freedom, because some hospitals are far from most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from medark.define.units import ConceptUnit, concept_units
from medark.standardise.units.candidates import Candidate, candidates

RULE: Final = "units-1"  # kept with each decision: another figure below is another rule
_DEGREES: Final = 4
_SAID: Final = 0.97  # that a unit beside a number is the right one, before anything is known of the numbers
_RANGE: Final = 0.25  # how far printed ranges lie apart, as a logarithm
PEERS: Final = 0.3  # the same of the middles of hospitals in one lake
_OWN: Final = 1.2  # of a single number around the middle; fewer numbers tell less


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of the numbers of a test beside one unit: how many, their middle, the middles of printed limits."""

    loinc: str
    rows: int
    middle: float
    said: str | None = None  # UCUM; None where there is no unit or nobody can read it
    range_low: float | None = None
    range_high: float | None = None


@dataclass(frozen=True, slots=True)
class Likely:
    """A unit with its probability; `middle` is that of the numbers in the concept's own unit, if they are in this."""

    ucum: str
    probability: float
    middle: float
    same: tuple[str, ...] = ()


def likely(seen: Seen, peers: Sequence[float] = ()) -> tuple[Likely, ...]:
    """Units by probability, which is 1 together; none if nothing is known of the concept, or its middle is not above 0.

    `peers`: middles of other sources' numbers of the same test, in the concept's own unit.
    """
    concept = concept_units().get(seen.loinc)
    if concept is None or concept.centre is None or seen.middle <= 0:
        return ()
    options = candidates(seen.loinc)
    told = [(one, _weight(one, options, seen.said) * _fit(one, concept, seen, peers)) for one in options]
    total = sum(weight for _, weight in told)
    if not total:
        return ()
    found = (
        Likely(one.ucum, weight / total, float(one.line.factor) * seen.middle + float(one.line.offset), one.same)
        for one, weight in told
    )
    return tuple(sorted(found, key=lambda one: -one.probability))


def is_of(unit: str | None, one: Likely) -> bool:
    """Is a unit this one, or one in which numbers are the same?"""
    return unit == one.ucum or unit in one.same


def _weight(one: Candidate, options: Sequence[Candidate], said: str | None) -> float:
    named = next((other for other in options if said in (other.ucum, *other.same)), None)
    if named is None:
        return one.weight
    if one is named:
        return _SAID
    return (1 - _SAID) * one.weight / max(1e-9, 1 - named.weight)


def _fit(one: Candidate, concept: ConceptUnit, seen: Seen, peers: Sequence[float]) -> float:
    middle = _log(one, seen.middle)
    if middle is None or concept.centre is None:
        return 0.0
    few = _OWN / math.sqrt(max(1, seen.rows))
    told = _student(middle - concept.centre, math.hypot(concept.spread, few))
    if peers:
        near = [_student(middle - math.log(peer), math.hypot(PEERS, few)) for peer in peers if peer > 0]
        told = (told + sum(near)) / (1 + len(near))
    for printed, known in ((seen.range_low, concept.low), (seen.range_high, concept.high)):
        limit = _log(one, printed) if printed and printed > 0 and known else None
        if limit is not None and known:
            told *= _student(limit - math.log(known), _RANGE)
    return told


def _log(one: Candidate, value: float) -> float | None:
    own = float(one.line.factor) * value + float(one.line.offset)
    return math.log(own) if own > 0 else None


def _student(distance: float, scale: float) -> float:
    """The density but for a constant."""
    return float((1 + (distance / scale) ** 2 / _DEGREES) ** (-(_DEGREES + 1) / 2)) / scale
