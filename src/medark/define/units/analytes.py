"""What one unit of an analyte is worth in another: molar masses, charges of ions, conventional factors

Sources: each row says its own. Units of enzyme activity: Eur J Biochem 1979;97:319. HbA1c: Hoelzel 2004, Clin Chem
50:166. Molar masses: recomputed from IUPAC's standard atomic weights.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from medark.define.units.dimension import Dimension, product
from medark.define.units.grammar import parse
from medark.define.units.unit import Linear
from medark.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Both mean the same of an analyte: `line` leads from a value in the base units of `given` to one in `wanted`'s.

    Without an offset it holds for every unit that has the one where another has the other (g/L and mol/L, g and mol).
    """

    given: Dimension
    wanted: Dimension
    line: Linear

    @property
    def change(self) -> Dimension:
        """What must be added to the dimension before to get the one after."""
        return product(self.wanted, self.given, -1)

    def inverse(self) -> Equivalence:
        """The same, read backwards."""
        return Equivalence(self.wanted, self.given, self.line.inverse())


@cache
def analytes() -> Mapping[str, tuple[Equivalence, ...]]:
    """What is known of each analyte, by name; nothing more than the units themselves say for some.

    >>> len(analytes()["calcium"])
    2
    """
    found: dict[str, tuple[Equivalence, ...]] = {}
    for row in _rows():
        own = (_equivalence(row),) if row["from_unit"] else ()
        found[row["analyte"]] = (*found.get(row["analyte"], ()), *own)
    return MappingProxyType(found)


def named(analyte: str) -> str:
    """The analyte's name in the table, from that, an abbreviation or a Chinese name. DefinitionError if it has none.

    >>> named("hba1c"), named("血糖")
    ('hemoglobin A1c', 'glucose')
    """
    names = _names()
    if name := names.get(_folded(analyte)):
        return name
    near = dict.fromkeys(names[each] for each in get_close_matches(_folded(analyte), names, n=6))
    shown = ", ".join(list(near)[:3] or analytes())
    raise DefinitionError(f"nothing is known of the analyte {analyte!r}", fix=f"take one of these: {shown}")


@cache
def _names() -> Mapping[str, str]:
    words = ((row["analyte"], word) for row in _rows() for word in (row["analyte"], *row["aliases"].split("|")))
    return MappingProxyType({_folded(word): analyte for analyte, word in words if word})


def _folded(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    text = files("medark.define.units").joinpath("analyte.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _equivalence(row: Mapping[str, str]) -> Equivalence:
    given, wanted = parse(row["from_unit"]), parse(row["to_unit"])
    worth = Linear(Fraction(row["to_value"]) / Fraction(row["from_value"]), Fraction(row["offset"] or 0))
    return Equivalence(given.dimension, wanted.dimension, given.line.inverse().then(worth).then(wanted.line))
