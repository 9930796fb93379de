"""UCUM units: what they measure, and how a value in one becomes a value in another"""

from medark.define.units.analytes import analytes
from medark.define.units.concepts import ConceptUnit, concept_units, line_to
from medark.define.units.conversion import SHIPPED_UNITS, Conversion, between, conversions, convert
from medark.define.units.grammar import parse
from medark.define.units.unit import Linear, Unit

__all__ = [
    "SHIPPED_UNITS", "ConceptUnit", "Conversion", "Linear", "Unit", "analytes", "between", "concept_units",
    "conversions", "convert", "line_to", "parse",
]  # fmt: skip
