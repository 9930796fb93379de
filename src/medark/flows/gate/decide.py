"""May this reader read that? Decided by what the ledger says now; nobody is let in by default"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from medark.flows.gate.parts import book_of, now_ms
from medark.flows.gate.reader import as_of_now
from medark.flows.workspace import Workspace
from medark.govern.authorise import authorise
from medark.govern.levels import Sensitivity, sensitivity
from medark.govern.rows import LevelOf
from medark.messages import N_
from medark.model.access import Decision, Lack, Reader
from medark.model.omop import lake_columns, tables
from medark.model.user import ColumnOverride

Reads = Mapping[str, Collection[str] | None]  # table -> columns that are asked for; None: what there is to see
NOBODY = N_("this user is not known here, or is disabled")


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision and all else that the rows of a reader depend on in the ledger: while it is equal, nothing changed."""

    reader: Reader
    reads: Mapping[str, frozenset[str] | None]
    decision: Decision
    refused: frozenset[int]
    overrides: tuple[ColumnOverride, ...]

    @property
    def level_of(self) -> LevelOf:
        """How sensitive a column is."""
        return levels(self.overrides)


def decide(workspace: Workspace, reader: Reader, reads: Reads, at_ms: int | None = None) -> Decision:
    """Allowed, with the views to read through; or refused, with the reason and what is lacking."""
    return standing(workspace, reader, reads, at_ms).decision


def standing(
    workspace: Workspace, reader: Reader, reads: Reads, at_ms: int | None = None, person_id: int | None = None
) -> Standing:
    """The same, with what else of the ledger decides which rows a reader sees: of everybody, or of one person."""
    book, moment = book_of(workspace), now_ms() if at_ms is None else at_ms
    asked = {table: None if columns is None else frozenset(columns) for table, columns in reads.items()}
    overrides = tuple(book.overrides())
    now = as_of_now(book, reader, moment)
    if now is None:
        decision = Decision(False, NOBODY, lacking=tuple(Lack(table, "", NOBODY) for table in reads))
        return Standing(reader, asked, decision, frozenset(), overrides)
    decision = authorise(now, asked, book.grants(now), columns_of, levels(overrides), moment)
    return Standing(now, asked, decision, book.refused(now, moment, person_id), overrides)


def levels(overrides: Collection[ColumnOverride]) -> LevelOf:
    """How sensitive columns are: by rule, but for those that a named person decided."""
    decided = {(one.table, one.column): Sensitivity(one.kind, one.level, one.reason) for one in overrides}
    return lambda table, column: sensitivity(table, column, decided)


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table of the lake; of another none."""
    return tuple(column.name for column in lake_columns(table)) if table in tables() else ()
