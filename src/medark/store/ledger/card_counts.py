"""How often cards were shown, and how often a repeat was silenced: by application and card, of nobody in particular"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from medark.store.ledger.engine import put
from medark.store.ledger.tables import card_count

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_C = card_count.c
_KEY = ("app", "card", "outcome")
_Key = tuple[str, str, str]


class CardCounts:
    """Counts that are kept in memory until somebody writes or asks: no call of a hook waits for them. A process that
    is killed loses those since.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._lock, self._waiting = database, threading.Lock(), Counter[_Key]()

    def add(self, counted: Iterable[_Key]) -> None:
        """One more of each: (application, card, shown or silenced)."""
        with self._lock:
            self._waiting.update(counted)

    def of(self, app: str) -> dict[tuple[str, str], int]:
        """How often an application's cards were shown and silenced: (card, outcome) → times."""
        with self._database.writing() as connection:
            self.write(connection)
            found = connection.execute(select(card_count).where(_C.app == app).order_by(_C.card, _C.outcome))
            return {(row.card, row.outcome): row.times for row in found}

    def flush(self) -> None:
        """Write what waits, if anything does."""
        if self._waiting:
            with self._database.writing() as connection:
                self.write(connection)

    def write(self, connection: Connection) -> None:
        """Write what waits, beside what else is written."""
        with self._lock:
            counted, self._waiting = self._waiting, Counter()
        rows = [{**dict(zip(_KEY, key, strict=True)), "times": times} for key, times in sorted(counted.items())]
        if rows:
            insert = self._database.insert(card_count)
            more = {"times": _C.times + insert.excluded.times}
            put(connection, insert.on_conflict_do_update(index_elements=_KEY, set_=more), rows)
