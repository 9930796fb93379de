"""What the ledger tells of batches, records and what is held back of them"""

from __future__ import annotations

from dataclasses import dataclass

from medark.model.account import FileAccount


@dataclass(frozen=True, slots=True)
class Batch:
    """One ingest: `started_ms` is also the day on which its open stays are known to last."""

    batch_no: int
    source: str
    started_ms: int
    ended_ms: int | None
    files: FileAccount


@dataclass(frozen=True, slots=True)
class RecordState:
    """How far a record is: pending, waiting (for a map), done or erased."""

    record_no: int
    batch_no: int
    format: str
    state: str
    chunks_done: int = 0  # whole chunks that are in the lake: a killed ingest goes on behind them


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A unit or row in quarantine, or not understood."""

    record_no: int
    row_no: int
    outcome: str
    reason: str
    place: str
    table: str
