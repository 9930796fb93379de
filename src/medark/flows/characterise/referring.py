"""What the records of a session's tables refer to, read once for all tables"""

from __future__ import annotations

import pyarrow as pa

from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.persons import Everybody
from medark.check.achilles.references import References, Referred, Spans
from medark.model.omop import person_column
from medark.store.engine import Session


def everybody(session: Session) -> Everybody:
    """All persons of a session."""
    return Everybody(session.query("select person_id, gender_concept_id, year_of_birth from person"))


class Referring:
    """References of a session, as its tables are when they are asked for first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._spans: Spans | None = None
        self._persons: Everybody | None = None
        self._tables: dict[str, Referred] = {}
        self._met: dict[str, pa.Table] = {}

    def of(self, events: Events) -> References:
        """What the records of a table refer to. The session has spans of observation periods."""
        if self._spans is None:
            self._spans = Spans(self._session.query("select person_id, first_no, last_no from spans"))
        if self._persons is None:
            self._persons = everybody(self._session)
        return References(self._spans, self._persons, {name: self.table(name) for name in events.refers})

    def met(self, events: Events, latest: pa.Table) -> None:
        """Who has records in a table, and when each had the latest: person_id, day."""
        if events.table != "death":  # of deaths every day is asked for
            self._met[events.table] = latest.rename_columns(["person_id", events.day])

    def lend(self) -> frozenset[str]:
        """In the place of every table whose people were met, these alone, until it is bound again; of which tables."""
        for table, latest in self._met.items():
            self._session.bind_arrow(table, latest)
        return frozenset(self._met)

    def table(self, name: str) -> Referred:
        """A table that records refer to, by the name of `Events.refers`."""
        if name not in self._tables:
            table, key, told = KEYS[name]
            owner = ", person_id" if person_column(table) else ""
            sql = f"select {key} as key, {told} as told{owner} from {table} where {key} is not null"
            self._tables[name] = Referred(self._session.query(sql))
        return self._tables[name]
