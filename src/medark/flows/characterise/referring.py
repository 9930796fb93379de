"""What the records of a session's tables refer to, read once for all tables"""

from __future__ import annotations

import pyarrow as pa

from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.references import References, Referred, Spans, kept
from medark.model.omop import person_column
from medark.store.engine import Session


class Referring:
    """References of a session, as its tables are when they are asked for first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._spans: Spans | None = None
        self._persons: pa.Table | None = None
        self._tables: dict[str, Referred] = {}

    def of(self, events: Events) -> References:
        """What the records of a table refer to. The session has spans of observation periods."""
        if self._spans is None:
            self._spans = Spans(self._session.query("select person_id, first_no, last_no from spans"))
        if self._persons is None:
            self._persons = self._session.query("select person_id, gender_concept_id, year_of_birth from person")
        return References(self._spans, self._persons, {name: self.table(name) for name in events.refers})

    def table(self, name: str) -> Referred:
        """A table that records refer to, by the name of `Events.refers`."""
        if name not in self._tables:
            table, key, told = KEYS[name]
            owner = ", person_id" if person_column(table) else ""
            sql = f"select {key} as key, {told} as told{owner} from {table} where {key} is not null"
            self._tables[name] = Referred(kept(self._session.query(sql)))
        return self._tables[name]
