"""From a value in one unit to the same in another, exactly; and every unit of rows that leads to one target"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product as choices
from math import isfinite

from medark.define.units.analytes import Equivalence, analytes, named
from medark.define.units.atoms import omop_codes
from medark.define.units.dimension import called, product
from medark.define.units.grammar import known, parse
from medark.define.units.unit import Linear, Unit
from medark.errors import DefinitionError
from medark.model.units import unit_codes

SHIPPED_UNITS: Mapping[int, str] = unit_codes()


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a value of a row with this unit concept is in the target: value * factor + offset."""

    unit_concept_id: int
    factor: float
    offset: float


def conversions(
    target: str, *, analyte: str | None = None, units: Mapping[int, str] = SHIPPED_UNITS
) -> tuple[Conversion, ...]:
    """Every unit concept of `units` (concept_id -> code, as OMOP spells it) that leads to `target`, by concept_id.

    DefinitionError if the target is no UCUM unit, the analyte is not known, or no unit of a row leads to it.

    >>> [(c.unit_concept_id, c.factor) for c in conversions("g/L") if c.unit_concept_id in (8713, 8840)]
    [(8713, 10.0), (8840, 0.01)]
    """
    wanted, name = parse(target), analyte and named(analyte)
    as_ucum = omop_codes()
    lines = ((i, _line(as_ucum.get(code, code), wanted.code, name)) for i, code in sorted(units.items()))
    found = tuple(Conversion(i, float(line.factor), float(line.offset)) for i, line in lines if line is not None)
    if not found:
        raise DefinitionError(
            f"no unit that rows have leads to {target} ({called(wanted.dimension)}): every value would be missing",
            fix="ask for a unit that the vocabulary has, such as mg/dL",
        )
    return found


def convert(value: float, from_unit: str, to_unit: str, analyte: str | None = None) -> float:
    """The value in `to_unit`, rounded once. DefinitionError as `between`.

    >>> convert(37, "Cel", "[degF]")
    98.6
    >>> round(convert(90, "mg/dL", "mmol/L", analyte="glucose"), 3)
    4.996
    """
    line = between(from_unit, to_unit, analyte)
    return float(Fraction(value) * line.factor + line.offset) if isfinite(value) else value


def between(from_unit: str, to_unit: str, analyte: str | None = None) -> Linear:
    """The exact way from one unit to the other.

    DefinitionError if one of them is no UCUM unit, the analyte is not known, or the two measure different things.
    """
    given, wanted, name = parse(from_unit), parse(to_unit), analyte and named(analyte)
    line = _line(from_unit, to_unit, name)
    if line is None:
        raise _different(given, wanted, name)
    return line


@lru_cache(maxsize=8192)
def _line(from_unit: str, to_unit: str, analyte: str | None) -> Linear | None:
    given, wanted = known(from_unit), known(to_unit)
    if given is None or wanted is None:
        return None
    for path in _paths(analytes()[analyte] if analyte else ()):
        dimension, line = given.dimension, given.line
        for step in path:
            if step.line.offset and dimension != step.given:
                break  # a line with an offset holds for the whole unit, not for a part of it
            dimension, line = product(dimension, step.change), line.then(step.line)
        else:
            if dimension == wanted.dimension:
                return line.then(wanted.line.inverse())
    return None


def _paths(equivalences: tuple[Equivalence, ...]) -> list[tuple[Equivalence, ...]]:
    """Each equivalence used forwards, backwards or not at all; the shortest paths first."""
    steps = [(None, one, one.inverse()) for one in equivalences]
    paths = [tuple(step for step in chosen if step is not None) for chosen in choices(*steps)]
    return sorted(paths, key=len)


def _different(given: Unit, wanted: Unit, analyte: str | None) -> DefinitionError:
    first, second = called(given.dimension), called(wanted.dimension)
    if analyte:
        return DefinitionError(
            f"nothing is known of {analyte} that leads from {given.code} ({first}) to {wanted.code} ({second})",
            fix="ask for a unit that measures the same",
        )
    fitting = list(_bridging(given, wanted))
    if not fitting:
        return DefinitionError(
            f"{given.code} measures {first}, {wanted.code} {second}", fix="ask for a unit that measures the same"
        )
    return DefinitionError(
        f"{given.code} measures {first}, {wanted.code} {second}",
        fix=f"say of what it is: give analyte={fitting[0]!r}, or another of the {len(fitting)} that are known",
    )


def _bridging(given: Unit, wanted: Unit) -> Iterator[str]:
    return (name for name in analytes() if _line(given.code, wanted.code, name) is not None)
