"""Quarantine: units and rows that are held back, each with its reason"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from medark.store.ledger.state import Quarantined
from medark.store.ledger.tables import unit_outcome

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

    def records(self, reasons: Sequence[str] = ()) -> list[int]:
        """Records that have something in quarantine (for one of some reasons)."""
        asked = select(_U.record_no).where(_U.outcome == "quarantined").distinct().order_by(_U.record_no)
        asked = asked.where(_U.reason.in_(reasons)) if reasons else asked
        with self._database.reading() as connection:
            return list(connection.execute(asked).scalars())
