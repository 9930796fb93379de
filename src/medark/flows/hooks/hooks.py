"""Cards for one person at one hook: decided, read, judged, made, and told only when the audit has it"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pyarrow as pa

from medark.define.memory import moment_of
from medark.errors import AccessError, MedarkError, UsageError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.running import Running, running
from medark.flows.gate import About, person
from medark.flows.gate.parts import book_of
from medark.flows.hooks.at_hand import AtHand, cards_of
from medark.flows.hooks.judged import Said
from medark.flows.hooks.prefetch import Prefetch, with_rows
from medark.flows.hooks.prepared import Fired, Prepared
from medark.flows.hooks.records import Governed, Records, governed
from medark.flows.hooks.services import Service, prepared, services_of
from medark.flows.hooks.silence import teller
from medark.flows.hooks.told import ACTION, Asked, Shown, Told, about
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.audit import Act
from medark.model.card import Card, CardFeedback, Coding
from medark.sdk import Finding
from medark.sdk.finding import card_of, with_told

UNKNOWN = N_("nothing is known here of this patient, or nothing that you may see")
_WHO = "{person_id}"
_SEND = N_("send the prefetch that GET /cds-services names")
Rows = Mapping[str, pa.Table]


class Hooks:
    """Decision support of one workspace, for any number of threads."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.time) -> None:
        self._workspace, self._clock = workspace, clock
        self._records, self._prefetch = Records(workspace), Prefetch(workspace)
        self.at_hand = AtHand(workspace, self._records, clock)

    @property
    def _running(self) -> Running:
        return running(self._workspace)

    def services(self) -> tuple[Service, ...]:
        """All that running applications give, by application and hook."""
        with self._running.all() as found:
            return tuple(service for name in sorted(found) for service in services_of(found[name]))

    def ask(self, app: str, hook: str, told: Callable[[Service], Asked], reader: Reader) -> Told:
        """The cards of an application for one person. `told`: what is asked of a service, once it is known which it is.

        NotFoundError for a service that there is not, WrongHookError for one of another hook; AccessError with the
        reason; UnknownPatientError where nothing can be seen of the person.
        """
        with self._workspace.ledger.at_once(), self._running.one(app) as loaded:
            services = {one.hook: one for one in services_of(loaded)}
            rules = prepared(self._workspace, self._running, loaded, hook) if hook in services else None
            if rules is None:
                raise WrongHookError("this service is not for this hook", fix=" | ".join(services), at="hook")
            asked = told(services[hook])
            now = dt.datetime.fromtimestamp(self._clock(), ZoneInfo(self._workspace.settings.time_zone))
            found, owed = self._governed(loaded, rules, asked, replace(reader, app=app))
            entry = moment_of(found.record, now.replace(tzinfo=None), asked.visit_occurrence_id)
            cards = self._cards(loaded, found.judged.said(rules, entry), found.keyed, asked)
            by = teller(loaded, reader.user, self._clock(), self._workspace.ledger.cards_seen)
        people = () if asked.person_id is None else (asked.person_id,)
        return Told(cards, asked.person_id, [(act, people) for act in owed], book_of(self._workspace), by)

    def rules(self, app: str) -> tuple[str, ...]:
        """The names of an application's card rules. NotFoundError."""
        with self._running.one(app) as loaded:
            return tuple(card.name for card in loaded.app.cards)

    def feedback(self, said: Sequence[CardFeedback]) -> None:
        """Keep what clinicians said of cards."""
        self._workspace.ledger.feedback.add(said)

    # -- the record ------------------------------------------------------------------------------------------------

    def _governed(
        self, loaded: Loaded, rules: Prepared, asked: Asked, reader: Reader
    ) -> tuple[Governed, Sequence[Act]]:
        """What may be seen of the person, with what the caller sent in the place of the tables that it is about; and
        what is owed to the audit for it.
        """
        of_read = about(loaded, asked.hook)
        given, covered = self._given(asked, rules)
        sent = {table: columns for table, columns in rules.reads.items() if table in covered}
        asked_of_lake = {table: columns for table, columns in rules.reads.items() if table not in covered}
        found, owed = governed(asked.person_id or 0, {}), list[Act]()
        if asked.person_id is None and not covered:
            raise UnknownPatientError(UNKNOWN, fix=_SEND)
        if sent:
            rows = sum(given[table].num_rows for table in sent if table in given)
            of_sent = replace(of_read, detail={**of_read.detail, "sent": 1})
            owed.append(self._records.of_sent(reader, asked.person_id, sent, of_sent, rows))
        if asked_of_lake and asked.person_id is not None:
            found = self._records.of(reader, asked.person_id, asked_of_lake, of_read)
            if not found.rows and not covered and not self._is_seen(reader, asked.person_id):
                raise UnknownPatientError(UNKNOWN, fix=_SEND)
        owed += [] if found.owed is None else [found.owed]
        return with_rows(found, given), owed

    def _given(self, asked: Asked, rules: Prepared) -> tuple[Rows, frozenset[str]]:
        """The rows that the caller sent, and the tables that are told by them; drafts are more rows of theirs."""
        covered = asked.covered & frozenset(rules.reads)
        rows = self._prefetch.rows(asked.patient, asked.sent if covered else (), asked.drafts, covered)
        return {name: table for name, table in rows.items() if name in rules.reads}, covered

    def _is_seen(self, reader: Reader, person_id: int) -> bool:
        """Does the reader see that there is such a person? Not found and not shown are told apart by nobody."""
        about = About(ACTION, detail={"asked": "is there such a person"})
        reads = {"person": frozenset({"person_id"})}
        try:
            return bool(person(self._workspace, replace(reader, app=""), person_id, reads, about))
        except AccessError:
            return False

    # -- cards -----------------------------------------------------------------------------------------------------

    def _cards(self, loaded: Loaded, said: Said, keyed: frozenset[str], asked: Asked) -> tuple[Shown, ...]:
        """The cards of what rules said: kept with it, if no code of the application is asked for them."""
        if any(fired.card.card is not None for fired in said.fired):
            return tuple(self._made(loaded, said.fired, keyed, asked))
        key = cards_of(asked)
        if key not in said.made:
            said.made[key] = tuple(self._made(loaded, said.fired, keyed, asked))
        found: tuple[Shown, ...] = said.made[key]
        return found

    def _made(self, loaded: Loaded, all_fired: Sequence[Fired], keyed: frozenset[str], asked: Asked) -> Iterator[Shown]:
        for fired in all_fired:
            card = linked(self._card(loaded, fired, asked), asked.person_id)
            evidence = tuple((row.table, row.key) for row in fired.evidence if row.table in keyed)
            yield Shown(fired.card.name, card, evidence, fired.values)

    def _card(self, loaded: Loaded, fired: Fired, asked: Asked) -> Card:
        """The card of the rule's words; the application's own where its code gives one. A critical value is not left
        out because code that adds to its card fails: that is noted.
        """
        words = card_of(fired.card.rule, fired.values, asked.language, loaded.name)
        plain = with_told(words, fired.card, asked.language, loaded.name)
        if fired.card.card is None or loaded.is_resting:
            return _about(plain, loaded, fired, asked.language)
        finding = Finding(
            fired.card.name, asked.hook, plain, fired.values, fired.evidence, loaded.settings, asked.language
        )
        try:
            return _about(fired.card.card(finding), loaded, fired, asked.language)
        except MedarkError as error:
            self._running.note(loaded.name, loaded.manifest.version, error)
            return _about(plain, loaded, fired, asked.language)


def _about(card: Card, loaded: Loaded, fired: Fired, language: str) -> Card:
    """The card with the rule that it is of as its topic."""
    title = loaded.manifest.title.get(language) or loaded.manifest.title["en"]
    topic = card.source.topic or Coding(fired.card.name, f"urn:medark:app:{loaded.name}", title)
    return replace(card, source=replace(card.source, topic=topic))


def linked(card: Card, person_id: int | None) -> Card:
    """The card with the person in the place of `{person_id}` in its links; an application never knows who it is."""
    links = [
        replace(one, url=one.url.replace(_WHO, str(person_id)))
        for one in card.links
        if person_id is not None or _WHO not in one.url
    ]
    return replace(card, links=tuple(links)) if card.links else card


class WrongHookError(UsageError):
    """There is such a service, for other hooks."""

    http_status = 422


class UnknownPatientError(UsageError):
    """Nothing can be seen of the patient, and nothing of them was sent. Source: CDS Hooks 2.0: answer with 412."""

    http_status = 412
