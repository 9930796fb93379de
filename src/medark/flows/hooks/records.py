"""One person's record as a reader sees it, kept in memory while nothing changed that it depends on"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa

from medark.define.memory import Record
from medark.flows.definitions.record import record_of
from medark.flows.gate import About, person
from medark.flows.gate.decide import Standing, standing
from medark.flows.gate.parts import book_of, day_of, now_ms
from medark.flows.gate.refused import refusal
from medark.flows.hooks.judged import Judged
from medark.flows.workspace import Workspace
from medark.govern.views import asked_columns
from medark.model.access import Reader, Rows
from medark.model.audit import Act, Outcome, Verdict

Reads = Mapping[str, frozenset[str]]
_MOST_ROWS: Final = 1_000_000  # of all records that are kept


@dataclass(frozen=True, slots=True)
class Governed:
    """A record, how many rows of it the reader sees, and the tables whose rows can be named as evidence.

    `judged`: what rules say of it. `owed`: what has to be written to the audit before anything of it is given to
    anybody.
    """

    record: Record
    rows: int
    keyed: frozenset[str]
    judged: Judged
    owed: Act | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: tuple[Any, ...]
    governed: Governed


class Records:
    """Whoever asks is decided on each time; a reading is in the audit before it is given, or `owed` to it.

    A record is given again only where a new reading would be equal: the same views (columns, masks, whose rows), the
    same organisation, the same version of the lake, the same day, and nothing that was refused or opened in between.
    """

    def __init__(self, workspace: Workspace, most_rows: int = _MOST_ROWS) -> None:
        self._workspace, self._most = workspace, most_rows
        self._lock, self._kept = threading.Lock(), OrderedDict[tuple[Any, ...], _Kept]()
        self._rows = 0

    def of(self, reader: Reader, person_id: int, reads: Reads, about: About) -> Governed:
        """The record. AccessError with the reason where no grant opens it, written to the audit too."""
        at_ms = now_ms()
        found = standing(self._workspace, reader, reads, at_ms, person_id)
        if not found.decision.allowed:
            return self._read(reader, person_id, reads, about, at_ms)  # the gate writes it down, and says no
        key, stamp = _key(found, person_id), self._stamp(found, person_id, at_ms)
        if (kept := self._known(key, stamp)) is not None:
            return replace(kept, owed=_act(found, reads, about, kept.rows))
        governed = self._read(reader, person_id, reads, about, at_ms)
        self._keep(key, _Kept(stamp, governed))
        return governed

    def at_hand(self, reader: Reader, person_id: int, reads: Reads, about: About) -> Governed | None:
        """The same, if it may be given and need not be read."""
        at_ms = now_ms()
        found = standing(self._workspace, reader, reads, at_ms, person_id)
        if not found.decision.allowed:
            return None
        kept = self._known(_key(found, person_id), self._stamp(found, person_id, at_ms))
        return None if kept is None else replace(kept, owed=_act(found, reads, about, kept.rows))

    def of_sent(self, reader: Reader, person_id: int | None, reads: Reads, about: About, rows: int) -> Act:
        """What is owed to the audit for rows that the caller sent. AccessError where no grant opens such ones here."""
        found = standing(self._workspace, reader, reads)
        act = _act(found, reads, about, rows)
        if not found.decision.allowed:
            book_of(self._workspace).write(act, [] if person_id is None else [person_id])
            raise refusal(found)
        return act

    def _stamp(self, found: Standing, person_id: int, at_ms: int) -> tuple[Any, ...]:
        """All that a reading of this person depends on, beside who asks in whose name."""
        workspace = self._workspace
        is_by_source = any(rows is not Rows.ALL for view in found.decision.views.values() for rows in view.rows)
        return (
            workspace.lake.snapshot().version, workspace.vocabulary.digest, day_of(workspace, at_ms),
            found.decision.views, found.overrides, person_id in found.refused,
            person_id in found.reader.broken_glass, len(workspace.landing.sources()) if is_by_source else 0,
        )  # fmt: skip

    def _known(self, key: tuple[Any, ...], stamp: tuple[Any, ...]) -> Governed | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.stamp != stamp:
                return None
            self._kept.move_to_end(key)
            return kept.governed

    def _read(self, reader: Reader, person_id: int, reads: Reads, about: About, at_ms: int) -> Governed:
        return governed(person_id, person(self._workspace, reader, person_id, reads, about, at_ms))

    def _keep(self, key: tuple[Any, ...], kept: _Kept) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._rows += kept.governed.rows - (before.governed.rows if before else 0)
            self._kept[key] = kept
            while self._rows > self._most and len(self._kept) > 1:
                self._rows -= self._kept.popitem(last=False)[1].governed.rows


def governed(person_id: int, tables: Mapping[str, pa.Table]) -> Governed:
    """A person's rows as a record that rules can be asked of."""
    record, keyed = record_of(person_id, tables)
    return Governed(record, sum(table.num_rows for table in tables.values()), keyed, Judged(record))


def _key(found: Standing, person_id: int) -> tuple[Any, ...]:
    reader = found.reader
    return (person_id, reader.app, reader.organisation, reader.purpose, tuple(found.reads.items()))


def _act(found: Standing, reads: Reads, about: About, rows: int) -> Act:
    """What is written of such a reading: as the gate writes its own."""
    reader, decision = found.reader, found.decision
    key = ("columns of an act", tuple(reads.items()))
    if key not in found.plans:
        found.plans[key] = {
            table: asked_columns(table, decision.views[table], asked) if decision.allowed else tuple(sorted(asked))
            for table, asked in reads.items()
        }
    columns = found.plans[key]
    return Act(
        about.action, reader.user, reader.organisation, reader.purpose, reader.app, about.definition, columns,
        Verdict.ALLOWED if decision.allowed else Verdict.REFUSED, decision.reason,
        Outcome.DONE if decision.allowed else None, rows if decision.allowed else None, detail=about.detail,
    )  # fmt: skip
