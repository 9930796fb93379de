"""The card rules of one application at one hook, compiled once and judged for many people"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medark.define import Rule
from medark.define.answers import reads
from medark.define.concepts.ids import ResolvedSets
from medark.define.memory import Entry, Evidence, Record, RuleSet
from medark.define.memory.context import Context, Person
from medark.define.memory.evidence import Explainer
from medark.define.memory.quick import Quick
from medark.define.nodes import Value
from medark.sdk.app import CardRule


@dataclass(frozen=True, slots=True)
class Fired:
    """A card rule that fires, with its values and the rows that decided it."""

    card: CardRule
    values: Mapping[str, Any]
    evidence: tuple[Evidence, ...]


class Prepared:
    """`reads`: the tables and columns that all of its rules read. Safe for any number of threads."""

    def __init__(self, cards: Sequence[CardRule], resolved: ResolvedSets) -> None:
        self.cards = {card.name: card for card in cards}
        rules = [named(card) for card in cards]
        self.reads = merged(rules)
        self._rules = RuleSet(rules, resolved)
        self._whens: dict[str, Value] = {rule.name: rule.when for rule in rules}  # type: ignore[misc]
        self._explainer = Explainer(Quick(resolved, tuple(self._whens.values())))

    def fired(self, record: Record, entry: Entry, today: dt.date) -> Iterator[Fired]:
        """The rules that fire for a person at a moment, in the order the application has them."""
        context: Context | None = None
        for decision in self._rules.judge(record, entry, today=today):
            if decision.fires:
                context = context or Person(record, today).at(entry)
                evidence = self._explainer.explained(self._whens[decision.rule], context).evidence
                yield Fired(self.cards[decision.rule], decision.values, evidence)


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
