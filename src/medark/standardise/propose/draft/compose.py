"""Tables of one source together: who and when may be told by another table, and codes by a dictionary"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from medark.messages import N_
from medark.standardise.propose.draft.called import by_dictionary, by_list
from medark.standardise.propose.draft.code_lists import CodeList
from medark.standardise.propose.draft.context import Context
from medark.standardise.propose.draft.events import START_OF
from medark.standardise.propose.draft.filled import Filled, filled
from medark.standardise.propose.draft.joins import Joins
from medark.standardise.propose.draft.lacking import lacking
from medark.standardise.propose.draft.listed import Fit, fitting
from medark.standardise.propose.draft.once import told_once
from medark.standardise.propose.draft.order import in_order
from medark.standardise.propose.draft.parts import Draft, IssueDraft, Line, quoted
from medark.standardise.propose.draft.same_visits import known_by, same_visits
from medark.standardise.propose.draft.states import NO_STATES, States, states
from medark.standardise.propose.draft.targets import targets
from medark.standardise.propose.draft.values import Lists, Said, read_of, values_of
from medark.standardise.propose.draft.ways import Way, Ways
from medark.standardise.propose.draft.whose import HEAD, Whose
from medark.standardise.propose.profile import Link
from medark.standardise.propose.reading import TableReading

_OF_PEOPLE = ("birth_time", "gender", "race", "ethnicity", "age")
NOTHING = "nothing is made of it here"
NOTHING_TO_LOAD = N_("a person said that there is nothing to load")
_READ_BY_LINES = N_("a head: read where its lines are")
_A_DICTIONARY = N_("a dictionary: read where other tables name its rows")
NO_NUMBER = N_("no patient number")


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
        name: _Composer(source, reading, said.get(name, {}), values.get(name, {}), lists, ways, same)
        for name, reading in of.items()
    }
    for name, way in heads.items():
        made[name].head = way
        made[name].stands_there = made[way.link.key_table].states(way)
        made[way.link.key_table].is_head = True
    return tuple(one.draft() for one in made.values())


@dataclass(slots=True)
class _Composer:
    """One table among those of its source. `same`: of tables whose visits another tells too, how."""

    source: str
    reading: TableReading
    said: Mapping[str, str]
    values: Said
    code_lists: Sequence[CodeList]
    ways: Ways
    same: Mapping[str, Link]
    head: Way | None = None
    stands_there: States = NO_STATES
    is_head: bool = False

    def draft(self) -> Draft:
        """All of it."""
        table, kind, chance = self.reading.table.name, self.reading.kind, self.reading.chance
        columns = tuple(column.name for column in self.reading.table.columns)
        if self._is_nothing():
            return Draft(table, kind, chance, columns, every_row=NOTHING_TO_LOAD)
        if kind == "dictionary":
            return Draft(table, kind, chance, columns, every_row=_A_DICTIONARY)
        fits = self._fits()
        stands = states(self.reading, self.said, self.values, _told(fits))
        mine = self.ways.slots[table].without({one.column for one in stands.read} - set(self.said))
        joins = Joins(table, self.ways.links)
        context = self._context(mine, joins, fits)
        found = tuple(targets(context, kind))
        if self.is_head and not found:
            return Draft(table, kind, chance, columns, every_row=_READ_BY_LINES, read=stands.read)
        issues = (*_issues(mine), *stands.issues, *self._issues_there(joins)) if found else ()
        used = {c for t in found for c in t.columns} | {issue.place for issue in issues}
        used |= {join.column for join in joins.used(found)}
        spare = {**self._told_by_register(mine, context), **mine.spare}
        nothing = {c: (spare.get(c, "") and f"{spare[c]} says it") or NOTHING for c in columns if c not in used}
        written = "\n".join(line.expression for target in found for line in target.lines)
        values = {**values_of(mine.slots, written, self.values), **stands.values, **self.stands_there.values}
        return Draft(
            table, kind, chance, columns, found, joins.used(found), issues, values, nothing=nothing,
            missing=() if found else lacking(context, kind),
            read=(*stands.read, *read_of(mine.slots, frozenset(used), self.values, _told(fits))),
        )  # fmt: skip

    def states(self, way: Way) -> States:
        """Which rows stand, as their lines ask it. `way`: of the lines to this table."""
        told = _told(self._fits())
        return states(self.reading, self.said, self.values, told, joined=HEAD, place=way.link.column)

    def _context(self, mine: Filled, joins: Joins, fits: Mapping[str, Fit]) -> Context:
        table, kind = self.reading.table.name, self.reading.kind
        whose = Whose(mine, kind, self.ways, joins, self.same, self.head)
        person = whose.person()
        return Context(
            source=self.source,
            table=table,
            filled=mine,
            person=person,
            visit=whose.visit(),
            visit_start=whose.visit_start(),
            inherited=self._inherited(joins),
            names=by_dictionary(mine, self.ways, joins),
            lists=by_list(mine, self.ways, joins, fits),
            said=self.values,
            has_register=self._register() is not None,
            tells_who=whose.is_told_here(person),
        )

    def _fits(self) -> Mapping[str, Fit]:
        """Of columns, the list of another table that has their values."""
        table = self.reading.table.name
        others = [one for one in self.code_lists if one.table != table]
        return fitting(self.reading, self.ways.slots[table], others)

    def _register(self) -> str | None:
        """Another table of the source that is its register of patients."""
        others = (name for name in self.ways.slots if name != self.reading.table.name)
        return next(filter(self.ways.is_register_of_people, others), None)

    def _told_by_register(self, mine: Filled, context: Context) -> Mapping[str, str]:
        """Columns of a person's sex and birth, which the register of patients tells."""
        register = self._register()
        if register is None or context.tells_who or self.reading.kind == "patient":
            return {}
        return {choice.column.name: register for slot in _OF_PEOPLE if (choice := mine.get(slot))}

    def _is_nothing(self) -> bool:
        """Did a person say that there is nothing to load? No chance that is worked out is quite 1."""
        return self.reading.kind == "other" and self.reading.chance == 1.0

    def _inherited(self, joins: Joins) -> Mapping[str, Line]:
        """What lines have from their head: when it was, and who ordered it."""
        if self.head is None:
            return {}
        link, choice = self.head.link, self.head.choice
        found: dict[str, Line] = {}
        if (start := START_OF.get(self.reading.kind)) and (time := self.ways.time_of(link.key_table)):
            found[start] = joins.through(HEAD, link, choice, time, "start_time")
        if doctor := self.ways.slots[link.key_table].get("provider_key"):
            found["provider_key"] = joins.through(HEAD, link, choice, doctor, "provider_key")
        return found

    def _issues_there(self, joins: Joins) -> tuple[IssueDraft, ...]:
        """Whether the row stands, by its head."""
        is_joined = joins.also_read(HEAD, (one.column for one in self.stands_there.read))
        return self.stands_there.issues if is_joined else ()


def _told(fits: Mapping[str, Fit]) -> Lists:
    return {column: (fit.codes.called, fit.codes.codes) for column, fit in fits.items()}


def _issues(mine: Filled) -> tuple[IssueDraft, ...]:
    own = mine.get("person_key")
    if own is None:
        return ()
    return (IssueDraft(f"{quoted(own.column.name)} is null", "quarantined", NO_NUMBER, own.column.name),)
