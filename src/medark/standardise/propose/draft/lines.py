"""A column that fills a slot, as a line of a target"""

from __future__ import annotations

from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.parts import Line, quoted
from medark.standardise.propose.draft.times import time_of, with_clock

_TIMES = ("start", "end", "time", "stop")
_NUMBERS = frozenset({"value", "quantity", "days_supply", "range_low", "range_high", "total_charge"})
_MOSTLY = 0.5  # of a column's values


def as_line(field: str, choice: Choice) -> Line:
    """A column as it stands; times as ISO 8601, numbers with a point."""
    name, chance = quoted(choice.column.name), choice.chance
    kind_of_slot = choice.slot.partition(":")[0].rpartition(".")[2]
    if kind_of_slot in _TIMES or field.endswith("_time"):
        name, chance = time_of(choice, name)
        if choice.clock is not None:
            name = with_clock(name, quoted(choice.clock.name), choice.clock)
            return Line(field, name, (choice.column.name, choice.clock.name), chance, choice.why)
    elif field in _NUMBERS:
        name = number(choice, name)
    return Line(field, name, (choice.column.name,), chance, choice.why)


def number(choice: Choice, name: str) -> str:
    """The number of a cell: commas as points, and without the unit that stands in it."""
    if choice.column.share("measured") >= _MOSTLY:
        name = f"coalesce(nullif(regexp_extract({name}, '^([0-9]+[.,]?[0-9]*) ?[^0-9]', 1), ''), {name})"
    if choice.column.share("comma", "measured") >= _MOSTLY:
        return f"replace({name}, ',', '.')"
    return name


def unit_inside(choice: Choice) -> Line | None:
    """The unit that stands in a value's own cell."""
    if choice.column.share("measured") < _MOSTLY:
        return None
    name = quoted(choice.column.name)
    text = f"nullif(trim(regexp_extract({name}, '^[0-9]+[.,]?[0-9]*(.*)$', 1)), '')"
    return Line("unit", text, (choice.column.name,), choice.chance, choice.why)
