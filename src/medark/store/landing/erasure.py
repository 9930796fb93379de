"""Erasure: new bytes in an old record's place, the old ones off the disk, even if we are killed midway

What SQLite forgets is overwritten with zeros in place, its log is emptied, an object's file is removed. What the
file system or the drive keeps of freed blocks is beyond a program's reach: encrypt the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from medark.errors import NotFoundError
from medark.store.durable import disk
from medark.store.landing import orphans
from medark.store.landing.journal import Journal
from medark.store.landing.objects import STORE, Objects
from medark.store.landing.pack import Packed

_NOW = "SELECT object, replacement_no FROM current WHERE record_no = ?"


def replace(
    journal: Journal,
    objects: Objects,
    record_no: int,
    new: Packed | None,
    erased_rows: Collection[int],
    forget_name: bool,
) -> None:
    """Put `new` (None: nothing) in a record's place. What is left to do after that is noted for `finish`."""
    drafts = [new.draft] if new and new.draft else []
    try:
        with journal.writing() as write:
            found = write.execute(_NOW, (record_no,)).fetchone()
            if found is None:
                raise NotFoundError("no such raw record", record_no=record_no)
            old_object, replacement_no = found
            with disk(STORE):
                objects.place(drafts)
            _append(write, record_no, new)
            _wipe_content(write, record_no, replacement_no, old_object)
            if forget_name or new is None:
                _wipe(write, "record", "name", record_no)
            rows = [(record_no, row_no) for row_no in sorted(erased_rows)]
            write.executemany("INSERT INTO erased_row VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
            write.execute("INSERT INTO unfinished (object) VALUES (?)", (old_object,))
    except BaseException:
        orphans.after_failure(journal, objects, drafts)
        raise
    for draft in drafts:
        draft.unlink()


def finish(journal: Journal, objects: Objects) -> None:
    """The second half of every erasure that has been committed: files removed, the log emptied. Safe to repeat."""
    due = journal.rows("SELECT erasure_no, object FROM unfinished")
    if not due:
        return
    with disk(STORE):
        for _, name in due:
            if name is not None:
                objects.remove(name)
    orphans.sweep(journal, objects)  # a dead writer's draft may be of the same content
    journal.empty_log()
    with journal.writing() as write:
        write.executemany("DELETE FROM unfinished WHERE erasure_no = ?", [(number,) for number, _ in due])


def _append(write: sqlite3.Connection, record_no: int, new: Packed | None) -> None:
    told = (new.size, new.id, new.object, new.inline) if new else (0, None, None, None)
    sql = "INSERT INTO replacement (record_no, size, digest, object, bytes) VALUES (?, ?, ?, ?, ?)"
    write.execute(sql, (record_no, *told))


def _wipe_content(
    write: sqlite3.Connection, record_no: int, replacement_no: int | None, old_object: str | None
) -> None:
    if old_object is not None:
        return  # a file of its own: removed once this is committed
    if replacement_no is None:
        _wipe(write, "content", "bytes", record_no)
    elif write.execute(
        "SELECT bytes IS NOT NULL FROM replacement WHERE replacement_no = ?", (replacement_no,)
    ).fetchone()[0]:
        _wipe(write, "replacement", "bytes", replacement_no)


def _wipe(write: sqlite3.Connection, table: str, column: str, number: int) -> None:
    """Overwrite a cell with zeros where it lies: an UPDATE might move it and leave a copy."""
    with write.blobopen(table, column, number) as cell:
        cell.write(bytes(len(cell)))
