"""Whose the rows of a table are, and of which visit: by a number of their own, or by one that leads to another table"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.draft.identity_number import identity_number
from medark.standardise.propose.draft.joins import Joins
from medark.standardise.propose.draft.lines import as_line
from medark.standardise.propose.draft.parts import Line
from medark.standardise.propose.draft.ways import Way, Ways
from medark.standardise.propose.profile import Link

HEAD = "head"  # what a map calls the table whose lines another has
_STAY = "stay"  # what a map calls the register of visits that a row's number leads to
_NAMES_SOMEBODY = frozenset({"id:name", "id:phone"})


@dataclass(frozen=True, slots=True)
class Whose:
    """Of one table. `mine`: what fills its slots; `same`: of tables whose visits another tells too, how; `head`: the
    way to the head whose lines it has.
    """

    mine: Filled
    kind: str
    ways: Ways
    joins: Joins
    same: Mapping[str, Link]
    head: Way | None

    def person(self) -> Line | None:
        """Whose a row is."""
        if own := self.mine.get("person_key"):
            return as_line("person_key", own)
        for choice in (self.mine.get("visit_key"), self.mine.get("detail_key")):
            if line := self._through_register(choice, ("person_key",), "person_key"):
                return line
        for name, way in ((HEAD, self.head), ("who", self.ways.person(self.joins.table))):
            if way is not None and (there := self.ways.slots[way.link.key_table].get("person_key")):
                return self.joins.through(name, way.link, way.choice, there, "person_key")
        identity = next((choice for choice in self.mine.all("id") if choice.slot == "id:NI"), None)
        return as_line("person_key", identity) if identity else self._of_row()

    def visit(self) -> Line | None:
        """Of which visit a row is."""
        if choice := self.mine.get("visit_key"):
            return self._same_visit(choice) or as_line("visit_key", choice)
        if self.head is not None and (there := self.ways.slots[self.head.link.key_table].get("visit_key")):
            return self.joins.through(HEAD, self.head.link, self.head.choice, there, "visit_key")
        return self._through_register(self.mine.get("detail_key"), ("visit_key",), "visit_key")

    def visit_start(self) -> Line | None:
        """When the visit began, where the row has no time of its own."""
        if self.kind in ("visit", "stay", "patient"):
            return None
        for choice in (self.mine.get("visit_key"), self.mine.get("detail_key")):
            if line := self._through_register(choice, ("visit.start", "detail.start"), "start_time"):
                return line
        return None

    def is_told_here(self, person: Line | None) -> bool:
        """Are its people in no register of the source, and does it tell who they are?"""
        number, names = identity_number(self.mine), {one.slot for one in self.mine.all("id")}
        own = self.mine.get("person_key")
        if number is not None and person is not None and person.columns == (number.column.name,):
            own = own or number
        if own is None or not (self.mine.get("birth_time") or number) or not names & {"id:name", "id:NI"}:
            return False
        return not any(self.ways.is_register_of_people(link.key_table) for link in self.joins.of(own))

    def _through_register(self, choice: Choice | None, slots: tuple[str, ...], field_: str) -> Line | None:
        for link in self.ways.registered(self.joins.table, choice):
            there = self.ways.slots[link.key_table].get(*slots)
            if choice and there and (field_ != "start_time" or (there.column.date_form and not there.is_distance)):
                return self.joins.through(_STAY, link, choice, there, field_)
        return None

    def _of_row(self) -> Line | None:
        """Of a register of visits that names somebody in each row and numbers nobody: whoever the row is about."""
        key, told = self.mine.get("visit_key"), self.mine.get("age", "birth_time")
        is_named = any(choice.slot in _NAMES_SOMEBODY for choice in self.mine.all("id"))
        if self.kind != "visit" or key is None or told is None or not (is_named and key.column.is_key):
            return None
        is_registered = any(map(self.ways.is_register_of_people, self.ways.slots))
        return None if is_registered else as_line("person_key", key)

    def _same_visit(self, choice: Choice) -> Line | None:
        """The number that a visit goes by, where it is another's than the row has: told by the visit's register."""
        links = self.ways.registered(self.joins.table, choice)
        known = [link for link in links if self._is_number_of_visit(link)]
        for link in links:
            told = self.same.get(link.key_table)
            if told and link.key != told.column and not any(one.within >= link.within for one in known):
                there = self.ways.slots[link.key_table].slots["visit_key"]
                return self.joins.through(_STAY, link, choice, there, "visit_key")
        return None

    def _is_number_of_visit(self, link: Link) -> bool:
        key = self.ways.slots[link.key_table].get("visit_key")
        return key is not None and key.column.name == link.key
