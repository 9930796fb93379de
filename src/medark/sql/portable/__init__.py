"""The portable vocabulary: every construct that is known to mean the same on each engine, and when"""

from medark.sql.portable.allowed import Allowed, Fault
from medark.sql.portable.vocabulary import ALLOWED, INSTEAD, called

__all__ = ["ALLOWED", "INSTEAD", "Allowed", "Fault", "called"]
