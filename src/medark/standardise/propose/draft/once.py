"""What two tables tell of the same visits or people is read from one of them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.profile import Link
from medark.standardise.propose.profile.sketch import contained

_WITHIN = 0.9  # of the visits, or of the patients
_EARLY = frozenset({"outpatient_diag", "admit_diag"})
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
        if kinds[link.table] != "patient" and _tells_who(register) and link.column in _leads(mine):
            found[link.table] = _without_names(found.get(link.table, mine), register, link.key_table)
    registers = [name for name in slots if kinds[name] == "diagnosis" and _has_times(slots[name])]
    for name in (name for name in slots if kinds[name] == "visit" and slots[name].across.get("diag")):
        told = next((one for one in registers if _is_about(slots[one], slots[name])), "")
        if told:
            found[name] = _without_early(found.get(name, slots[name]), told)
    return found


def _tells_who(register: Filled) -> bool:
    return register.get("person_key", "visit_key") is not None and register.get("birth_time", "age") is not None


def _leads(table: Filled) -> frozenset[str]:
    """The columns of a table that lead to a person."""
    keys = (table.get("person_key"), table.get("visit_key"))
    return frozenset(choice.column.name for choice in keys if choice is not None)


def _without_names(mine: Filled, register: Filled, name: str) -> Filled:
    """Without what tells who somebody is, where the register that a row leads to tells it too."""
    there = {choice.slot for choice in register.all("id")}
    gone = [one for one in mine.all("id") if one.slot in there and not one.said]
    kept = tuple(one for one in mine.all("id") if one not in gone)
    spare = {**mine.spare, **{one.column.name: name for one in gone}}
    return replace(mine, lists={**mine.lists, "id": kept}, spare=spare)


def _has_times(register: Filled) -> bool:
    return register.get("diag.code", "diag.name") is not None and register.get("diag.time") is not None


def _is_about(register: Filled, visits: Filled) -> bool:
    """Does a register tell of the visits, or of the patients, that a table has?"""
    for slot in ("visit_key", "person_key"):
        mine, there = visits.get(slot), register.get(slot)
        if mine and there and (contained(mine.column.hashes, there.column.hashes) or 0.0) >= _WITHIN:
            return True
    return False


def _without_early(mine: Filled, register: str) -> Filled:
    """Without the diagnoses of before the stay and of its beginning across its row: a register has their time."""
    across = mine.across.get("diag", ())
    gone = [cells for cells in across if any(one.candidate.element in _EARLY for one in cells.values())]
    gone = [cells for cells in gone if not any(one.said for one in cells.values())]
    spare = {one.column.name: register for cells in gone for one in cells.values()}
    kept = tuple(cells for cells in across if cells not in gone)
    return replace(mine, across={**mine.across, "diag": kept}, spare={**mine.spare, **spare})


def _is_of(table: Filled, column: str, slot: str) -> bool:
    choice = table.get(slot)
    return choice is not None and choice.column.name == column


def _may_go(mine: Filled, register: Filled, slot: str) -> bool:
    choice: Choice | None = mine.get(slot)
    return choice is not None and not choice.said and register.get(slot) is not None
