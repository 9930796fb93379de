"""Cards for a hook: the rules of all running applications, judged for one person at this moment"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from medark.define.answers import reads
from medark.define.concepts.ids import ResolvedSets
from medark.define.memory import Decision, Entry, Evidence, Record, RuleSet, moment_of
from medark.define.memory.context import Person
from medark.define.memory.evidence import Explainer
from medark.define.memory.quick import Quick
from medark.errors import AccessError, MedarkError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.reading import record
from medark.flows.apps.running import Running, running
from medark.flows.definitions.concepts import sets_of
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.card import Card, Coding
from medark.sdk.app import CardRule
from medark.sdk.finding import Finding, card_of


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a hook asks. `now` is in the workspace's zone, without one.

    `drafts`: rows that are not in the lake yet, by table, such as orders that are being written (each with a key).
    """

    now: dt.datetime
    visit_occurrence_id: int | None = None
    drafts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict, repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Service:
    """What one application offers at one hook."""

    app: str
    hook: str
    title: Mapping[str, str]
    description: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card, whose it is, and the rows that decided it."""

    card: Card
    app: str
    rule: str
    evidence: tuple[Evidence, ...] = field(repr=False)


def services(workspace: Workspace) -> list[Service]:
    """Each application that has cards at a hook, with that hook."""
    with running(workspace).all() as loaded:
        return [
            Service(name, hook, one.manifest.title, one.manifest.description)
            for name, one in loaded.items()
            for hook in dict.fromkeys(hook for rule in one.app.cards for hook in rule.hooks)
        ]


def cards(
    workspace: Workspace, reader: Reader, hook: str, person_id: int, moment: Moment, *, app: str = ""
) -> list[Card]:
    """The cards of a hook for one person; of all applications, or of one. See `shown_cards`."""
    return [one.card for one in shown_cards(workspace, reader, hook, person_id, moment, app=app)]


def shown_cards(
    workspace: Workspace, reader: Reader, hook: str, person_id: int, moment: Moment, *, app: str = ""
) -> list[ShownCard]:
    """The cards of a hook for one person, the most urgent first, each with its evidence.

    An application that fails hinders no other: what went wrong is noted, and a rule whose code fails keeps the card
    of its own words. An application that the reader may not use shows nothing here; asked for alone, it is AccessError.
    """
    found: list[ShownCard] = []
    apps = running(workspace)
    with apps.all() as loaded:
        for name, one in loaded.items():
            if app in ("", name) and any(hook in rule.hooks for rule in one.app.cards):
                found += _of_app(
                    apps, workspace, replace(reader, app=name), one, hook, person_id, moment, alone=bool(app)
                )
    return sorted(found, key=lambda one: _URGENCY.index(one.card.indicator))


_URGENCY = ("critical", "warning", "info")


def _of_app(
    apps: Running, workspace: Workspace, reader: Reader, loaded: Loaded, hook: str, person_id: int, moment: Moment,
    *, alone: bool,
) -> list[ShownCard]:  # fmt: skip
    try:
        rules = rules_of(workspace, loaded, hook)
        held = record(workspace, reader, person_id, rules.reads, hook)
        for table, rows in moment.drafts.items():
            held = held.with_rows(table, rows) if table in rules.reads else held
        entry = moment_of(held, moment.now, moment.visit_occurrence_id)
        fired = [one for one in rules.judged.judge(held, entry, today=moment.now.date()) if one.fires]
        return [_shown(apps, loaded, rules, one, (held, entry), hook, moment.language) for one in fired]
    except AccessError:
        if alone:
            raise
        return []
    except MedarkError as error:
        apps.note(loaded.name, loaded.manifest.version, error)
        return []


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one application at one hook, ready to be judged."""

    judged: RuleSet
    by_name: Mapping[str, CardRule]  # by the rule's own name
    sets: ResolvedSets
    reads: Mapping[str, frozenset[str]]


def rules_of(workspace: Workspace, loaded: Loaded, hook: str) -> Rules:
    """Compiled once for as long as the application and the vocabulary stay the same."""
    key = (hook, workspace.vocabulary.digest)
    kept = loaded.kept.get(key)
    if not isinstance(kept, Rules):
        kept = loaded.kept[key] = _compiled(workspace, loaded, hook)
    return kept


def _compiled(workspace: Workspace, loaded: Loaded, hook: str) -> Rules:
    mine = {rule.rule.name: rule for rule in loaded.app.cards if hook in rule.hooks}
    sets: dict[Any, Any] = {}
    asked: dict[str, frozenset[str]] = {}
    with workspace.engine.session() as session:
        for one in mine.values():
            sets |= sets_of(workspace, session, one.rule)
            for table, columns in reads(one.rule).items():
                asked[table] = asked.get(table, frozenset()) | columns
    return Rules(RuleSet([one.rule for one in mine.values()], sets), mine, sets, asked)


def _shown(
    apps: Running, loaded: Loaded, rules: Rules, fired: Decision, at: tuple[Record, Entry], hook: str, language: str
) -> ShownCard:
    rule = rules.by_name[fired.rule]
    evidence = _evidence(rule, rules, *at)
    own = card_of(rule.rule, fired.values, language, loaded.name)
    card = own
    if rule.card is not None:
        told = Finding(rule.name, hook, own, fired.values, evidence, loaded.settings, language)
        try:
            card = rule.card(told)
        except MedarkError as error:  # a critical value is not left out because a link could not be made
            apps.note(loaded.name, loaded.manifest.version, error)
    return ShownCard(_named(card, loaded, rule, language), loaded.name, rule.name, evidence)


def _named(card: Card, loaded: Loaded, rule: CardRule, language: str) -> Card:
    """The card with a number of its own, and the rule that it is about as its topic."""
    title = loaded.manifest.title[language if language in loaded.manifest.title else "en"]
    topic = card.source.topic or Coding(rule.name, f"urn:medark:app:{loaded.name}", title)
    return replace(card, uuid=str(uuid.uuid4()), source=replace(card.source, topic=topic))


def _evidence(rule: CardRule, rules: Rules, held: Record, entry: Entry) -> tuple[Evidence, ...]:
    """The rows that decided that it fires."""
    when: Any = rule.rule.when
    explainer = Explainer(Quick(rules.sets, (when,)))
    return explainer.explained(when, Person(held, entry.start.date()).at(entry)).evidence
