"""Definitions evaluated in memory, for one person: the oracle of the language, and its live engine"""

from medark.define.memory.context import Entry
from medark.define.memory.evaluate import Compiled, compiled, entries, plainly_compiled
from medark.define.memory.record import Record

__all__ = ["Compiled", "Entry", "Record", "compiled", "entries", "plainly_compiled"]
