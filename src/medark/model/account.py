"""The account of an ingest: how every file, unit and row ended, with sums that must add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """How the units (messages, resources, rows, documents) of one record, format or batch ended."""

    units: int = 0
    loaded: int = 0
    quarantined: int = 0
    not_understood: int = 0
    excluded: int = 0  # understood, and by a stated rule not something that happened (cancelled, planned …)

    @property
    def adds_up(self) -> bool:
        return self.units == self.loaded + self.quarantined + self.not_understood + self.excluded

    def __add__(self, other: UnitAccount) -> UnitAccount:
        return UnitAccount(
            self.units + other.units,
            self.loaded + other.loaded,
            self.quarantined + other.quarantined,
            self.not_understood + other.not_understood,
            self.excluded + other.excluded,
        )


@dataclass(frozen=True, slots=True)
class TableAccount:
    """How the rows staged for one OMOP table ended."""

    table: str
    staged: int
    loaded: int
    replaced: int  # an earlier or twin row of the same key in this batch
    quarantined: int

    @property
    def adds_up(self) -> bool:
        return self.staged == self.loaded + self.replaced + self.quarantined


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many units (table "") or rows of a table ended one way for one reason."""

    outcome: str  # quarantined, not_understood or excluded
    reason: str
    count: int
    table: str = ""  # the OMOP table, for rows that the gate held back
    example: str = ""  # where one of them is: "record=17 row=4 place=PID-7"


@dataclass(frozen=True, slots=True)
class WaitingTable:
    """A table of a shape nobody has described yet: landed and profiled, waiting for a map."""

    record_no: int
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileAccount:
    """How the files of a folder ended. found = landed + already + refused; what was landed is told by units."""

    found: int = 0
    landed: int = 0
    already: int = 0  # the same bytes from the same source were there
    refused: tuple[tuple[str, str], ...] = ()  # name, reason
    bytes: int = 0

    @property
    def adds_up(self) -> bool:
        return self.found == self.landed + self.already + len(self.refused)


@dataclass(frozen=True, slots=True)
class IngestAccount:
    """What one ingest did. `units` by format; `tables` in OMOP's order; every sum adds up. `open_codes`: codes of the
    source, met now or before, that nobody has said the meaning of; `also`: batches that were cut off, told of too.
    """

    batch_no: int
    source: str
    files: FileAccount
    units: Mapping[str, UnitAccount]
    tables: tuple[TableAccount, ...]
    reasons: tuple[ReasonCount, ...]  # most frequent first
    waiting: tuple[WaitingTable, ...]
    people: int  # persons this batch said something about
    seconds: float
    open_codes: int = 0
    also: frozenset[int] = frozenset()

    @property
    def total(self) -> UnitAccount:
        return sum(self.units.values(), UnitAccount())

    @property
    def adds_up(self) -> bool:
        parts: tuple[FileAccount | UnitAccount | TableAccount, ...] = (self.files, *self.units.values(), *self.tables)
        return all(part.adds_up for part in parts)


@dataclass(frozen=True, slots=True)
class RebuildAccount:
    """A lake made again: rows by table, before and after."""

    records: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class ErasureAccount:
    """What an erasure took away. It does not say whose."""

    tables: Mapping[str, int]  # rows by OMOP table
    records_removed: int  # raw records that were only this person's
    records_rewritten: int  # raw records in which only this person's units were emptied
    units: int
    versions_removed: int
