"""The ledger, open: one class a subject, one database under all of them"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from medark.errors import MedarkError
from medark.model.audit import Act, AuditEntry, signing_key
from medark.store.ledger import card_seen as seen
from medark.store.ledger import feedback, glass, move, refusals, tasks
from medark.store.ledger.access import Access
from medark.store.ledger.accounts import Accounts
from medark.store.ledger.apps import Apps
from medark.store.ledger.audit import Audit
from medark.store.ledger.batches import Batches
from medark.store.ledger.card_seen import CardsSeen
from medark.store.ledger.engine import PATIENCE, Database
from medark.store.ledger.feedback import Feedback
from medark.store.ledger.glass import Glass
from medark.store.ledger.head import HeadFile
from medark.store.ledger.migrations import migrate
from medark.store.ledger.quality import Quality
from medark.store.ledger.quarantine import Quarantine
from medark.store.ledger.records import Records
from medark.store.ledger.refusals import Refusals
from medark.store.ledger.tables import audit_person, break_glass, card_feedback, card_seen, refusal, task, task_step
from medark.store.ledger.tasks import Tasks
from medark.store.ledger.terms import Terms
from medark.store.ledger.tokens import Tokens
from medark.store.ledger.units import Units
from medark.store.ledger.users import Users
from medark.store.ledger.waves import Waves

if TYPE_CHECKING:
    from sqlalchemy import Connection

_OF_PEOPLE = (audit_person, break_glass, card_feedback, card_seen, refusal, task, task_step)


class Ledger:
    """The ledger in a file, or in PostgreSQL (a URL). Every write is on disk on return; for any number of threads.

    An older one is brought to today's form first. `salt` signs the audit, whose newest entry is told in the file
    `head` as well. `before`: the file that it was in until now, from which a new database takes everything over.
    WorkspaceError: made by a newer medark. StorageError, BusyError (after `patience` seconds).
    """

    def __init__(
        self,
        place: Path | str,
        *,
        password: str = "",
        salt: str = "",
        head: Path | None = None,
        before: Path | None = None,
        clock: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        self._database = database = Database(place, password=password, patience=patience)
        key = signing_key(salt)
        self.batches = Batches(database, clock)
        self.records = Records(database)
        self.waves = Waves(database)
        self.accounts = Accounts(database)
        self.quarantine = Quarantine(database)
        self.audit = Audit(database, clock, key, HeadFile(head, key) if head else None)
        self.users = Users(database, clock)
        self.access = Access(database, clock)
        self.refusals = Refusals(database)
        self.glass = Glass(database, clock)
        self.tasks = Tasks(database, clock)
        self.feedback = Feedback(database)
        self.cards_seen = CardsSeen(database)
        self.quality = Quality(database)
        self.terms = Terms(database)
        self.units = Units(database)
        self.apps = Apps(database)
        self.tokens = Tokens(database, clock)
        if isinstance(place, Path) or before is None or not before.exists():
            migrate(database, self.audit.take_over)
        else:
            self._move(before, head, key)

    def __repr__(self) -> str:
        return f"Ledger({self._database!r})"

    def changes(self) -> int:
        """How often anything was changed of who may do what, by any process: equal counts, equal answers.

        Counted are users, roles, grants, refusals, emergencies, judged columns, applications, and tokens taken back.
        """
        return self._database.remembered.stamp()

    @property
    def is_near(self) -> bool:
        """Is it a file of this machine, which is asked in microseconds?"""
        return self._database.is_file

    def at_once(self) -> AbstractContextManager[None]:
        """All that this thread asks within of what is counted is answered as of one moment, that of its beginning."""
        return self._database.remembered.at_once()

    def close(self) -> None:
        """Release it; what was only counted is written first, if it can be."""
        with suppress(MedarkError):
            self.cards_seen.counts.flush()
        self._database.close()

    def _move(self, path: Path, head: Path | None, key: bytes) -> None:
        """A new database takes over what a file has; one that is not new has its own, and the file stays as it is."""
        moved = False

        def finish(connection: Connection) -> None:
            nonlocal moved
            self.audit.take_over(connection)
            move.copy(before, connection)
            moved = True

        with closing(Database(path)) as before:
            migrate(before, Audit(before, time.time, key, HeadFile(head, key) if head else None).take_over)
            migrate(self._database, finish)
        if moved:
            move.set_aside(path)

    def forget_person(self, person_id: int, act: Act) -> AuditEntry:
        """Forget an erased person wherever the ledger tells of them, and that it was done: one entry of the audit."""
        gone = 0

        def forget(connection: Connection) -> None:
            nonlocal gone
            gone = sum(part.forget(connection, person_id) for part in (refusals, glass, tasks, feedback, seen))

        entry = self.audit.add_forgetting(act, person_id, forget)
        if gone or entry.forgotten_digest:
            self._database.rewrite(*_OF_PEOPLE)
        return entry
