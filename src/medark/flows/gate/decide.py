"""May this reader read that? Decided by what the ledger says now; nobody is let in by default"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from medark.flows.gate.book import Book
from medark.flows.gate.parts import book_of, kept, now_ms
from medark.flows.gate.reader import as_of_now, with_broken_glass
from medark.flows.workspace import Workspace
from medark.govern.authorise import authorise
from medark.govern.levels import Sensitivity, sensitivity
from medark.govern.rows import LevelOf
from medark.messages import N_
from medark.model.access import Decision, Lack, Reader
from medark.model.omop import lake_columns, tables
from medark.model.user import ColumnOverride

Reads = Mapping[str, Collection[str] | None]  # table -> columns that are asked for; None: what there is to see
_Asked = Mapping[str, frozenset[str] | None]
_DECIDED: Final = "decisions"
_MOST: Final = 10_000  # decisions that are kept
NOBODY = N_("this user is not known here, or is disabled")


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision and all else that the rows of a reader depend on in the ledger: while it is equal, nothing changed.

    `plans`: what follows from it, worked out when it is first needed.
    """

    reader: Reader
    reads: Mapping[str, frozenset[str] | None]
    decision: Decision
    refused: frozenset[int]
    overrides: tuple[ColumnOverride, ...]
    plans: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

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
    found = _decided(workspace, book, reader, asked, moment)
    if not found.is_known:
        return Standing(reader, asked, found.decision, frozenset(), found.overrides)
    now = with_broken_glass(book, found.reader, moment)
    refused = book.refused(now, moment, person_id)
    return Standing(now, asked, found.decision, refused, found.overrides, found.plans)


@dataclass(frozen=True, slots=True)
class _Decided:
    """A decision, as it is from one moment until another if nothing in the book changes."""

    reader: Reader
    is_known: bool
    decision: Decision
    overrides: tuple[ColumnOverride, ...]
    plans: dict[object, Any] = field(default_factory=dict)
    since_ms: float = -inf
    until_ms: float = inf

    def holds(self, moment: int) -> bool:
        return self.since_ms <= moment < self.until_ms


def _decided(workspace: Workspace, book: Book, reader: Reader, asked: _Asked, moment: int) -> _Decided:
    """The decision, made once while the book's stamp stands and no grant begins or ends."""
    stamp = book.stamp()  # before anything is asked: what comes in between is decided on again
    if stamp is None:
        return _decide(book, reader, asked, moment)
    known: dict[object, _Decided] = kept(workspace, _DECIDED, stamp, dict)
    key = (reader, tuple(asked.items()))
    found = known.get(key)
    if found is None or not found.holds(moment):
        if len(known) > _MOST:
            known.clear()
        found = known[key] = _decide(book, reader, asked, moment)
    return found


def _decide(book: Book, reader: Reader, asked: _Asked, moment: int) -> _Decided:
    overrides = tuple(book.overrides())
    now = as_of_now(book, reader)
    if now is None:
        decision = Decision(False, NOBODY, lacking=tuple(Lack(table, "", NOBODY) for table in asked))
        return _Decided(reader, False, decision, overrides)
    grants = book.grants(now)
    decision = authorise(now, asked, grants, columns_of, levels(overrides), moment)
    times = {time for one in grants for time in (one.starts_ms, one.ends_ms, one.revoked_ms) if time is not None}
    since = max((time for time in times if time <= moment), default=-inf)
    until = min((time for time in times if time > moment), default=inf)
    return _Decided(now, True, decision, overrides, since_ms=since, until_ms=until)


def levels(overrides: Collection[ColumnOverride]) -> LevelOf:
    """How sensitive columns are: by rule, but for those that a named person decided."""
    decided = {(one.table, one.column): Sensitivity(one.kind, one.level, one.reason) for one in overrides}
    return lambda table, column: sensitivity(table, column, decided)


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table of the lake; of another none."""
    return tuple(column.name for column in lake_columns(table)) if table in tables() else ()
