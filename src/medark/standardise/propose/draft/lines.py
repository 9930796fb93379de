"""A column that fills a slot, as a line of a target"""

from __future__ import annotations

from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.parts import Line, quoted
from medark.standardise.propose.draft.times import time_of

_TIMES = ("start", "end", "time", "stop")


def as_line(field: str, choice: Choice) -> Line:
    """A column as it stands; times as ISO 8601."""
    name, chance = quoted(choice.column.name), choice.chance
    kind_of_slot = choice.slot.partition(":")[0].rpartition(".")[2]
    if kind_of_slot in _TIMES or field.endswith("_time"):
        name, chance = time_of(choice, name)
    return Line(field, name, (choice.column.name,), chance, choice.why)
