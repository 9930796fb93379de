"""Units: read as they were written, each concept's own, and which unit numbers without one must be in"""

from medark.standardise.units.reading import read, ucum
from medark.standardise.units.readings import unit_readings

__all__ = ["read", "ucum", "unit_readings"]
