"""Tables of one source together: who and when may be told by another table, and codes by a dictionary"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from medark.messages import N_
from medark.standardise.propose.draft.code_lists import CodeList
from medark.standardise.propose.draft.context import Context
from medark.standardise.propose.draft.events import START_OF
from medark.standardise.propose.draft.filled import Choice, Filled, filled
from medark.standardise.propose.draft.identity_number import identity_number
from medark.standardise.propose.draft.lacking import lacking
from medark.standardise.propose.draft.lines import as_line
from medark.standardise.propose.draft.listed import Fit, fitting
from medark.standardise.propose.draft.once import told_once
from medark.standardise.propose.draft.order import in_order
from medark.standardise.propose.draft.parts import Draft, IssueDraft, JoinDraft, Line, quoted
from medark.standardise.propose.draft.same_visits import known_by, same_visits
from medark.standardise.propose.draft.states import NO_STATES, States, states
from medark.standardise.propose.draft.targets import targets
from medark.standardise.propose.draft.times import time_of, with_clock
from medark.standardise.propose.draft.values import LISTED, UNITS, Lists, Said, read_of, values_of
from medark.standardise.propose.draft.ways import Way, Ways
from medark.standardise.propose.profile import Link
from medark.standardise.propose.reading import TableReading

_NAMES = ("dict.name", "care_site_name", "drug.name", "meas.name", "diag.name", "proc.name")
_OF_PEOPLE = ("birth_time", "gender", "race", "ethnicity", "age")
_NAMES_SOMEBODY = frozenset({"id:name", "id:phone"})
_MOSTLY_UNITS = 0.5  # of values: with more of them that are units, no list has to tell which
NOTHING = "nothing is made of it here"
NOTHING_TO_LOAD = N_("a person said that there is nothing to load")
_READ_BY_LINES = N_("a head: read where its lines are")
_A_DICTIONARY = N_("a dictionary: read where other tables name its rows")
NO_NUMBER = N_("no patient number")
_HEAD = "head"  # what a map calls the table whose lines another has


def composed(
    source: str,
    readings: Sequence[TableReading],
    links: Sequence[Link],
    said: Mapping[str, Mapping[str, str]],
    values: Mapping[str, Said] = MappingProxyType({}),
    lists: Sequence[CodeList] = (),
) -> tuple[Draft, ...]:
    """A draft for each table. `said`: of tables, column to slot, by people; `values`: of tables, of columns, what
    people said that values mean; `lists`: of codes, that tables of it are.
    """
    slots = {
        reading.table.name: in_order(filled(reading, said.get(reading.table.name, {})), reading.columns)
        for reading in readings
    }
    kinds = {reading.table.name: reading.kind for reading in readings}
    same = same_visits(slots, kinds, links, said)
    slots |= {name: known_by(slots[name], link) for name, link in same.items()}
    slots |= told_once(slots, kinds, links)
    of = {reading.table.name: reading for reading in readings}
    ways = Ways(slots, kinds, links)
    heads = {name: way for name in of if (way := ways.head(name)) is not None}
    made = {
        name: _Composer(
            source, reading, slots, kinds, links, said.get(name, {}), values.get(name, {}), lists, ways, same
        )
        for name, reading in of.items()
    }
    for name, way in heads.items():
        made[name].head = way
        made[name].stands_there = made[way.link.key_table].states(way)
        made[way.link.key_table].is_head = True
    return tuple(one.draft() for one in made.values())


@dataclass(slots=True)
class _Composer:
    """One table among those of its source."""

    source: str
    reading: TableReading
    slots: Mapping[str, Filled]
    kinds: Mapping[str, str]
    links: Sequence[Link]
    said: Mapping[str, str]
    values: Said
    code_lists: Sequence[CodeList] = ()
    ways: Ways = field(kw_only=False, default_factory=lambda: Ways({}, {}, ()))
    same: Mapping[str, Link] = field(default_factory=dict)  # of tables whose visits another tells too, how
    head: Way | None = None
    stands_there: States = NO_STATES
    is_head: bool = False
    joins: dict[str, JoinDraft] = field(default_factory=dict)

    def draft(self) -> Draft:
        """All of it."""
        table, kind, mine = self.reading.table.name, self.reading.kind, self.slots[self.reading.table.name]
        chance = self.reading.chance
        columns = tuple(column.name for column in self.reading.table.columns)
        if self._is_nothing():
            return Draft(table, kind, chance, columns, every_row=NOTHING_TO_LOAD)
        if kind == "dictionary":
            return Draft(table, kind, chance, columns, every_row=_A_DICTIONARY)
        fits = fitting(self.reading, mine, [one for one in self.code_lists if one.table != table])
        told: Lists = {column: (fit.codes.called, fit.codes.codes) for column, fit in fits.items()}
        stands = states(self.reading, self.said, self.values, told)
        mine = mine.without({one.column for one in stands.read} - set(self.said))
        person = self._person(mine)
        context = Context(
            source=self.source,
            table=table,
            filled=mine,
            person=person,
            visit=self._visit(mine),
            visit_start=self._visit_start(mine, kind),
            inherited=self._inherited(kind),
            names=self._named(mine),
            lists=self._lists(mine, fits),
            said=self.values,
            has_register=any(self._is_register(name) for name in self.slots if name != table),
            tells_who=self._tells_who(mine, person),
        )
        found = tuple(targets(context, kind))
        if self.is_head and not found:
            return Draft(table, kind, chance, columns, every_row=_READ_BY_LINES, read=stands.read)
        issues = (*self._issues(mine), *stands.issues, *self._issues_there()) if found else ()
        used = {c for t in found for c in t.columns} | {issue.place for issue in issues}
        joins = tuple(
            j for j in self.joins.values() if any(f"{j.name}." in li.expression for t in found for li in t.lines)
        )
        used |= {join.column for join in joins}
        spare = {**self._told_by_register(mine, context), **mine.spare}
        nothing = {c: (spare.get(c, "") and f"{spare[c]} says it") or NOTHING for c in columns if c not in used}
        written = "\n".join(line.expression for target in found for line in target.lines)
        values = {**values_of(mine.slots, written, self.values), **stands.values, **self.stands_there.values}
        return Draft(
            table, kind, chance, columns, found, joins, issues, values, nothing=nothing,
            missing=() if found else lacking(context, kind),
            read=(*stands.read, *read_of(mine.slots, frozenset(used), self.values, told)),
        )  # fmt: skip

    def _is_register(self, name: str) -> bool:
        slots = self.slots[name]
        return self.kinds[name] == "patient" and bool(slots.get("person_key")) and bool(slots.get("birth_time"))

    def _told_by_register(self, mine: Filled, context: Context) -> Mapping[str, str]:
        """Columns of a person's sex and birth, which the register of patients tells."""
        if not context.has_register or context.tells_who or self.reading.kind == "patient":
            return {}
        register = next(name for name in self.slots if name != self.reading.table.name and self._is_register(name))
        return {choice.column.name: register for slot in _OF_PEOPLE if (choice := mine.get(slot))}

    def _is_nothing(self) -> bool:
        """Did a person say that there is nothing to load? No chance that is worked out is quite 1."""
        return self.reading.kind == "other" and self.reading.chance == 1.0

    def _tells_who(self, mine: Filled, person: Line | None) -> bool:
        """Are its people in no register of the source, and does it tell who they are?"""
        number, names = identity_number(mine), {one.slot for one in mine.all("id")}
        own = mine.get("person_key")
        if number is not None and person is not None and person.columns == (number.column.name,):
            own = own or number
        if own is None or not (mine.get("birth_time") or number) or not names & {"id:name", "id:NI"}:
            return False
        return not any(self._is_register(link.key_table) for link in self._links_of(own))

    def _person(self, mine: Filled) -> Line | None:
        if own := mine.get("person_key"):
            return as_line("person_key", own)
        for choice in (mine.get("visit_key"), mine.get("detail_key")):
            for link in self.ways.registered(self.reading.table.name, choice):
                there = self.slots[link.key_table].get("person_key")
                if there and choice:
                    return self._through("stay", link, choice, there, "person_key")
        for name, way in ((_HEAD, self.head), ("who", self.ways.person(self.reading.table.name))):
            if way is not None and (there := self.slots[way.link.key_table].get("person_key")):
                return self._through(name, way.link, way.choice, there, "person_key")
        identity = next((choice for choice in mine.all("id") if choice.slot == "id:NI"), None)
        return as_line("person_key", identity) if identity else self._of_row(mine)

    def _of_row(self, mine: Filled) -> Line | None:
        """Of a register of visits that names somebody in each row and numbers nobody: whoever the row is about."""
        key, told = mine.get("visit_key"), mine.get("age", "birth_time")
        is_named = any(choice.slot in _NAMES_SOMEBODY for choice in mine.all("id"))
        if self.reading.kind != "visit" or key is None or told is None or not (is_named and key.column.is_key):
            return None
        return as_line("person_key", key) if not any(map(self._is_register, self.slots)) else None

    def _visit(self, mine: Filled) -> Line | None:
        choice = mine.get("visit_key")
        if choice:
            return self._same_visit(choice) or as_line("visit_key", choice)
        if self.head is not None and (there := self.slots[self.head.link.key_table].get("visit_key")):
            return self._through(_HEAD, self.head.link, self.head.choice, there, "visit_key")
        detail = mine.get("detail_key")
        for link in self.ways.registered(self.reading.table.name, detail):
            if detail and (there := self.slots[link.key_table].get("visit_key")):
                return self._through("stay", link, detail, there, "visit_key")
        return None

    def _same_visit(self, choice: Choice) -> Line | None:
        """The number that a visit goes by, where it is another's than the row has: told by the visit's register."""
        links = self.ways.registered(self.reading.table.name, choice)
        known = [link for link in links if self._is_number_of_visit(link)]
        for link in links:
            told = self.same.get(link.key_table)
            if told and link.key != told.column and not any(one.within >= link.within for one in known):
                return self._through("stay", link, choice, self.slots[link.key_table].slots["visit_key"], "visit_key")
        return None

    def _is_number_of_visit(self, link: Link) -> bool:
        key = self.slots[link.key_table].get("visit_key")
        return key is not None and key.column.name == link.key

    def _visit_start(self, mine: Filled, kind: str) -> Line | None:
        """When the visit began, where the row has no time of its own."""
        if kind in ("visit", "stay", "patient"):
            return None
        for choice in (mine.get("visit_key"), mine.get("detail_key")):
            for link in self.ways.registered(self.reading.table.name, choice):
                there = self.slots[link.key_table].get("visit.start", "detail.start")
                if choice and there and there.column.date_form and not there.is_distance:
                    return self._through("stay", link, choice, there, "start_time")
        return None

    def _inherited(self, kind: str) -> Mapping[str, Line]:
        """What lines have from their head: when it was, and who ordered it."""
        if self.head is None:
            return {}
        link, choice = self.head.link, self.head.choice
        found: dict[str, Line] = {}
        if (start := START_OF.get(kind)) and (time := self.ways.time_of(link.key_table)):
            found[start] = self._through(_HEAD, link, choice, time, "start_time")
        if doctor := self.slots[link.key_table].get("provider_key"):
            found["provider_key"] = self._through(_HEAD, link, choice, doctor, "provider_key")
        return found

    def _issues_there(self) -> tuple[IssueDraft, ...]:
        """Whether the row stands, by its head."""
        held = self.joins.get(_HEAD)
        if held is None:
            return ()
        self.joins[_HEAD] = replace(held, reads=(*held.reads, *(one.column for one in self.stands_there.read)))
        return self.stands_there.issues

    def states(self, way: Way) -> States:
        """Which rows stand, as their lines ask it. `way`: of the lines to this table."""
        mine = self.slots[self.reading.table.name]
        fits = fitting(self.reading, mine, [one for one in self.code_lists if one.table != self.reading.table.name])
        told: Lists = {column: (fit.codes.called, fit.codes.codes) for column, fit in fits.items()}
        return states(self.reading, self.said, self.values, told, joined=_HEAD, place=way.link.column)

    def _named(self, mine: Filled) -> Mapping[str, Line]:
        """What a dictionary calls the codes of columns that have no name beside them."""
        found: dict[str, Line] = {}
        for slot in ("diag.code", "proc.code", "drug.code", "meas.code", "exam.code"):
            choice = mine.get(slot)
            for link in self._links_of(choice):
                if choice and (there := self.slots[link.key_table].get(*_NAMES)):
                    found[choice.column.name] = self._through("item", link, choice, there, "code_text")
                    break
        return found

    def _lists(self, mine: Filled, fits: Mapping[str, Fit]) -> Mapping[str, Line]:
        """What a list in another table calls the codes of a column."""
        found: dict[str, Line] = {}
        for slot in LISTED:
            choice = mine.get(slot)
            if choice is None or (slot in UNITS and choice.column.share("unit") >= _MOSTLY_UNITS):
                continue
            name = f"{slot.partition('.')[2] or slot}_list"
            fit = fits.get(choice.column.name)
            link = next(filter(self._is_dictionary, self._links_of(choice)), None)
            there = self.slots[link.key_table].get("dict.name") if link else None
            if fit is not None and (fit.codes.name or there is None):
                found[choice.column.name] = self._in_list(name, fit, choice)
            elif link is not None and there is not None:
                found[choice.column.name] = self._through(name, link, choice, there, "code_text")
        return found

    def _is_dictionary(self, link: Link) -> bool:
        return self.kinds[link.key_table] == "dictionary" and self.slots[link.key_table].get("dict.name") is not None

    def _in_list(self, name: str, fit: Fit, choice: Choice) -> Line:
        """A line that looks into one of the lists of a table."""
        one = fit.codes
        where = {one.list_column: one.name} if one.list_column else {}
        self.joins[name] = JoinDraft(name, one.table, one.code_column, choice.column.name, (one.name_column,), where)
        chance = min(choice.chance, fit.chance)
        return Line("code_text", f"{name}.{quoted(one.name_column)}", (choice.column.name,), chance, (fit.why,))

    def _links_of(self, choice: Choice | None) -> list[Link]:
        if choice is None:
            return []
        return [k for k in self.links if (k.table, k.column) == (self.reading.table.name, choice.column.name)]

    def _through(self, name: str, link: Link, choice: Choice, there: Choice, field_: str) -> Line:
        """A line that looks into another table."""
        held = self.joins.get(name)
        if held is not None and held.table != link.key_table:
            name = f"{name}_{len(self.joins) + 1}"
        reads = (*(held.reads if held and held.name == name else ()), there.column.name)
        reads += (there.clock.name,) if there.clock else ()
        self.joins[name] = JoinDraft(name, link.key_table, link.key, choice.column.name, reads)
        text = f"{name}.{quoted(there.column.name)}"
        if field_.endswith("_time"):
            text, _ = time_of(there, text)
            text = with_clock(text, f"{name}.{quoted(there.clock.name)}", there.clock) if there.clock else text
        why = (f"{link.within:.0%} of its values are keys of {link.key_table}",)
        return Line(field_, text, (choice.column.name,), min(choice.chance, there.chance), why)

    def _issues(self, mine: Filled) -> tuple[IssueDraft, ...]:
        found = []
        if own := mine.get("person_key"):
            when = f"{quoted(own.column.name)} is null"
            found.append(IssueDraft(when, "quarantined", NO_NUMBER, own.column.name))
        return tuple(found)
