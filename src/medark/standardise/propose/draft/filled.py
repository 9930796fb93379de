"""Which column fills which slot of a table: each slot once, the likeliest first"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from medark.standardise.propose.profile import ColumnProfile, TableProfile
from medark.standardise.propose.reading import Candidate, TableReading

_MANY = ("note", "wide", "id", "obs")  # slots that several columns may fill
_ACROSS = ("diag", "proc")  # and lists that a row of a visit has across: 其他诊断1, 其他诊断编码1, 其他诊断2 …
_DISTANCES = frozenset({"minutes_from_admission", "minutes_to_stop"})
_TIMES = frozenset({"time", "start", "end", "stop"})
_DAY = 10  # characters of a day without a time
_SIDES = re.compile(r"编码|代码|名称|描述|日期|时间|[_ ]?(?:code|name|desc|description|date|time)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A column in a slot, with the chance that it belongs there. `said`: a person's word; `clock`: the column that
    tells the time of day of its days; `order`: what its values say beside another column's.
    """

    column: ColumnProfile
    slot: str
    chance: float
    candidate: Candidate
    said: bool = False
    clock: ColumnProfile | None = None
    order: str = ""

    @property
    def is_distance(self) -> bool:
        """Is it a time told as its distance from another?"""
        return self.candidate.element in _DISTANCES

    @property
    def why(self) -> tuple[str, ...]:
        """What speaks for it."""
        found = self.candidate
        told = ["said by a person"] if self.said else []
        if found.exact:
            told.append(f"its name is one of {found.element}")
        elif found.by:
            told.append(f"its name is near {found.by} ({found.element})")
        if found.tested:
            told.append(f"{found.tested:.0%} of its values look so")
        if self.order:
            told.append(self.order)
        return tuple(told)


@dataclass(frozen=True, slots=True)
class Filled:
    """A table's slots. `spare`: columns whose slot another fills."""

    table: TableProfile
    slots: Mapping[str, Choice]
    lists: Mapping[str, tuple[Choice, ...]]
    across: Mapping[str, tuple[Mapping[str, Choice], ...]]
    spare: Mapping[str, str]
    nothing: Mapping[str, float]

    def get(self, *slots: str) -> Choice | None:
        """The first of these slots that a column fills."""
        return next((self.slots[slot] for slot in slots if slot in self.slots), None)

    def without(self, columns: Collection[str]) -> Filled:
        """The same without some columns."""
        return replace(self, slots={slot: one for slot, one in self.slots.items() if one.column.name not in columns})

    def all(self, slot: str) -> tuple[Choice, ...]:
        """Every column that fills a slot of which there may be many, by what its name begins with."""
        return self.lists.get(slot, ())


def filled(reading: TableReading, said: Mapping[str, str]) -> Filled:
    """`said`: column to slot, by a person; "" for nothing."""
    slots: dict[str, Choice] = {}
    lists: dict[str, list[Choice]] = {}
    spare: dict[str, str] = {}
    across: dict[tuple[str, str], dict[str, Choice]] = {}
    nothing: dict[str, float] = {}
    clocks: dict[str, Choice] = {}
    for choice in sorted(_choices(reading, said), key=_rank):
        bare, family = choice.slot.partition(":")[0], choice.slot.partition(":")[0].partition(".")[0]
        if not choice.slot:
            nothing[choice.column.name] = choice.chance
        elif choice.column.share("clock") >= 0.8 or (choice.column.is_glued_clock and _is_time(bare)):
            clocks.setdefault(bare, choice)
        elif family in _ACROSS and reading.kind in ("visit", "fee"):
            across.setdefault((family, _SIDES.sub("", choice.column.name)), {}).setdefault(bare, choice)
        elif family in _MANY and not choice.slot.startswith("note."):
            lists.setdefault(family, []).append(choice)
        elif bare not in slots:
            slots[bare] = choice
        else:
            spare[choice.column.name] = slots[bare].column.name
    slots |= {slot: timed for slot, clock in clocks.items() if (timed := _timed(slots.get(slot), clock)) is not None}
    rows = {family: tuple(v for (f, _), v in sorted(across.items()) if f == family) for family in _ACROSS}
    return Filled(reading.table, slots, {name: tuple(some) for name, some in lists.items()}, rows, spare, nothing)


def _is_time(slot: str) -> bool:
    return slot.rpartition(".")[2] in _TIMES


def _timed(day: Choice | None, clock: Choice) -> Choice | None:
    """A day with its time of day."""
    if day is None or not day.column.date_form or day.column.longest > _DAY:
        return None
    return replace(day, clock=clock.column, chance=min(day.chance, clock.chance))


def _choices(reading: TableReading, said: Mapping[str, str]) -> Iterator[Choice]:
    for column in reading.columns:
        profile = reading.table.column(column.name)
        if column.name in said:
            slot = said[column.name]
            known = next((c for c in column.candidates if c.slot == slot), Candidate(slot, "", 1.0))
            yield Choice(profile, slot, 1.0, known, said=True)
        else:
            best = column.best
            yield Choice(profile, best.slot, column.chance, best)


def _rank(choice: Choice) -> tuple[bool, str, float]:
    """A person's word first; then first choices before second ones; then the likeliest."""
    is_key = choice.slot.startswith(("id", "wide", "obs"))
    return (not choice.said, "" if is_key else choice.slot.partition(":")[2], -choice.chance)
