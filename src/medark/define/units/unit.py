"""A unit as what it measures and how much of it, and the straight line that leads from one unit to another"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from medark.define.units.dimension import Dimension


@dataclass(frozen=True, slots=True)
class Linear:
    """y = x · factor + offset, exactly."""

    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    def then(self, other: Linear) -> Linear:
        """This line, and from where it leads the other.

        >>> Linear(Fraction(2), Fraction(1)).then(Linear(Fraction(3)))
        Linear(factor=Fraction(6, 1), offset=Fraction(3, 1))
        """
        return Linear(self.factor * other.factor, self.offset * other.factor + other.offset)

    def inverse(self) -> Linear:
        """The way back."""
        return Linear(1 / self.factor, -self.offset / self.factor)


@dataclass(frozen=True, slots=True)
class Unit:
    """A UCUM unit. `line` leads from a value in it to a value in the base units of its dimension (m, s, g, mol, K …).

    Unlike UCUM, which has them as plain numbers, mol, eq and osm are dimensions of their own here.
    """

    code: str
    dimension: Dimension
    line: Linear = Linear()
