"""Cards that can be told at once, of people who were asked of before: nothing is read, judged or waited for"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from zoneinfo import ZoneInfo

from medark.define.memory import moment_of
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.running import Running, running
from medark.flows.gate.parts import book_of
from medark.flows.hooks.records import Records
from medark.flows.hooks.services import Service, prepared_at_hand, services_of
from medark.flows.hooks.silence import teller
from medark.flows.hooks.told import Asked, Told, about
from medark.flows.workspace import Workspace
from medark.model.access import Reader


class AtHand:
    """For whoever must not wait. Who may read what is decided each time, as it always is, and the audit is owed."""

    def __init__(self, workspace: Workspace, records: Records, clock: Callable[[], float]) -> None:
        self._workspace, self._records, self._clock = workspace, records, clock
        self._zone = ZoneInfo(workspace.settings.time_zone)

    @cached_property
    def _running(self) -> Running:
        return running(self._workspace)

    def told(self, app: str, hook: str, asked: Callable[[Service], Asked], reader: Reader) -> Told | None:
        """As of `Hooks.ask`, with its errors of what is asked; None where it has to be asked, for whatever reason."""
        if not self._workspace.ledger.is_near:
            return None
        with self._workspace.ledger.at_once(), self._running.at_hand(app) as loaded:
            service = None if loaded is None else next((s for s in services_of(loaded) if s.hook == hook), None)
            if loaded is None or service is None:
                return None
            return self._told(loaded, asked(service), replace(reader, app=app))

    def _told(self, loaded: Loaded, asked: Asked, reader: Reader) -> Told | None:
        rules = prepared_at_hand(self._workspace, loaded, asked.hook)
        if rules is None or asked.person_id is None or asked.covered or asked.drafts:
            return None
        found = self._records.at_hand(reader, asked.person_id, rules.reads, about(loaded, asked.hook))
        if found is None or found.owed is None or not found.rows:
            return None
        now = dt.datetime.fromtimestamp(self._clock(), self._zone).replace(tzinfo=None)
        said = found.judged.at_hand(rules, moment_of(found.record, now, asked.visit_occurrence_id))
        cards = None if said is None else said.made.get(cards_of(asked))
        return (
            None
            if cards is None
            else Told(
                cards,
                asked.person_id,
                [(found.owed, (asked.person_id,))],
                book_of(self._workspace),
                teller(loaded, reader.user, self._clock(), self._workspace.ledger.cards_seen),
            )
        )


def cards_of(asked: Asked) -> object:
    """What cards depend on, beside what rules said of a record."""
    return ("cards", asked.language, asked.person_id)
