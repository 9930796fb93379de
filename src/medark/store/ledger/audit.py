"""The audit: entries are added, each holding the hash of the one before; none is ever changed or removed"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, func, inspect, select, text

from medark.errors import StorageError
from medark.model.audit import (
    START,
    Act,
    AuditEntry,
    Head,
    Line,
    Verdict,
    body,
    entry_of,
    leaf,
)
from medark.store.group_commit import GroupCommit
from medark.store.ledger.chain import Chain
from medark.store.ledger.engine import Added
from medark.store.ledger.tables import audit, audit_erased, audit_person

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Adding, Database
    from medark.store.ledger.head import HeadFile

_AT_ONCE = 2000  # entries that are looked at together
_LATELY = 20  # entries that are looked at for each person whom somebody's were about


_Said = tuple[Act, tuple[int, ...]]  # an act, and the persons it was about


class Audit:
    """Who did what. What is added is on disk on return; StorageError or BusyError: it was not added.

    Threads that add at the same time share one transaction, since each waits for the disk.
    """

    def __init__(self, database: Database, clock: Callable[[], float], key: bytes, head: HeadFile | None) -> None:
        self._database, self._clock, self._key, self._head = database, clock, key, head
        self._together = GroupCommit(self._add_all)

    def add(self, act: Act, people: Iterable[int] = ()) -> AuditEntry:
        """Add an entry about some persons, by person_id. ValueError if it can't be told as JSON: nothing is added."""
        return self.add_together([(act, people)])[0]

    def add_together(self, said: Iterable[tuple[Act, Iterable[int]]]) -> list[AuditEntry]:
        """Add entries, all of them or none: each an act and the persons it was about. Errors as of `add`."""
        told = [(act, tuple(people)) for act, people in said]
        for act, _ in told:
            body(AuditEntry(0, 0, act))  # here, not where others wait for the same transaction
        return self._together.submit(told) if told else []

    def _add_all(self, said: Sequence[_Said]) -> list[AuditEntry]:
        with self._database.adding() as adding:  # one chain, however many write
            before = _newest(adding)
            chain = Chain(before, self._key)
            entries = [chain.add(act, self._now_ms(), people) for act, people in said]
            chain.write(adding)
        self._moved(before, chain.newest)
        return entries

    def add_forgetting(self, act: Act, person_id: int, also: Callable[[Connection], object]) -> AuditEntry:
        """Add an entry that a person was erased, and forget in which entries they are, together with what `also` does.

        What binds those entries to their persons stays, without what could tell that it was this one.
        """
        with self._database.writing() as connection:
            self._database.alone(connection)
            also(connection)
            adding = Added(connection)
            before = _newest(adding)
            chain = Chain(before, self._key)
            entry = chain.add(act, self._now_ms(), forgotten=self._forgotten(connection, person_id))
            chain.write(adding)
        self._moved(before, chain.newest)
        return entry

    def vouch(self) -> None:
        """Sign the newest entry that there is: after a ledger was restored, which lost what came later."""
        if self._head:
            with self._database.reading() as connection:
                self._head.vouch(_newest(Added(connection)))

    # -- asking ----------------------------------------------------------------------------------------------------

    def entries(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        app: str | None = None,
        verdict: Verdict | None = None,
        person_id: int | None = None,
        since_ms: int | None = None,
        until_ms: int | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> list[AuditEntry]:
        """The newest `limit` entries (None: all) that fit, oldest first; `before` an entry's number, to turn pages."""
        asked = select(audit.c.entry_no, audit.c.body).order_by(audit.c.entry_no.desc()).limit(limit)
        for column, wanted in ((audit.c.actor, actor), (audit.c.action, action), (audit.c.app, app)):
            asked = asked if wanted is None else asked.where(column == wanted)
        # As `body` writes it: within a text its quotation marks would be escaped, so this is found nowhere else.
        asked = asked if verdict is None else asked.where(audit.c.body.contains(f'"verdict":"{verdict.value}"'))
        asked = asked if person_id is None else asked.where(audit.c.entry_no.in_(_about(person_id)))
        asked = asked if since_ms is None else asked.where(audit.c.at_ms >= since_ms)
        asked = asked if until_ms is None else asked.where(audit.c.at_ms < until_ms)
        asked = asked if before is None else asked.where(audit.c.entry_no < before)
        with self._database.reading() as connection:
            return [_entry(*row) for row in connection.execute(asked)][::-1]

    def about(self, person_id: int) -> list[AuditEntry]:
        """Entries about a person, oldest first: who has looked at this record."""
        return self.entries(person_id=person_id)

    def lately(self, actor: str, action: str, limit: int) -> list[tuple[int, int]]:
        """The persons whom somebody's newest acts of a kind were about, and when (ms since 1970): newest first."""
        mine = select(audit.c.entry_no, audit.c.at_ms).where(audit.c.actor == actor, audit.c.action == action)
        newest = mine.order_by(audit.c.entry_no.desc()).limit(_LATELY * limit).subquery()
        asked = (
            select(audit_person.c.person_id, func.max(newest.c.at_ms))
            .join(newest, newest.c.entry_no == audit_person.c.entry_no)
            .group_by(audit_person.c.person_id)
            .order_by(func.max(newest.c.at_ms).desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(person_id, at_ms) for person_id, at_ms in connection.execute(asked)]

    def head(self) -> Head | None:
        """The newest entry as it is told beside the ledger: None if nothing is told, FORGED if it is not genuine."""
        return self._head.read() if self._head else None

    def lines(self) -> Iterator[Line]:
        """Everything that is kept, in order, to be verified."""
        with self._database.reading() as connection:
            after = 0
            while rows := connection.execute(
                select(audit).where(audit.c.entry_no > after).order_by(audit.c.entry_no).limit(_AT_ONCE)
            ).all():
                first, after = rows[0].entry_no, rows[-1].entry_no
                leaves, forgotten = _leaves(connection, first, after)
                for row in rows:
                    yield Line(
                        Head(row.entry_no, row.hash), row.body, row.signature,
                        (row.at_ms, row.actor, row.app, row.action),
                        tuple(leaves.get(row.entry_no, ())), tuple(forgotten.get(row.entry_no, ())),
                    )  # fmt: skip

    # -- adding ----------------------------------------------------------------------------------------------------

    def take_over(self, connection: Connection) -> None:
        """Chain the entries of a ledger that had no chain, in the transaction that brings it to today's form."""
        if not inspect(connection).has_table("audit_before"):
            return
        before = connection.execute(text("SELECT entry_no, at_ms, action, detail FROM audit_before ORDER BY entry_no"))
        chain = Chain(START, self._key)
        for number, (_, at_ms, action, detail) in enumerate(before, 1):
            chain.follow(AuditEntry(number, at_ms, Act(action, detail=orjson.loads(detail))))
        chain.write(Added(connection))
        connection.execute(text("DROP TABLE audit_before"))
        if self._head:
            self._head.begin(chain.newest)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    @staticmethod
    def _forgotten(connection: Connection, person_id: int) -> list[dict[str, Any]]:
        mine = audit_person.c.person_id == person_id
        rows = connection.execute(select(audit_person.c.entry_no, audit_person.c.salt).where(mine)).all()
        connection.execute(delete(audit_person).where(mine))
        return [{"entry_no": number, "leaf": leaf(salt, person_id)} for number, salt in rows]

    def _moved(self, previous: Head, to: Head) -> None:
        if self._head:
            self._head.move(previous, to, self._hash_of)

    def _hash_of(self, entry_no: int) -> str | None:
        with self._database.reading() as connection:
            return connection.execute(select(audit.c.hash).where(audit.c.entry_no == entry_no)).scalar()


def _entry(entry_no: int, told: str) -> AuditEntry:
    try:
        return entry_of(told)
    except (ValueError, TypeError, AttributeError):
        raise StorageError(
            "an entry of the audit was changed and can't be read", fix="medark audit verify", entry=entry_no
        ) from None


def _about(person_id: int) -> Any:
    return select(audit_person.c.entry_no).where(audit_person.c.person_id == person_id)


def _newest(adding: Adding) -> Head:
    row = adding.first("SELECT entry_no, hash FROM audit ORDER BY entry_no DESC LIMIT 1")
    return Head(*row) if row else START


def _leaves(connection: Connection, first: int, last: int) -> tuple[dict[int, list[bytes]], dict[int, list[bytes]]]:
    """Of the entries first … last: the leaves of their persons, and those that they took away."""
    leaves: dict[int, list[bytes]] = {}
    forgotten: dict[int, list[bytes]] = {}
    for row in connection.execute(select(audit_person).where(audit_person.c.entry_no.between(first, last))):
        leaves.setdefault(row.entry_no, []).append(leaf(row.salt, row.person_id))
    for row in connection.execute(select(audit_erased).where(audit_erased.c.entry_no.between(first, last))):
        leaves.setdefault(row.entry_no, []).append(row.leaf)
    for row in connection.execute(select(audit_erased).where(audit_erased.c.erased_in.between(first, last))):
        forgotten.setdefault(row.erased_in, []).append(row.leaf)
    return leaves, forgotten
