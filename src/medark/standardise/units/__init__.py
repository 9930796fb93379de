"""Units: read as they were written, each concept's own, and which unit numbers without one must be in"""

from medark.standardise.units.reading import read, ucum
from medark.standardise.units.readings import UNIT_READING, UNITS_SAID, unit_readings

__all__ = ["UNITS_SAID", "UNIT_READING", "read", "ucum", "unit_readings"]
