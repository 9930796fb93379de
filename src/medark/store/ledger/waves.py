"""Waves: what each did to records, rows and people, added to the accounts as a whole or not at all"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Boolean, bindparam, case, delete, select, update

from medark.model.account import WaitingTable
from medark.store.ledger.engine import put
from medark.store.ledger.outcome import WaveOutcome
from medark.store.ledger.tables import (
    due_bucket,
    reason_count,
    record_state,
    table_account,
    unit_outcome,
    waiting_table,
    wave_count,
)
from medark.store.ledger.wave_counts import row_of

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_RECORD = update(record_state).where(record_state.c.record_no == bindparam("number"))
_COUNTED = ("units", "quarantined", "not_understood", "excluded")
_ADDED = _RECORD.values(
    {name: record_state.c[name] + bindparam(f"more_{name}") for name in (*_COUNTED, "chunks_done")}
    | {"state": case((bindparam("done", type_=Boolean), "done"), else_=record_state.c.state)}
)


class Waves:
    """What waves did, and which people are due since."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, batch_no: int, wave: WaveOutcome, buckets: Iterable[int] = ()) -> None:
        """Add what a wave did, all or nothing. `buckets`: of people whose derived rows are due from here on."""
        insert = self._database.insert
        records = [
            {f"more_{name}": getattr(r, name) for name in _COUNTED}
            | {"more_chunks_done": r.chunks, "done": r.done, "number": r.record_no}
            for r in wave.records
        ]
        kept = [
            {"record_no": u.record_no, "row_no": u.row_no, "outcome": u.outcome, "reason": u.reason,
             "place": u.place, "table_name": u.table} for u in wave.kept
        ]  # fmt: skip
        reasons = [
            {"batch_no": batch_no, "outcome": r.outcome, "reason": r.reason, "table_name": r.table,
             "count": r.count, "example": r.example} for r in wave.reasons
        ]  # fmt: skip
        tables = [
            {"batch_no": batch_no, "table_name": t.table, "staged": t.staged, "loaded": t.loaded,
             "replaced": t.replaced, "quarantined": t.quarantined} for t in wave.tables
        ]  # fmt: skip
        with self._database.writing() as connection:
            due = [{"bucket": bucket} for bucket in sorted(buckets)]
            put(connection, insert(due_bucket).on_conflict_do_nothing(), due)
            put(connection, _ADDED, records)
            put(connection, unit_outcome.insert(), kept)
            put(connection, _adding(insert(reason_count), reason_count, "count"), reasons)
            counts = ("staged", "loaded", "replaced", "quarantined")
            put(connection, _adding(insert(table_account), table_account, *counts), tables)
            put(connection, wave_count.insert(), row_of(batch_no, wave.ends))

    def add_waiting(self, batch_no: int, tables: Iterable[WaitingTable]) -> None:
        """Note tables that wait for a map; all their rows count as not understood until there is one."""
        rows = [
            {
                "record_no": t.record_no,
                "batch_no": batch_no,
                "rows": t.rows,
                "columns": orjson.dumps(t.columns).decode(),
            }
            for t in tables
        ]
        insert = self._database.insert(waiting_table)
        again = {name: insert.excluded[name] for name in ("batch_no", "rows", "columns")}
        waits = _RECORD.values(state="waiting", units=bindparam("all"), not_understood=bindparam("all"))
        with self._database.writing() as connection:
            put(connection, insert.on_conflict_do_update(index_elements=["record_no"], set_=again), rows)
            put(connection, waits, [{"number": row["record_no"], "all": row["rows"]} for row in rows])

    def due_buckets(self) -> list[int]:
        """Buckets of people whose derived rows are older than what they are derived from."""
        with self._database.reading() as connection:
            return list(connection.execute(select(due_bucket.c.bucket).order_by(due_bucket.c.bucket)).scalars())

    def derived(self, buckets: Iterable[int]) -> None:
        """Note that derived rows of these buckets are as they should be."""
        with self._database.writing() as connection:
            connection.execute(delete(due_bucket).where(due_bucket.c.bucket.in_(self._database.numbers(buckets))))


def _adding(insert: Any, table: Any, *counts: str) -> Any:
    """An INSERT that adds to the counts of a row that is there."""
    more = {name: table.c[name] + insert.excluded[name] for name in counts}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=more)
