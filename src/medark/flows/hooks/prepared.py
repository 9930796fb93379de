"""The card rules of one application at one hook, compiled once and judged for many people"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medark.define import Rule
from medark.define.answers import reads
from medark.define.concepts.ids import ResolvedSets
from medark.define.memory import Entry, Evidence, Record
from medark.define.memory.context import Person
from medark.define.memory.evidence import Explainer
from medark.define.memory.quick import Quick
from medark.define.nodes import Everyone, Value
from medark.sdk.app import CardRule


@dataclass(frozen=True, slots=True)
class Fired:
    """A card rule that fires, with its values and the rows that decided it."""

    card: CardRule
    values: Mapping[str, Any]
    evidence: tuple[Evidence, ...]


class Prepared:
    """`reads`: the tables and columns that all of its rules read. Safe for any number of threads.

    Rules and what explains them are compiled as one: what a rule worked out is not worked out again for its evidence.
    """

    def __init__(self, cards: Sequence[CardRule], resolved: ResolvedSets) -> None:
        rules = [named(card) for card in cards]
        self.reads = merged(rules)
        compiler = Quick(resolved, (Everyone(), *(node for rule in rules for node in rule.children())))
        self._judges = [_Judge(card, rule, compiler) for card, rule in zip(cards, rules, strict=True)]
        self._explainer = Explainer(compiler)

    def fired(self, record: Record, entry: Entry, today: dt.date) -> Iterator[Fired]:
        """The rules that fire for a person at a moment, in the order the application has them."""
        context = Person(record, today).at(entry)
        for judge in self._judges:
            if judge.when(context):
                values = {name: value(context) for name, value in judge.values}
                evidence = self._explainer.explained(judge.condition, context).evidence
                yield Fired(judge.card, values, evidence)


class _Judge:
    """One rule, compiled."""

    def __init__(self, card: CardRule, rule: Rule, compiler: Quick) -> None:
        assert isinstance(rule.values, tuple)
        assert isinstance(rule.when, Value)
        self.card, self.condition = card, rule.when
        self.when = compiler.entry(rule.when)
        self.values = [(variable.name, compiler.entry(variable.value)) for variable in rule.values]


def named(card: CardRule) -> Rule:
    """A card's rule under the card's name, which no other card of the application has."""
    return replace(card.rule, name=card.name)


def merged(rules: Sequence[Rule]) -> Mapping[str, frozenset[str]]:
    """What rules read, all together."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        for table, columns in reads(rule).items():
            found[table] = found.get(table, frozenset()) | columns
    return dict(sorted(found.items()))
