"""Entries, and what is known while one is evaluated"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from medark.define.memory.record import Record


class Entry(NamedTuple):
    """What a definition is evaluated for."""

    entry_id: Any
    person_id: int
    start: dt.datetime
    end: dt.datetime
    visit_occurrence_id: int | None = None


class Person:
    """A record on a day. `remembered` keeps what is the same for all of the person's entries."""

    __slots__ = ("record", "remembered", "today")

    def __init__(self, record: Record, today: dt.date) -> None:
        self.record, self.today = record, today
        self.remembered: dict[Any, Any] = {}

    def at(self, entry: Entry) -> Context:
        """The context of an entry."""
        return Context(self, entry.entry_id, entry.start, entry.end, entry.visit_occurrence_id)

    def without_entry(self) -> Context:
        """The context of what does not depend on an entry."""
        return Context(self, None, None, None, None)


class Context:
    """One entry of a person: what values are asked of. `remembered` keeps what has been worked out for it."""

    __slots__ = ("end", "entry_id", "known", "person", "record", "remembered", "start", "today", "visit")

    def __init__(
        self, known: Person, entry_id: Any, start: dt.datetime | None, end: dt.datetime | None, visit: int | None
    ) -> None:
        self.known, self.record, self.today = known, known.record, known.today
        self.person = known.record.person_id
        self.entry_id, self.start, self.end, self.visit = entry_id, start, end, visit
        self.remembered: dict[Any, Any] = {}

    @property
    def entry(self) -> Entry:
        return Entry(self.entry_id, self.person, self.start, self.end, self.visit)  # type: ignore[arg-type]
