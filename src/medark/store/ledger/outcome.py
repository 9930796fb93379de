"""How the records and units of one wave ended, as the ledger keeps it"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medark.model.account import ReasonCount, TableAccount


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """A unit or a row of it that did not load: where it is and why. `table` is "" for the whole unit."""

    record_no: int
    row_no: int
    outcome: str
    reason: str
    place: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What a wave adds to a record: chunks, and units that ended so. `units` is told once, at the record's end."""

    record_no: int
    chunks: int = 0
    units: int = 0
    quarantined: int = 0
    not_understood: int = 0
    excluded: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class EndCount:
    """How many rows of a table (units, if it is "") each of some records, by number, had that ended so."""

    table: str
    outcome: str
    reason: str
    records: Sequence[int]
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class WaveOutcome:
    """All that a wave did. `kept` holds quarantined and not understood ones; excluded units are only counted.

    `ends`: what `tables` and `reasons` sum up, record by record; loaded and replaced rows have no reason.
    """

    records: tuple[RecordOutcome, ...]
    tables: tuple[TableAccount, ...] = ()
    kept: tuple[UnitOutcome, ...] = ()
    reasons: tuple[ReasonCount, ...] = ()
    ends: tuple[EndCount, ...] = ()
