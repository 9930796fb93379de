"""Units: what sources write beside numbers, what it is read as, what is doubted, and what was decided"""

from medark.serve.console.units.screens import screens

__all__ = ["screens"]
