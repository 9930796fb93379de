"""Accounts: how units and rows ended, summed over batches"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import ColumnElement, Table, cast, delete, func, literal, select, update

from medark.model.account import ReasonCount, TableAccount, UnitAccount, WaitingTable
from medark.store.ledger.records import FRESH, LOADED
from medark.store.ledger.tables import (
    Long,
    reason_count,
    record_state,
    table_account,
    unit_outcome,
    waiting_table,
    wave_count,
)

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_R, _T, _W = reason_count.c, table_account.c, waiting_table.c


class Accounts:
    """Sums of what batches, or all of them, brought."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def units_by_format(self, batch_nos: Sequence[int] | None = None) -> dict[str, UnitAccount]:
        """How units ended, by format, of some batches or of all."""
        name = record_state.c.format
        asked = select(name, *_units()).where(self._of(record_state, batch_nos)).group_by(name).order_by(name)
        return {name: UnitAccount(*counts) for name, *counts in self._rows(asked)}

    def units_of(self, record_nos: Sequence[int]) -> UnitAccount:
        """How the units of some records ended."""
        among = record_state.c.record_no.in_(self._database.numbers(record_nos))
        return UnitAccount(*self._rows(select(*_units()).where(among))[0])

    def by_kind(self) -> dict[tuple[int, str, str], tuple[int, UnitAccount]]:
        """How many records there are and how their units ended, by batch, format and state."""
        c = record_state.c
        by = (c.batch_no, c.format, c.state)
        rows = self._rows(select(*by, func.count(), *_units()).group_by(*by))
        return {(number, kind, state): (records, UnitAccount(*told)) for number, kind, state, records, *told in rows}

    def tables(self, batch_nos: Sequence[int] | None = None) -> list[TableAccount]:
        """How rows ended, by OMOP table."""
        counts = (_total(column) for column in (_T.staged, _T.loaded, _T.replaced, _T.quarantined))
        asked = select(_T.table_name, *counts).where(self._of(table_account, batch_nos)).group_by(_T.table_name)
        return [TableAccount(*row) for row in self._rows(asked.order_by(_T.table_name))]

    def reasons(self, batch_nos: Sequence[int] | None = None) -> list[ReasonCount]:
        """Why units and rows did not load, most frequent first."""
        told = (_R.outcome, _R.reason, _R.table_name)
        asked = select(_R.outcome, _R.reason, _total(_R.count), _R.table_name, func.min(_R.example))
        asked = asked.where(self._of(reason_count, batch_nos)).group_by(*told)
        return [ReasonCount(*row) for row in self._rows(asked.order_by(_total(_R.count).desc(), *told))]

    def by_batch(self, batch_nos: Sequence[int]) -> dict[int, dict[str, int]]:
        """How many rows of each batch were loaded, how many units and rows ended each other way, by its name; and how
        many tables of it are waiting for a map.
        """
        found: dict[int, dict[str, int]] = {number: {} for number in batch_nos}
        loaded = select(_T.batch_no, literal("loaded"), _total(_T.loaded)).group_by(_T.batch_no)
        others = select(_R.batch_no, _R.outcome, _total(_R.count)).group_by(_R.batch_no, _R.outcome)
        tables = select(_W.batch_no, literal("waiting"), func.count()).group_by(_W.batch_no)
        for table, asked in ((table_account, loaded), (reason_count, others), (waiting_table, tables)):
            for number, outcome, count in self._rows(asked.where(self._of(table, batch_nos))):
                found[number][outcome] = count
        return found

    def waiting(self, batch_nos: Sequence[int] | None = None) -> list[WaitingTable]:
        """Tables that wait for a map."""
        asked = select(_W.record_no, _W.rows, _W["columns"]).where(self._of(waiting_table, batch_nos))
        rows = self._rows(asked.order_by(_W.record_no))
        return [WaitingTable(number, count, tuple(orjson.loads(columns))) for number, count, columns in rows]

    def restart(self) -> None:
        """Forget how everything ended: the lake is to be made again from the landing store."""
        with self._database.writing() as connection:
            for table in (unit_outcome, waiting_table, reason_count, table_account, wave_count):
                connection.execute(delete(table))
            connection.execute(update(record_state).where(record_state.c.state != "erased").values(FRESH))

    def _of(self, table: Table, batch_nos: Sequence[int] | None) -> Any:
        return True if batch_nos is None else table.c.batch_no.in_(self._database.numbers(batch_nos))

    def _rows(self, asked: Any) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(asked))


def _units() -> list[ColumnElement[int]]:
    c = record_state.c
    return [_total(column) for column in (c.units, LOADED, c.quarantined, c.not_understood, c.excluded)]


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), Long)  # PostgreSQL sums whole numbers to decimals
