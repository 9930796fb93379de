"""Records of some people that did not change, and may be told otherwise: counted as they were and as they are"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import plain_columns, plain_rows
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY
from medark.flows.characterise.forward.held_rows import HeldRows
from medark.flows.characterise.forward.visit_keys import keys_of
from medark.sql.render import plain
from medark.store.engine import Session


class Again:
    """Records of `people` in the relation `of` of a session, which has one of these people until this is closed."""

    def __init__(self, session: Session, events: Events, of: str, people: Numbers) -> None:
        self._session, self._people, self._columns = session, f"again_{events.table}", plain_columns(events)
        session.bind_arrow(self._people, pa.table({"id": people}))
        whose = f"coalesce(t.person_id, {NOBODY}) in (select id from {self._people})"
        self._rows = HeldRows(plain(f"{plain_rows(events, of)} where {whose}", session.dialect), self._columns)
        self._keys = keys_of(events, self._rows.read(session))

    def records(self) -> Iterator[pa.RecordBatch]:
        """As they are counted."""
        return self._rows.batches(self._session, self._columns)

    def keys(self, name: str) -> Numbers:
        """The keys of the visits, or details of visits, that they refer to."""
        return self._keys[name]

    def close(self) -> None:
        """The session has nothing more of it."""
        self._session.drop(self._people)
