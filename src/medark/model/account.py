"""The account of an ingest: how every file, unit and row ended, with sums that must add up."""

from __future__ import annotations

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
