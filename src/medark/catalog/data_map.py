"""The nouns of a data map: sources, files, tables, columns, and the flow of rows from one to the other"""

from __future__ import annotations

from dataclasses import dataclass

from medark.model.account import UnitAccount


@dataclass(frozen=True, slots=True)
class TopValue:
    """A frequent value, harmless to show (see `shown.py`), and how many rows hold it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """How a column is filled. `distinct` is an estimate, good to a few percent, and never more than values are there.

    `least`, `greatest` and `top` are None and empty where a value could point at a person; `masked` says why. `kind`,
    `level` and `why`: how sensitive it is (class and level of GB/T 39725-2020); 0 for a column that nobody judged.
    """

    name: str
    type: str
    missing: int
    distinct: int
    least: str | None = None
    greatest: str | None = None
    top: tuple[TopValue, ...] = ()
    masked: str = ""
    kind: str = ""
    level: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table: one of the lake's, or one that came as a file (`record_no`), and what is made of it (`state`)."""

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    record_no: int | None = None
    state: str = ""  # of a file: its map ("mimic3.LABEVENTS"), or "waiting for a map"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A raw record: never its content, and not its name, which may be a patient's."""

    record_no: int
    format: str
    bytes: int
    state: str
    units: UnitAccount


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A feeding system and all that came from it."""

    name: str
    time_zone: str
    batches: int
    files: tuple[FileEntry, ...]
    tables: tuple[TableEntry, ...]

    @property
    def units(self) -> UnitAccount:
        """How all its units ended."""
        return sum((file.units for file in self.files), UnitAccount())

    @property
    def bytes(self) -> int:
        """What it sent."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many rows of an OMOP table came from a source."""

    source: str
    format: str
    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """Rows of a table that came in one format from one source."""

    source: str
    format: str
    rows: int


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table as it is seen through one set of views, worked out at a version of the lake and kept.

    `rows`: those that are seen. `state` says which files they were read of: while the table has the same, it holds.
    `people`, `first`, `last` (months, "2026-11") and `unmapped` (rows whose main concept is 0) are None where the
    view has no such column, and of tables that are not about people. `made_ms`: milliseconds since 1970, UTC.
    """

    table: str
    version: int
    state: str
    made_ms: int
    rows: int
    people: int | None
    first: str | None
    last: str | None
    unmapped: int | None
    columns: tuple[ColumnProfile, ...]
    arrived: tuple[Arrived, ...] = ()


@dataclass(frozen=True, slots=True)
class DataMap:
    """Everything of a workspace at one version of the lake."""

    version: int
    made_ms: int
    vocabulary: str
    people: int
    sources: tuple[SourceEntry, ...]
    tables: tuple[TableEntry, ...]
    flows: tuple[Flow, ...]
