"""Quarantine: units and rows that are held back, each with its reason"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from medark.model.account import ReasonCount
from medark.store.ledger.state import Quarantined
from medark.store.ledger.tables import record_state, unit_outcome

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_U = unit_outcome.c


class Quarantine:
    """What is held back, and of which records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self, *, record_no: int | None = None, limit: int | None = None) -> list[Quarantined]:
        """Units and rows in quarantine or not understood, in order."""
        asked = select(_U.record_no, _U.row_no, _U.outcome, _U.reason, _U.place, _U.table_name)
        asked = asked if record_no is None else asked.where(_U.record_no == record_no)
        asked = asked.order_by(_U.record_no, _U.row_no, _U.table_name).limit(limit)
        with self._database.reading() as connection:
            return [Quarantined(*row) for row in connection.execute(asked)]

    def reasons(self, batch_nos: Sequence[int]) -> list[ReasonCount]:
        """Why units and rows of some batches are held back now, most frequent first; a retry is not counted twice."""
        told = (_U.outcome, _U.reason, _U.table_name)
        among = record_state.c.batch_no.in_(self._database.numbers(batch_nos))
        joined = unit_outcome.join(record_state, record_state.c.record_no == _U.record_no)
        asked = select(_U.outcome, _U.reason, func.count(), _U.table_name).select_from(joined).where(among)
        with self._database.reading() as connection:
            rows = connection.execute(asked.group_by(*told).order_by(func.count().desc(), *told))
            return [ReasonCount(*row) for row in rows]

    def records(self, reasons: Sequence[str] = ()) -> list[int]:
        """Records that have something in quarantine (for one of some reasons)."""
        asked = select(_U.record_no).where(_U.outcome == "quarantined").distinct().order_by(_U.record_no)
        asked = asked.where(_U.reason.in_(reasons)) if reasons else asked
        with self._database.reading() as connection:
            return list(connection.execute(asked).scalars())
