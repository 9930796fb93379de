"""Which cards were shown to whom, the last time: so that the same is not told again and again"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, tuple_

from medark.model.card import CardSeen
from medark.store.ledger.card_counts import CardCounts
from medark.store.ledger.engine import put
from medark.store.ledger.tables import card_seen

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_S = card_seen.c
_KEY = ("app", "person_id", "user_name", "card")
_SAID = ("at_ms", "statement", "severity")


class CardsSeen:
    """The last time that each card was shown to a user about a person."""

    def __init__(self, database: Database) -> None:
        self._database, self.counts = database, CardCounts(database)

    def of(self, asked: Collection[tuple[str, int, str]]) -> list[CardSeen]:
        """What was shown to users of an application about people: (application, person, user)."""
        wanted = tuple_(_S.app, _S.person_id, _S.user_name).in_(sorted(set(asked)))
        with self._database.reading() as connection:
            return [_seen(row) for row in connection.execute(select(card_seen).where(wanted))]

    def note(self, shown: Sequence[CardSeen]) -> None:
        """Note that cards were shown now; of each only the last time is kept."""
        rows = [
            {"app": one.app, "person_id": one.person_id, "user_name": one.user, "card": one.card}
            | {name: getattr(one, name) for name in _SAID}
            for one in shown
        ]
        insert = self._database.insert(card_seen)
        newest = {name: insert.excluded[name] for name in _SAID}
        with self._database.writing() as connection:
            put(connection, insert.on_conflict_do_update(index_elements=_KEY, set_=newest), rows)
            self.counts.write(connection)


def forget(connection: Connection, person_id: int) -> int:
    """Forget what was shown about a person."""
    return int(connection.execute(delete(card_seen).where(_S.person_id == person_id)).rowcount)


def _seen(row: Any) -> CardSeen:
    return CardSeen(row.app, row.card, row.user_name, row.person_id, row.at_ms, row.statement, row.severity)
