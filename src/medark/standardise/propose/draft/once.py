"""What two tables of visits tell of the same visits is read from one of them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.profile import Link

_ONCE = ("admitted_from", "discharged_to", "class_text")  # of a visit


def told_once(slots: Mapping[str, Filled], kinds: Mapping[str, str], links: Sequence[Link]) -> Mapping[str, Filled]:
    """Tables that lose what the register of their visits tells too: a front page beside the book of admissions."""
    found: dict[str, Filled] = {}
    for link in links:
        mine, register = slots[link.table], slots[link.key_table]
        if kinds[link.table] == kinds[link.key_table] == "visit" and _is_of(mine, link.column, "visit_key") and (
            _is_of(register, link.key, "visit_key") and len(mine.table.columns) > len(register.table.columns)
        ):  # fmt: skip
            twice = {slot: mine.slots[slot] for slot in _ONCE if _may_go(mine, register, slot)}
            spare = {choice.column.name: f"{link.key_table}" for choice in twice.values()}
            kept = {slot: choice for slot, choice in mine.slots.items() if slot not in twice}
            found[link.table] = replace(mine, slots=kept, spare={**mine.spare, **spare})
    return found


def _is_of(table: Filled, column: str, slot: str) -> bool:
    choice = table.get(slot)
    return choice is not None and choice.column.name == column


def _may_go(mine: Filled, register: Filled, slot: str) -> bool:
    choice: Choice | None = mine.get(slot)
    return choice is not None and not choice.said and register.get(slot) is not None
