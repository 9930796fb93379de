"""New links of the audit's chain: each entry follows the one before, and all of a transaction are written together"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from medark.model.audit import Act, AuditEntry, Head, body, leaf, link, people_digest, signature
from medark.store.ledger.tables import audit, audit_erased, audit_person

if TYPE_CHECKING:
    from medark.store.ledger.engine import Adding

_SALT: Final = 16  # bytes


class Chain:
    """What is to follow `newest`; `newest` moves on with each entry."""

    def __init__(self, newest: Head, key: bytes) -> None:
        self.newest, self._key = newest, key
        self._entries: list[dict[str, Any]] = []
        self._people: list[dict[str, Any]] = []
        self._erased: list[dict[str, Any]] = []

    def add(
        self, act: Act, at_ms: int, people: Iterable[int] = (), forgotten: Sequence[dict[str, Any]] = ()
    ) -> AuditEntry:
        """One entry more. `forgotten`: what is left of the mentions that it takes away."""
        number = self.newest.entry_no + 1
        salted = {person: os.urandom(_SALT) for person in people}
        entry = AuditEntry(
            number, at_ms, act, len(salted),
            people_digest(leaf(salt, person) for person, salt in salted.items()),
            people_digest(row["leaf"] for row in forgotten),
        )  # fmt: skip
        self.follow(entry)
        self._people += [{"person_id": person, "entry_no": number, "salt": salt} for person, salt in salted.items()]
        self._erased += [row | {"erased_in": number} for row in forgotten]
        return entry

    def follow(self, entry: AuditEntry) -> None:
        """Link an entry that has its number, the next one."""
        told = body(entry)
        self.newest = Head(entry.entry_no, link(self.newest.hash, told))
        self._entries.append({
            "entry_no": entry.entry_no, "at_ms": entry.at_ms, "actor": entry.act.actor, "app": entry.act.app,
            "action": entry.act.action, "body": told, "hash": self.newest.hash,
            "signature": signature(self._key, self.newest),
        })  # fmt: skip

    def write(self, adding: Adding) -> None:
        """All of it, into the tables."""
        adding.put(audit, self._entries)
        adding.put(audit_person, self._people)
        adding.put(audit_erased, self._erased)
