"""Many rules judged for one person at once: all of them, or only those that what arrived can change"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from medark.define.answers import TIME, Trigger, triggers
from medark.define.concepts.ids import ResolvedSets, ids_of
from medark.define.definitions import Rule
from medark.define.memory.context import Entry, Person
from medark.define.memory.parts import Part
from medark.define.memory.populations import entries_of
from medark.define.memory.quick import Quick
from medark.define.memory.record import Record
from medark.define.nodes import Everyone, Node, Population
from medark.errors import DefinitionError


class Decision(NamedTuple):
    """What a rule says of an entry: `fires` is true, false, or missing. Its card's values are there where it fires."""

    rule: str
    fires: bool | None
    values: Mapping[str, Any]


class _Judge(NamedTuple):
    rule: str
    when: Part
    values: tuple[tuple[str, Part], ...]


class RuleSet:
    """Rules compiled together, so that what they have in common is worked out once for an entry."""

    def __init__(self, rules: Sequence[Rule], resolved: ResolvedSets, *, population: Population | None = None) -> None:
        """`population`: the entries that rules are judged for, everyone without one. Names of rules must differ."""
        self.population = population or Everyone()
        named = {rule.name: rule for rule in rules}
        if len(named) < len(rules):
            raise DefinitionError("two rules have one name", fix="give each rule a name of its own")
        compiler = Quick(resolved, (self.population, *_asked(rules)))
        self._entries = entries_of(self.population, compiler)
        self._judges = {rule.name: _judge(rule, compiler) for rule in rules}
        self._triggers = _Triggers({name: triggers(rule.on(self.population)) for name, rule in named.items()}, resolved)

    @property
    def by_time(self) -> frozenset[str]:
        """The rules that a new day can change."""
        return self._triggers.whole(TIME.table)

    def triggered_by(self, table: str, concept_id: int | None, source_concept_id: int | None = None) -> frozenset[str]:
        """The rules that a row of a table can change by arriving, changing or leaving, by its two concepts."""
        return self._triggers.of(table, concept_id, source_concept_id)

    def entries(self, record: Record, *, today: dt.date) -> list[Entry]:
        """The entries of a person that rules are judged for."""
        return [e.entry for e in self._entries(Person(record, today))]

    def judge(
        self, record: Record, entry: Entry, *, today: dt.date, only: Iterable[str] | None = None
    ) -> list[Decision]:
        """What each rule (each of `only`) says of the entry. What rules share is worked out once a call."""
        e = Person(record, today).at(entry)
        judges = self._judges.values() if only is None else [self._judges[name] for name in only]
        return [
            Decision(name, True, {key: value(e) for key, value in values}) if fires else Decision(name, fires, {})
            for name, when, values in judges
            for fires in (when(e),)
        ]


def moment_of(record: Record, now: dt.datetime, visit_occurrence_id: int | None = None) -> Entry:
    """A person at this moment as an entry: what rules at the bedside are judged for."""
    return Entry(record.person_id, record.person_id, now, now, visit_occurrence_id)


class _Triggers:
    """Rules by what triggers them."""

    def __init__(self, triggers_of: Mapping[str, frozenset[Trigger]], resolved: ResolvedSets) -> None:
        self._whole: dict[str, set[str]] = {}
        self._by_concept: dict[tuple[str, bool, int | None], set[str]] = {}
        for rule, found in triggers_of.items():
            for one in found:
                self._add(rule, one, resolved)

    def whole(self, table: str) -> frozenset[str]:
        return frozenset(self._whole.get(table, ()))

    def of(self, table: str, concept_id: int | None, source_concept_id: int | None) -> frozenset[str]:
        keys = ((table, False, concept_id), (table, True, source_concept_id))
        return self.whole(table).union(*(self._by_concept[key] for key in keys if key in self._by_concept))

    def _add(self, rule: str, trigger: Trigger, resolved: ResolvedSets) -> None:
        if trigger.concepts is None:
            self._whole.setdefault(trigger.table, set()).add(rule)
            return
        for concept in ids_of(trigger.concepts, resolved, source=trigger.source):
            self._by_concept.setdefault((trigger.table, trigger.source, concept), set()).add(rule)


def _judge(rule: Rule, compiler: Quick) -> _Judge:
    assert isinstance(rule.values, tuple)
    return _Judge(
        rule.name,
        compiler.entry(rule.when),  # type: ignore[arg-type]
        tuple((variable.name, compiler.entry(variable.value)) for variable in rule.values),
    )


def _asked(rules: Iterable[Rule]) -> Iterable[Node]:
    for rule in rules:
        yield from rule.children()
