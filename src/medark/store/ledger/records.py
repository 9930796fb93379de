"""Records: how far each is, and what is to be judged again or forgotten of them"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from medark.model.account import UnitAccount
from medark.store.ledger.engine import put
from medark.store.ledger.state import RecordState
from medark.store.ledger.tables import record_state, unit_outcome, waiting_table
from medark.store.ledger.wave_counts import take_back

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

FRESH = {
    "state": "pending", "units": 0, "quarantined": 0, "not_understood": 0, "excluded": 0, "chunks_done": 0,
}  # fmt: skip
_UNITS = record_state.c
LOADED = _UNITS.units - _UNITS.quarantined - _UNITS.not_understood - _UNITS.excluded
_STATE = (_UNITS.record_no, _UNITS.batch_no, _UNITS.format, _UNITS.state, _UNITS.chunks_done)


class Records:
    """Raw records, by their number in the landing store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, records: Iterable[RecordState]) -> None:
        """Note records; those already noted stay as they are."""
        rows = [
            {"record_no": r.record_no, "batch_no": r.batch_no, "format": r.format, "state": r.state} for r in records
        ]
        with self._database.writing() as connection:
            put(connection, self._database.insert(record_state).on_conflict_do_nothing(), rows)

    def states(self, state: str | None = None, batch_no: int | None = None) -> list[RecordState]:
        """Records by state or batch, in order of arrival."""
        asked = select(*_STATE).order_by(_UNITS.record_no)
        asked = asked if state is None else asked.where(_UNITS.state == state)
        asked = asked if batch_no is None else asked.where(_UNITS.batch_no == batch_no)
        with self._database.reading() as connection:
            return [RecordState(*row) for row in connection.execute(asked)]

    def of_batch(self, batch_no: int) -> list[int]:
        """The records that a batch brought."""
        asked = select(_UNITS.record_no).where(_UNITS.batch_no == batch_no).order_by(_UNITS.record_no)
        with self._database.reading() as connection:
            return list(connection.execute(asked).scalars())

    def ends(self) -> dict[int, tuple[str, UnitAccount]]:
        """Of every record, its state and how its units ended."""
        counts = (_UNITS.units, LOADED, _UNITS.quarantined, _UNITS.not_understood, _UNITS.excluded)
        with self._database.reading() as connection:
            rows = connection.execute(select(_UNITS.record_no, _UNITS.state, *counts))
            return {number: (state, UnitAccount(*told)) for number, state, *told in rows}

    def reopen(self, record_nos: Sequence[int]) -> None:
        """Forget how records ended: they are to be standardised (again)."""
        with self._database.writing() as connection:
            self._reopen(connection, record_nos)

    def forget(self, record_no: int) -> None:
        """Remove every trace of a record but that it came: it was erased, and is never standardised again."""
        with self._database.writing() as connection:
            self._reopen(connection, [record_no])
            connection.execute(update(record_state).where(_UNITS.record_no == record_no).values(state="erased"))

    def forget_units(self, record_no: int, row_nos: Iterable[int]) -> None:
        """Remove what is said of some units of a record: they were erased. The counts of their batch stay."""
        mine = unit_outcome.c.record_no == record_no
        with self._database.writing() as connection:
            rows = unit_outcome.c.row_no.in_(self._database.numbers(row_nos))
            connection.execute(delete(unit_outcome).where(mine, rows))

    def _reopen(self, connection: Connection, record_nos: Sequence[int]) -> None:
        among = self._database.numbers(record_nos)
        take_back(self._database, connection, record_nos)
        connection.execute(delete(unit_outcome).where(unit_outcome.c.record_no.in_(among)))
        connection.execute(delete(waiting_table).where(waiting_table.c.record_no.in_(among)))
        connection.execute(update(record_state).where(_UNITS.record_no.in_(among)).values(FRESH))
