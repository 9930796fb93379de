"""Two registers of the same visits, one of which refers to the other row by row: a registration and its encounter"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.profile import Link
from medark.standardise.propose.profile.sketch import contained
from medark.standardise.propose.reading import Candidate

_WITHIN: Final = 0.95  # of the numbers that refer to the other register, those that it has
_MOST: Final = 0.5  # of its visits, from which on they are not only those that led to another: to an admission, say
_CALLED_SO, _ELSE = 0.95, 0.85  # how sure it is by a column that is called like the other's key, and by another
_FREE: Final = frozenset({"row_key", "visit_key", "detail_key"})  # slots of a column that may refer to a visit


def same_visits(
    slots: Mapping[str, Filled],
    kinds: Mapping[str, str],
    links: Sequence[Link],
    said: Mapping[str, Mapping[str, str]],
) -> Mapping[str, Link]:
    """Of tables of visits that another tells too, the column that refers to it. The other's number is the visit's.

    `said`: of tables, column to slot, by people.
    """
    found = [one for one in links if kinds[one.table] == kinds[one.key_table] == "visit"]
    found = [one for one in found if said.get(one.table, {}).get(one.column, "visit_key") == "visit_key"]
    shared = {one.table: one for one in found if _is_shared(slots[one.table], slots[one.key_table], one)}
    new: dict[str, Link] = {}
    for link in sorted(found, key=lambda one: -one.within):
        others = {one.key_table for one in new.values()}
        if link.table not in {*shared, *new, *others} and link.key_table not in new and (
            _is_same(slots[link.table], slots[link.key_table], link)
        ):  # fmt: skip
            new[link.table] = link
    return {**shared, **new}


def known_by(mine: Filled, link: Link) -> Filled:
    """The table with the other's number as that of its visits."""
    column, own = mine.table.column(link.column), mine.slots["visit_key"].column.name
    if own == link.column:
        return mine
    chance = _CALLED_SO if link.column.lower() == link.key.lower() else _ELSE
    why = f"{link.within:.0%} of its values are keys of {link.key_table}, each of one row: they are the same visits"
    key = Choice(column, "visit_key", chance, Candidate("visit_key", "", chance), order=why)
    slots = {slot: choice for slot, choice in mine.slots.items() if choice.column.name != link.column}
    spare = {name: by for name, by in mine.spare.items() if name != link.column} | {own: link.key_table}
    return replace(mine, slots={**slots, "visit_key": key}, spare=spare)


def _is_shared(mine: Filled, other: Filled, link: Link) -> bool:
    """Do both have the same number of visits?"""
    own, there = mine.get("visit_key"), other.get("visit_key")
    if own is None or there is None:
        return False
    return (own.column.name, there.column.name) == (link.column, link.key)


def _is_same(mine: Filled, other: Filled, link: Link) -> bool:
    own, there = mine.get("visit_key"), other.get("visit_key")
    if own is None or there is None or there.column.name != link.key:
        return False
    column = mine.table.column(link.column)
    filling = {slot for slot, choice in mine.slots.items() if choice.column.name == link.column}
    covered = contained(there.column.hashes, column.hashes) or 0.0
    refers = column.is_key and not column.missing and filling <= _FREE and link.within >= _WITHIN
    return refers and covered >= _MOST and _is_admission(mine) == _is_admission(other)


def _is_admission(visits: Filled) -> bool:
    """Are they of people who stayed?"""
    start = visits.get("visit.start")
    stays = visits.get("visit.end", "discharged_to") is not None
    return stays and start is not None and start.candidate.element == "admit_time"
