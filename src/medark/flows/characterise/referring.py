"""What the records of a session's tables refer to, read once for all tables"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.periods import KIND
from medark.check.achilles.persons import Everybody
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY, References, Referred, Spans
from medark.check.achilles.spans import Periods, rows_of
from medark.model.omop import person_column
from medark.store.engine import Session

_EVERYBODY: Final = "select person_id, gender_concept_id, year_of_birth from person"


class Refers(Protocol):
    """What sums refer to that are of no table of events."""

    def persons(self) -> Everybody:
        """All persons."""

    def periods(self, table: str) -> Periods:
        """Observation or payer plan periods."""

    def people(self, tables: Collection[str]) -> dict[str, Numbers]:
        """Who has a row in each table, once or more; `NOBODY` who is not told."""

    def latest(self, table: str, day: str) -> pa.Table:
        """When each who died had the latest record of a table, others may be there too: person_id, day."""

    def deaths(self) -> pa.Table:
        """All: person_id, day."""


def periods(session: Session, table: str) -> Periods:
    """All periods of a table."""
    return Periods.of(session.query(rows_of(table, KIND[table])))


class Referring:
    """References of a session, as its tables are when they are asked for first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._periods: Periods | None = None
        self._spans: Spans | None = None
        self._persons: Everybody | None = None
        self._tables: dict[str, Referred] = {}
        self._met: dict[str, pa.Table] = {}

    def of(self, events: Events) -> References:
        """What the records of a table refer to."""
        if self._spans is None:
            self._spans = self.periods("observation_period").known()
        return References(self._spans, self.persons(), {name: self.table(name) for name in events.refers})

    def persons(self) -> Everybody:
        """All persons."""
        if self._persons is None:
            self._persons = Everybody(self._session.query(_EVERYBODY))
        return self._persons

    def periods(self, table: str) -> Periods:
        """Observation or payer plan periods."""
        if table != "observation_period":
            return periods(self._session, table)
        if self._periods is None:
            self._periods = periods(self._session, table)
        return self._periods

    def met(self, events: Events, latest: pa.Table) -> None:
        """Who has records in a table, and when each had the latest: person_id, day."""
        self._met[events.table] = latest

    def people(self, tables: Collection[str]) -> dict[str, Numbers]:
        """Who has a row in each table, once or more; `NOBODY` who is not told."""
        found = {table: who_of(self._met[table]) for table in tables if table in self._met}
        if self._periods is not None:
            found["observation_period"] = self._periods.who
        others = [table for table in tables if table not in found]
        asked = (
            f"select '{one}' as in_table, person_id from (select distinct person_id from {one}) as d" for one in others
        )
        rows = self._session.query(" union all ".join(asked)) if others else None
        for table in others if rows is not None else ():
            found[table] = who_of(rows.filter(pc.equal(rows["in_table"], table)))
        return {table: found[table] for table in tables}

    def latest(self, table: str, day: str) -> pa.Table:
        """When each who died had the latest record of a table, others may be there too: person_id, day."""
        if table in self._met:
            return self._met[table]
        whose = "person_id in (select person_id from death)"
        return self._session.query(f"select person_id, max({day}) as day from {table} where {whose} group by person_id")

    def deaths(self) -> pa.Table:
        """All: person_id, day."""
        return self._session.query("select person_id, death_date as day from death")

    def table(self, name: str) -> Referred:
        """A table that records refer to, by the name of `Events.refers`."""
        if name not in self._tables:
            table, key, told = KEYS[name]
            owner = ", person_id" if person_column(table) else ""
            sql = f"select {key} as key, {told} as told{owner} from {table} where {key} is not null"
            self._tables[name] = Referred(self._session.query(sql))
        return self._tables[name]


def who_of(rows: pa.Table) -> Numbers:
    """The people of some rows, `NOBODY` who is not told."""
    found: Numbers = rows["person_id"].fill_null(NOBODY).to_numpy()
    return found
