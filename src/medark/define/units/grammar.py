"""A UCUM unit read from its code: prefixes, powers, products, quotients, brackets and annotations"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache

from medark.define.units.atoms import atoms, prefixed
from medark.define.units.dimension import KEPT, Dimension, dimension, product
from medark.define.units.unit import Linear, Unit
from medark.errors import DefinitionError
from medark.model.units import unit_codes

_LONGEST = 100  # characters; the longest unit of OMOP has under 40
_MOST = Fraction(10) ** 150  # so many of the base units: a quotient of two units still is a number of 64 bits
_COMPONENT = re.compile(
    r"""\( | (?: (?P<atom> 10[*^] | (?: [A-Za-z%_] | \[[^\[\]]+\] )+ ) (?P<exponent> [+-]?[1-9]\d? )?
               | (?P<number> [1-9]\d{0,11} )
               | (?= \{ ) )
             (?P<annotation> \{[!-z|~]+\} )?""",
    re.VERBOSE | re.ASCII,
)

# Spellings of "per 1.73 m2 of body surface". By its rules UCUM reads the first as "/ 1 · 73 · m2".
_BODY_SURFACE = re.compile(r"/1\.73\.m2|/\(173\.10\*-2\.m2\)")

_Parts = list[tuple[Unit, int]]  # each with its exponent


def parse(code: str) -> Unit:
    """The unit with this code, as UCUM writes it (case matters) or as OMOP does. DefinitionError for anything else.

    >>> parse("mg/dL").line.factor  # in g/m3
    Fraction(10, 1)
    """
    if unit := known(code):
        return unit
    plain = code.strip().replace("µ", "u").replace("μ", "u").replace(" ", "")
    if known(plain):
        raise DefinitionError(f"{code!r} is no UCUM unit", fix=f"write {plain!r} instead")
    raise DefinitionError(f"{code!r} is no UCUM unit", fix=f"write it as UCUM does, such as {_near(plain)}")


@lru_cache(maxsize=4096)
def known(code: str) -> Unit | None:
    """The unit with this code; None for what is no unit, and for the few of UCUM that are not built in."""
    if not code or len(code) > _LONGEST:
        return None
    reading = _Reading(_BODY_SURFACE.sub("/{1.73_m2}", code))
    try:
        reading.main_term()
        return _combined(code, reading.parts, reading.marks)
    except _NoUnitError:
        return None


class _NoUnitError(Exception):
    """The text is no unit."""


class _Reading:
    """The grammar of UCUM, one method a rule: what it has read, and how far."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self.parts: _Parts = []
        self.marks: set[str] = set()  # annotations that change what is meant

    def main_term(self) -> None:
        self._term(-1 if self._took("/") else 1, 1)
        if self._at != len(self._text):
            raise _NoUnitError

    def _term(self, direction: int, sign: int) -> None:
        while True:
            self._component(direction * sign)
            if self._took("."):
                direction = 1
            elif self._took("/"):
                direction = -1
            else:
                return

    def _component(self, sign: int) -> None:
        found = _COMPONENT.match(self._text, self._at)
        if found is None:
            raise _NoUnitError
        self._at = found.end()
        if found[0] == "(":
            self._term(1, sign)
            if not self._took(")"):
                raise _NoUnitError
        elif found["atom"]:
            self.parts.append((_simple(found["atom"]), sign * int(found["exponent"] or 1)))
        elif found["number"]:
            self.parts.append((Unit(found["number"], (), Linear(Fraction(found["number"]))), sign))
        if found["annotation"] in atoms():
            self.marks.add(found["annotation"])

    def _took(self, letter: str) -> bool:
        taken = self._text.startswith(letter, self._at)
        self._at += taken
        return taken


@lru_cache(maxsize=1024)
def _simple(code: str) -> Unit:
    """An atom with or without a prefix."""
    made = prefixed(code)
    if made is None:
        raise _NoUnitError
    power, atom = made
    scale = Fraction(10) ** power
    if not atom.unit:
        return Unit(code, ((atom.code, 1),), Linear(scale))
    whole = parse(atom.unit)
    return Unit(code, whole.dimension, Linear(scale * atom.value, atom.offset).then(whole.line))


def _combined(code: str, parts: Sequence[tuple[Unit, int]], marks: set[str]) -> Unit:
    alone = len(parts) == 1 and parts[0][1] == 1
    if not alone and any(unit.line.offset for unit, _ in parts):
        raise _NoUnitError  # a degree Celsius in a product would be a difference of temperatures: UCUM has no such unit
    line = parts[0][0].line if alone else Linear(_factor(parts))
    if not 1 / _MOST < line.factor < _MOST:
        raise _NoUnitError
    return Unit(code, product(_measured(parts), tuple((mark, 1) for mark in sorted(marks))), line)


def _factor(parts: Sequence[tuple[Unit, int]]) -> Fraction:
    factor = Fraction(1)
    for unit, exponent in parts:
        factor *= unit.line.factor**exponent
    return factor


def _measured(parts: Sequence[tuple[Unit, int]]) -> Dimension:
    """The dimension of a product. Masses that are divided by masses, amounts by amounts, stay known as such."""
    whole: Dimension = ()
    for unit, exponent in parts:
        whole = product(whole, unit.dimension, exponent)
    kept = [(name, _divided(parts, base)) for base, name in KEPT.items()]
    return dimension((*whole, *kept))


def _divided(parts: Sequence[tuple[Unit, int]], base: str) -> int:
    exponents = [exponent for unit, exponent in parts if unit.dimension == ((base, 1),)]
    return min(sum(e for e in exponents if e > 0), -sum(e for e in exponents if e < 0))


def _near(code: str) -> str:
    codes = {each.lower(): each for each in unit_codes().values() if known(each)}
    found = [codes[each] for each in get_close_matches(code.lower(), codes, n=3)]
    return ", ".join(map(repr, found or ("mg/dL", "mmol/L", "10*9/L", "mm[Hg]")))
