"""How a row leads to its patient: by a register of visits or of patients, or by the head that its lines belong to"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.profile import Link
from medark.standardise.propose.reading import Candidate

_REGISTERS: Final = ("visit", "stay", "patient", "fee")  # where a visit is looked up, best first
_NO_HEADS: Final = frozenset({"visit", "stay", "patient", "dept", "staff", "dictionary"})
_FREE: Final = frozenset({"row_key", "visit_key", "detail_key"})  # slots of a column that may lead to a head
_TIMES: Final = ("drug.start", "meas.time", "exam.time", "proc.start", "diag.time", "fee.time", "note.time",
                 "device.start", "allergy.time", "visit.start", "created")  # fmt: skip
_CALLED_SO, _ELSE = 0.95, 0.85  # how sure a way is by a column that is called like the key, and by another
_ONLY_ONE = 0.75  # how sure the only time of a head is its own


@dataclass(frozen=True, slots=True)
class Way:
    """A column that leads to a row of another table, by its key."""

    link: Link
    choice: Choice


@dataclass(frozen=True, slots=True)
class Ways:
    """The tables of a source with what fills their slots, their kinds, and the links between them."""

    slots: Mapping[str, Filled]
    kinds: Mapping[str, str]
    links: Sequence[Link]

    def registered(self, table: str, choice: Choice | None) -> list[Link]:
        """Where a number of visits is looked up: registers of visits first, and never among notes or results."""
        if choice is None:
            return []
        found = [k for k in self.links if (k.table, k.column) == (table, choice.column.name) and self._is_register(k)]
        return sorted(found, key=lambda link: _REGISTERS.index(self.kinds[link.key_table]))

    def head(self, table: str) -> Way | None:
        """The head whose lines a table has: of a prescription, a bill. None where its rows say whose they are."""
        mine = self.slots[table]
        if mine.get("person_key") or self.kinds[table] in _NO_HEADS or self._is_known(table):
            return None
        return self._best([link for link in self.links if link.table == table and self._is_head(mine, link)])

    def person(self, table: str) -> Way | None:
        """A number that the register of patients has beside its key."""
        mine = self.slots[table]
        taken = {choice.column.name for choice in mine.slots.values()}
        return self._best([
            link for link in self.links
            if link.table == table and self.kinds[link.key_table] == "patient" and link.column not in taken
            and self.slots[link.key_table].get("person_key") is not None
        ])  # fmt: skip

    def time_of(self, table: str) -> Choice | None:
        """When what a head tells of was: by the slot of a time, or the only time that it has."""
        mine = self.slots[table]
        if (found := mine.get(*_TIMES)) is not None and found.column.date_form:
            return found
        dated = [column for column in mine.table.columns if column.date_form]
        dated = [
            column for column in dated if not (mine.get("birth_time") and mine.slots["birth_time"].column is column)
        ]
        if len(dated) != 1:
            return None
        return Choice(dated[0], "created", _ONLY_ONE, Candidate("created", "", _ONLY_ONE))

    def heads(self) -> frozenset[str]:
        """Tables that others' rows lead to as their head."""
        return frozenset(way.link.key_table for table in self.slots if (way := self.head(table)) is not None)

    def is_dictionary(self, table: str) -> bool:
        """Does a table say what codes are called?"""
        return self.kinds[table] == "dictionary" and self.slots[table].get("dict.name") is not None

    def is_register_of_people(self, table: str) -> bool:
        """Does a table number people and tell when they were born?"""
        mine = self.slots[table]
        return self.kinds[table] == "patient" and bool(mine.get("person_key")) and bool(mine.get("birth_time"))

    def _is_register(self, link: Link) -> bool:
        kind, there = self.kinds[link.key_table], self.slots[link.key_table]
        if kind != "fee":
            return kind in _REGISTERS
        key = there.get("visit_key")
        return key is not None and key.column.name == link.key

    def _is_known(self, table: str) -> bool:
        mine = self.slots[table]
        ways = [link for slot in ("visit_key", "detail_key") for link in self.registered(table, mine.get(slot))]
        return any(self.slots[link.key_table].get("person_key") for link in ways)

    def _is_head(self, mine: Filled, link: Link) -> bool:
        there = self.slots[link.key_table]
        person, visit = there.get("person_key"), there.get("visit_key")
        if person is None or self.kinds[link.key_table] in _NO_HEADS:
            return False
        filling = {slot for slot, choice in mine.slots.items() if choice.column.name == link.column}
        is_key = link.key not in {one.column.name for one in (person, visit) if one is not None}
        return is_key and filling <= _FREE

    def _best(self, links: Sequence[Link]) -> Way | None:
        """The way by a column that is called like the key, if there is one."""
        if not links:
            return None
        best = min(links, key=lambda link: (link.column.lower() != link.key.lower(), -link.within, link.key_table))
        chance = _CALLED_SO if best.column.lower() == best.key.lower() else _ELSE
        column = self.slots[best.table].table.column(best.column)
        return Way(best, Choice(column, "", chance, Candidate("", "", chance)))
