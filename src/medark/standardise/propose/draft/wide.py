"""Measurements side by side: a column for each, its unit in a column beside it or known by what it is"""

from __future__ import annotations

import re
from collections.abc import Iterator

from medark.standardise.propose.draft.context import Context, any_start, there
from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.lines import as_line
from medark.standardise.propose.draft.parts import Line, TargetDraft, quoted

_UNIT_WORDS = ("unit", "units", "uom")


def wide(context: Context) -> Iterator[TargetDraft]:
    """A measurement for each column that is one: temperature, pulse …"""
    start = any_start(context, "meas.time")
    for choice in context.filled.all("wide"):
        code, _, unit = choice.slot.removeprefix("wide:").partition("|")
        if start is None or choice.column.share("words") > 0.3:
            continue
        line = as_line("value", choice)
        fixed = {
            "kind": "measurement", "code_system": "LOINC", "code": code, "code_text": choice.column.name, "unit": unit,
            "type": "ehr_nursing",
        }  # fmt: skip
        whose = there(context.person, context.visit)
        text = " || '|' || ".join([f"'{choice.column.name.lower()}'", *(one.expression for one in (*whose, start))])
        key = Line("event_key", text, tuple(c for one in (*whose, start) for c in one.columns), line.chance)
        if told := _unit_beside(context, choice):
            fixed.pop("unit")
        yield TargetDraft("event", (*whose, key, start, line, *there(told)), fixed, f"{line.expression} is not null")


def _unit_beside(context: Context, choice: Choice) -> Line | None:
    """The unit of a measurement, where a column of its own tells it: `pulse.value` and `pulse.unit`."""
    name = choice.column.name
    wanted = {re.sub(r"(?i)value$", word, name).lower() for word in _UNIT_WORDS if name.lower().endswith("value")}
    wanted |= {f"{name}{glue}{word}".lower() for glue in ("_", "") for word in _UNIT_WORDS}
    for column in context.filled.table.columns:
        if column.name.lower() in wanted and column.known:
            why = (f"it stands beside {name}",)
            return Line("unit", quoted(column.name), (column.name,), choice.chance, why)
    return None
