"""How well a kind explains a table: its columns put into that kind's slots, each slot once

A table is a register of drugs not only for the words in it, but for being whole as one: a drug is named, and most of
its columns have a place there. What each kind can't do without stands in slots.toml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from medark.standardise.propose.names import elements
from medark.standardise.propose.slots import bare, needs, slot_of

_LEAST = 0.02  # chance of an element that is looked at
_MANY = ("wide", "obs", "id", "note")  # families of slots; one column of them is enough for a need


def explained(columns: Sequence[Mapping[str, float]], kinds: Sequence[str]) -> Mapping[str, tuple[float, float]]:
    """For each kind: the share of columns that it has a slot for, and the chance that it has all that it needs.
    `columns`: chances of elements, of each column.
    """
    likely = [[(name, chance) for name, chance in of.items() if name and chance >= _LEAST] for of in columns]
    return {kind: _of(likely, kind) for kind in kinds}


def _of(columns: Sequence[Sequence[tuple[str, float]]], kind: str) -> tuple[float, float]:
    slot_by, best = _slots(kind), dict[str, float]()
    for column in columns:
        mine: dict[str, float] = {}
        for name, chance in column:
            for slot in slot_by[name]:
                mine[slot] = mine.get(slot, 0.0) + chance
        for slot, chance in mine.items():
            best[slot] = max(best.get(slot, 0.0), chance)
    filled = sum(chance for slot, chance in best.items() if slot not in _MANY)
    whole = 1.0
    for slots in needs(kind):
        whole *= max((best.get(slot, 0.0) for slot in slots), default=0.0)
    return filled / max(len(columns), 1), whole


@cache
def _slots(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Of each element the slot that it fills in a table of a kind, and that slot's family if there are many."""
    found: dict[str, tuple[str, ...]] = {}
    for name in elements():
        slot = bare(slot_of(name, kind))
        family = slot.partition(":")[0].partition(".")[0]
        found[name] = () if not slot else (slot, family) if family in _MANY and family != slot else (slot,)
    return found
