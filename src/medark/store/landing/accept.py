"""The one transaction in which records begin to count"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from medark.model.record import Format, RawRecord
from medark.store.durable import disk
from medark.store.landing import orphans
from medark.store.landing.arrival import Landed
from medark.store.landing.journal import Journal, Row
from medark.store.landing.objects import STORE, Objects
from medark.store.landing.pack import Packed

_VARIABLES = 500  # in one IN list
RECORD = "record_no, id, source, name, size, format, batch_no"


@dataclass(frozen=True, slots=True)
class Entry:
    """A packed arrival, and what the journal says of it."""

    packed: Packed
    source: str
    batch_no: int
    name: str
    format: Format


def accept(journal: Journal, objects: Objects, entries: Sequence[Entry], clock: Callable[[], float]) -> list[Landed]:
    """Every entry's record, on disk; those whose id is there already are not new."""
    drafts = [entry.packed.draft for entry in entries if entry.packed.draft]
    try:
        with journal.writing() as write:
            seen = records_of(write.execute, [entry.packed.id for entry in entries])
            fresh = {e.packed.id: e for e in reversed(entries) if e.packed.id not in seen}  # the first of twins stays
            with disk(STORE):
                objects.place([e.packed.draft for e in fresh.values() if e.packed.draft])
            added = _added(write, list(reversed(fresh.values())), clock)
    except BaseException:
        orphans.after_failure(journal, objects, drafts)
        raise
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return _landed(entries, seen, added)


def records_of(
    execute: Callable[[str, Sequence[object]], Iterable[Row]], ids: Sequence[bytes]
) -> dict[bytes, RawRecord]:
    """The records that are there, by id."""
    found = {}
    for start in range(0, len(ids), _VARIABLES):
        some = ids[start : start + _VARIABLES]
        sql = f"SELECT {RECORD} FROM current WHERE id IN ({', '.join('?' * len(some))})"
        found.update({row[1]: raw_record(row) for row in execute(sql, some)})
    return found


def raw_record(row: Row) -> RawRecord:
    """A row of RECORD's columns; a name that was erased is empty."""
    record_no, identity, source, name, size, format_, batch_no = row
    told = bytes(name).rstrip(b"\0").decode("utf-8")
    return RawRecord(record_no, identity.hex(), source, told, size, Format(format_), batch_no)


def source_number(write: sqlite3.Connection, name: str) -> int:
    """The number of a source, given now if it is new."""
    write.execute("INSERT INTO source (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,))
    return int(write.execute("SELECT source_no FROM source WHERE name = ?", (name,)).fetchone()[0])


def _added(write: sqlite3.Connection, fresh: list[Entry], clock: Callable[[], float]) -> dict[bytes, RawRecord]:
    if not fresh:
        return {}
    numbers = {source: source_number(write, source) for source in {entry.source for entry in fresh}}
    batches = {(numbers[entry.source], entry.batch_no, clock()) for entry in fresh}
    write.executemany("INSERT INTO batch VALUES (?, ?, ?) ON CONFLICT DO NOTHING", sorted(batches))
    last = write.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'record'").fetchone()[0] or 0
    numbered = list(enumerate(fresh, last + 1))
    write.executemany(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (no, e.packed.id, numbers[e.source], e.batch_no, e.format.value, e.packed.size, e.packed.object, _name(e))
            for no, e in numbered
        ],
    )
    inline = [(no, e.packed.inline) for no, e in numbered if e.packed.inline is not None]
    write.executemany("INSERT INTO content VALUES (?, ?)", inline)
    return {e.packed.id: _record(no, e) for no, e in numbered}


def _name(entry: Entry) -> bytes:
    return entry.name.encode("utf-8", "backslashreplace")


def _record(record_no: int, entry: Entry) -> RawRecord:
    identity, name = entry.packed.id.hex(), _name(entry).decode("utf-8")
    return RawRecord(record_no, identity, entry.source, name, entry.packed.size, entry.format, entry.batch_no)


def _landed(entries: Sequence[Entry], seen: dict[bytes, RawRecord], added: dict[bytes, RawRecord]) -> list[Landed]:
    landed = []
    for entry in entries:
        identity = entry.packed.id
        new = identity not in seen
        record = seen.setdefault(identity, added[identity]) if new else seen[identity]
        landed.append(Landed(record, new))  # of twins within one commit the first is new
    return landed
