"""What all targets of a row share: whose it is, which visit it belongs to, and when"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.draft.lines import as_line
from medark.standardise.propose.draft.parts import Line, quoted
from medark.standardise.propose.draft.times import after
from medark.standardise.propose.draft.values import Said, meant

_REPEATED = 0.01  # of the values of a key; with more of them it is none


@dataclass(frozen=True, slots=True)
class Context:
    """What all targets of a row share: lines for whose it is and which visit it belongs to, and times from joins."""

    source: str
    table: str
    filled: Filled
    person: Line | None
    visit: Line | None
    visit_start: Line | None
    names: Mapping[str, Line]  # of a code's column, what a dictionary calls it
    has_register: bool = False  # another table tells who people are
    tells_who: bool = False  # of its people none is in a register, and it says when they were born
    lists: Mapping[str, Line] = field(default_factory=dict)  # of a column of codes, what a list calls them
    said: Said = field(default_factory=dict)  # of columns, what people said of their values
    inherited: Mapping[str, Line] = field(default_factory=dict)  # of slots that no column fills, what the head tells

    def own(self, field: str, *slots: str) -> Line | None:
        """A line for the first of these slots that a column fills."""
        choice = self.filled.get(*slots)
        if choice is not None and choice.is_distance:
            return self._after(field, choice)
        if choice is None:
            told = next((self.inherited[slot] for slot in slots if slot in self.inherited), None)
            return replace(told, field=field) if told else None
        return meant(as_line(field, choice), choice, self.lists, self.said)

    def _after(self, field: str, choice: Choice) -> Line | None:
        """A time told from the beginning of the visit, where that is known."""
        if self.visit_start is None:
            return None
        text = after(self.visit_start.expression, quoted(choice.column.name), choice.column.name)
        columns = (*self.visit_start.columns, choice.column.name)
        return Line(field, text, columns, min(choice.chance, self.visit_start.chance), choice.why)

    def key(self, field: str, slot: str) -> Line | None:
        """A line that names the row; None where values come again: rows would take each other's place."""
        choice = self.filled.get(slot)
        return as_line(field, choice) if choice and choice.column.repeated <= _REPEATED else None


def there(*found: Line | None) -> tuple[Line, ...]:
    """The lines that there are."""
    return tuple(line for line in found if line is not None)


def whose(context: Context) -> tuple[Line, ...]:
    """Lines of the person, the visit and the doctor."""
    provider = context.own("provider_key", "provider_key")
    return there(context.person, context.visit, provider)


def any_start(context: Context, *slots: str) -> Line | None:
    """When it was, by whatever tells it."""
    found = context.own("start_time", *slots, "visit.start", "meas.time", "diag.time", "created") or context.visit_start
    return replace(found, field="start_time") if found else None
