"""The nouns of a source's account: what it delivered, in which formats, how that ended, what its fields became"""

from __future__ import annotations

from dataclasses import dataclass

from medark.catalog.became import Field
from medark.model.account import ReasonCount, UnitAccount


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch: when it began (ms since 1970, UTC), and how its files ended."""

    number: int
    started_ms: int
    ended_ms: int | None
    found: int
    landed: int
    already: int
    refused: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FormatAccount:
    """Its records of one format that are in one state, and how their units ended."""

    format: str
    state: str
    records: int
    units: UnitAccount


@dataclass(frozen=True, slots=True)
class RawTable:
    """Tables of one kind among its files: how many files, and what the columns become. No `fields`: it waits."""

    title: str
    about: str
    files: int
    columns: int
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """A feeding system and all that came from it. `deliveries`: the newest, newest first; `batches`: how many ever."""

    name: str
    organisation: str
    system: str
    owner: str
    time_zone: str
    batches: int
    deliveries: tuple[Delivery, ...]
    formats: tuple[FormatAccount, ...]
    reasons: tuple[ReasonCount, ...]
    tables: tuple[RawTable, ...]
    bytes: int

    @property
    def units(self) -> UnitAccount:
        """How all its units ended."""
        return sum((one.units for one in self.formats), UnitAccount())

    @property
    def records(self) -> int:
        """Raw records: a file, or a message."""
        return sum(one.records for one in self.formats)

    @property
    def last_ms(self) -> int | None:
        """When it delivered last."""
        return self.deliveries[0].started_ms if self.deliveries else None


@dataclass(frozen=True, slots=True)
class SourceAccounts:
    """All of them at one moment. `stamp` says what they were made of: while it is the same, they hold."""

    stamp: str
    made_ms: int
    sources: tuple[SourceAccount, ...]
