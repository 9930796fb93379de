"""The tables that lines of another look into"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.listed import Fit
from medark.standardise.propose.draft.parts import JoinDraft, Line, TargetDraft, quoted
from medark.standardise.propose.draft.times import time_of, with_clock
from medark.standardise.propose.profile import Link


@dataclass(slots=True)
class Joins:
    """Of one table: its links to others, and the joins that its lines have asked for so far, by name."""

    table: str
    links: Sequence[Link]
    made: dict[str, JoinDraft] = field(default_factory=dict)

    def of(self, choice: Choice | None) -> list[Link]:
        """Where a column's values are keys."""
        if choice is None:
            return []
        return [link for link in self.links if (link.table, link.column) == (self.table, choice.column.name)]

    def through(self, name: str, link: Link, choice: Choice, there: Choice, field_: str) -> Line:
        """A line that tells what another table has in the row that a column leads to."""
        held = self.made.get(name)
        if held is not None and held.table != link.key_table:
            name = f"{name}_{len(self.made) + 1}"
        reads = (*(held.reads if held and held.name == name else ()), there.column.name)
        reads += (there.clock.name,) if there.clock else ()
        self.made[name] = JoinDraft(name, link.key_table, link.key, choice.column.name, reads)
        text = f"{name}.{quoted(there.column.name)}"
        if field_.endswith("_time"):
            text, _ = time_of(there, text)
            text = with_clock(text, f"{name}.{quoted(there.clock.name)}", there.clock) if there.clock else text
        why = (f"{link.within:.0%} of its values are keys of {link.key_table}",)
        return Line(field_, text, (choice.column.name,), min(choice.chance, there.chance), why)

    def in_list(self, name: str, fit: Fit, choice: Choice) -> Line:
        """A line that looks into one of the lists of a table."""
        one = fit.codes
        where = {one.list_column: one.name} if one.list_column else {}
        self.made[name] = JoinDraft(name, one.table, one.code_column, choice.column.name, (one.name_column,), where)
        chance = min(choice.chance, fit.chance)
        return Line("code_text", f"{name}.{quoted(one.name_column)}", (choice.column.name,), chance, (fit.why,))

    def also_read(self, name: str, columns: Iterable[str]) -> bool:
        """Read more columns of a joined table. Is it joined at all?"""
        held = self.made.get(name)
        if held is not None:
            self.made[name] = replace(held, reads=(*held.reads, *columns))
        return held is not None

    def used(self, targets: Collection[TargetDraft]) -> tuple[JoinDraft, ...]:
        """The joins that lines of targets name."""
        told = [line.expression for target in targets for line in target.lines]
        return tuple(join for join in self.made.values() if any(f"{join.name}." in text for text in told))
