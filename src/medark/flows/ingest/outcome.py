"""How the units of a wave ended, read off the session in which it ran"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from medark.check import gate, reasons
from medark.flows.ingest.ends import UNLINKED, ends_by_record
from medark.model.account import ReasonCount, TableAccount
from medark.store.engine import Session
from medark.store.ledger import RecordOutcome, UnitOutcome, WaveOutcome

_REPLACED = reasons.REPLACED.phrase

# A unit that says of itself how it ended; the worst word counts.
_SAID = """
SELECT record_no, row_no, reason, coalesce(place, '') AS place, outcome, coalesce(units, 1) AS units,
  CASE outcome WHEN 'quarantined' THEN 3 WHEN 'not_understood' THEN 2 ELSE 1 END AS weight
FROM staged_unit_issue
"""
_RANKED = """
SELECT record_no, row_no,
  CASE max(weight) WHEN 3 THEN 'quarantined' WHEN 2 THEN 'not_understood' ELSE 'excluded' END AS outcome,
  max(units) AS units
FROM said GROUP BY record_no, row_no
"""
_TOTALS = """
SELECT reason, place, unlinked, CAST(sum(row_count) AS BIGINT) AS row_count, min(record_no) AS record_no,
  min_by(row_no, record_no) AS row_no
FROM {table}_tally GROUP BY reason, place, unlinked ORDER BY record_no, row_no
"""


def wave_outcome(
    session: Session, tables: Sequence[str], chunks: Mapping[int, int], done: Collection[int]
) -> WaveOutcome:
    """What became of each unit and row: `tables` are the OMOP tables that have a relation `<table>_checked`.

    A unit of which a part was left out by rule has loaded all the same, if any row of it has.
    """
    tallies = {table: _tally(session, table) for table in tables}
    accounts = [_table_account(table, ends) for table, ends in tallies.items()]
    loaded = [a.table for a in accounts if a.loaded]
    session.table("said", _SAID)
    session.table("held", _held([a.table for a in accounts if a.quarantined]))
    session.table("ranked", _RANKED)
    session.table("unit_end", f"{_whole(loaded)} UNION ALL {_gate_only(loaded)}")
    of_rows = (reason for table, ends in tallies.items() for reason in _row_reasons(table, ends))
    return WaveOutcome(
        records=_records(session, chunks, done),
        tables=tuple(account for account in accounts if account.staged),
        kept=_kept(session),
        reasons=(*_unit_reasons(session), *of_rows),
        ends=ends_by_record(session, [table for table, ends in tallies.items() if ends]),
    )


class _End(NamedTuple):
    """So many rows of a table ended so; where one of them is from."""

    reason: str | None
    place: str | None
    unlinked: str | None
    rows: int
    record_no: int
    row_no: int


def _tally(session: Session, table: str) -> list[_End]:
    session.table(f"{table}_tally", gate.tally_sql(table))
    return [_End(*row) for row in _tuples(session.query(_TOTALS.format(table=table)))]


def _table_account(table: str, ends: Sequence[_End]) -> TableAccount:
    staged = sum(end.rows for end in ends)
    loaded = sum(end.rows for end in ends if end.reason is None)
    replaced = sum(end.rows for end in ends if end.reason == _REPLACED)
    return TableAccount(table, staged, loaded, replaced, staged - loaded - replaced)


def _row_reasons(table: str, ends: Sequence[_End]) -> Iterator[ReasonCount]:
    """Rows that the gate held back; and those that loaded without a reference, as there is nothing to refer to."""
    for end in ends:
        if end.reason is not None and end.reason != _REPLACED:
            yield ReasonCount(
                "quarantined", end.reason, end.rows, table, _where(end.record_no, end.row_no, end.place or "")
            )
        elif end.reason is None and end.unlinked is not None:
            yield ReasonCount(UNLINKED, end.unlinked, end.rows, table, _where(end.record_no, end.row_no, ""))


def _held(tables: Sequence[str]) -> str:
    """Rows that the gate held back: where they come from and why."""
    parts = [
        f"SELECT medark_record_no AS record_no, medark_row_no AS row_no, '{t}' AS table_name, reason,"
        f" coalesce(place, '') AS place FROM {t}_checked WHERE reason <> '{_REPLACED}'"
        for t in tables
    ]
    none = (
        "SELECT CAST(NULL AS BIGINT) AS record_no, CAST(NULL AS BIGINT) AS row_no, '' AS table_name,"
        " '' AS reason, '' AS place WHERE false"
    )
    return " UNION ALL ".join([none, *parts])


def _whole(loaded: Sequence[str]) -> str:
    """Units that said of themselves how they ended, without those that were left out in part only."""
    parts = [
        f"SELECT medark_record_no AS record_no, medark_row_no AS row_no FROM {table}_checked"
        " SEMI JOIN excluded ON medark_record_no = record_no AND medark_row_no = row_no WHERE reason IS NULL"
        for table in loaded
    ]
    excluded = "excluded AS (SELECT record_no, row_no FROM ranked WHERE outcome = 'excluded')"
    if not parts:
        return "SELECT * FROM ranked"
    return f"WITH {excluded} SELECT * FROM ranked ANTI JOIN ({' UNION ALL '.join(parts)}) USING (record_no, row_no)"


def _gate_only(loaded: Sequence[str]) -> str:
    """Units that said nothing of themselves and of which no row passed the gate."""
    held = "SELECT DISTINCT record_no, row_no FROM held"
    without = [held, "SELECT record_no, row_no FROM said"]
    without += [
        f"SELECT medark_record_no, medark_row_no FROM {t}_checked AS c WHERE reason IS NULL AND EXISTS"
        " (SELECT 1 FROM held AS h WHERE h.record_no = c.medark_record_no AND h.row_no = c.medark_row_no)"
        for t in loaded
    ]
    return f"SELECT record_no, row_no, 'quarantined' AS outcome, 1 AS units FROM ({' EXCEPT '.join(without)})"


def _records(session: Session, chunks: Mapping[int, int], done: Collection[int]) -> tuple[RecordOutcome, ...]:
    ends: dict[int, dict[str, int]] = {number: {} for number in chunks}
    for row in session.query("SELECT record_no, sum(units) AS n FROM staged_unit_count GROUP BY record_no").to_pylist():
        ends.setdefault(row["record_no"], {})["units"] = int(row["n"])
    told = "SELECT record_no, outcome, sum(units) AS n FROM unit_end GROUP BY record_no, outcome"
    for row in session.query(told).to_pylist():
        ends.setdefault(row["record_no"], {})[row["outcome"]] = int(row["n"])
    return tuple(
        RecordOutcome(
            number,
            chunks=chunks.get(number, 0),
            units=end.get("units", 0),
            quarantined=end.get("quarantined", 0),
            not_understood=end.get("not_understood", 0),
            excluded=end.get("excluded", 0),
            done=number in done,
        )
        for number, end in ends.items()
    )


def _kept(session: Session) -> tuple[UnitOutcome, ...]:
    rows = session.query(
        "SELECT record_no, row_no, outcome, reason, place, '' AS table_name FROM said WHERE outcome <> 'excluded'"
        " UNION ALL SELECT record_no, row_no, 'quarantined', reason, place, table_name FROM held"
    )
    return tuple(UnitOutcome(*row) for row in _tuples(rows))


def _unit_reasons(session: Session) -> tuple[ReasonCount, ...]:
    rows = session.query(
        "SELECT outcome, reason, sum(units) AS n, min(record_no) AS record_no,"
        " min_by(row_no, record_no) AS row_no, min_by(place, record_no) AS place FROM said GROUP BY outcome, reason"
    )
    return tuple(
        ReasonCount(outcome, reason, int(units), "", _where(record_no, row_no, place))
        for outcome, reason, units, record_no, row_no, place in _tuples(rows)
    )


def _where(record_no: int, row_no: int, place: str) -> str:
    return f"record={record_no} row={row_no}" + (f" place={place}" if place else "")


def _tuples(rows: pa.Table) -> list[tuple]:  # type: ignore[type-arg]
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True)) if rows.num_rows else []
