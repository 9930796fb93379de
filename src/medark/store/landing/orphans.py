"""Objects that no record names: left by a process that died, or by a commit that failed"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from medark.errors import MedarkError
from medark.store.durable import disk
from medark.store.landing.journal import Journal
from medark.store.landing.objects import STORE, Objects, object_name

_NAMED = """
SELECT EXISTS (
  SELECT 1 FROM current WHERE object = ? AND record_no IN (
    SELECT record_no FROM record WHERE id = ? UNION ALL SELECT record_no FROM replacement WHERE object = ?))
"""


def sweep(journal: Journal, objects: Objects) -> None:
    """Clear up after processes that died."""
    objects.sweep(lambda name: _remove(journal, objects, name))


def after_failure(journal: Journal, objects: Objects, drafts: Iterable[Path]) -> None:
    """Clear up after a commit of ours that failed. Where that fails too, the drafts stay: a later sweep finds them."""
    drafts = list(drafts)
    try:
        if drafts:
            # A commit whose sync failed may come back when the log is read again after a crash. Overwrite it first.
            with journal.writing() as write:
                write.execute("INSERT INTO unfinished DEFAULT VALUES")
                write.execute("DELETE FROM unfinished WHERE erasure_no = last_insert_rowid()")
        for draft in drafts:
            _remove(journal, objects, object_name(draft))
            draft.unlink(missing_ok=True)
    except (MedarkError, OSError):
        return


def _remove(journal: Journal, objects: Objects, name: str) -> None:
    with journal.writing() as write, disk(STORE):  # nobody can be between its file and its row now
        if not write.execute(_NAMED, (name, bytes.fromhex(name[:64]), name)).fetchone()[0]:
            objects.remove(name)
