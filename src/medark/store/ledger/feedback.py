"""What clinicians said of cards"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import func, select, update

from medark.model.card import CardFeedback
from medark.store.ledger.engine import put
from medark.store.ledger.tables import card_feedback

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_F = card_feedback.c
_PLAIN = ("card", "service", "outcome", "at_ms", "app", "person_id", "override_reason", "comment")


class Feedback:
    """Feedback on cards; said twice, it is noted once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, said: Iterable[CardFeedback]) -> None:
        """Note what was said."""
        rows = [
            {name: getattr(one, name) for name in _PLAIN}
            | {"user_name": one.user, "accepted": orjson.dumps(one.accepted).decode()}
            for one in said
        ]
        with self._database.writing() as connection:
            put(connection, self._database.insert(card_feedback).on_conflict_do_nothing(), rows)

    def all(self, *, service: str | None = None, limit: int | None = None) -> list[CardFeedback]:
        """The newest `limit` (all, if None), newest first."""
        asked = select(card_feedback).order_by(_F.at_ms.desc(), _F.card).limit(limit)
        asked = asked if service is None else asked.where(_F.service == service)
        with self._database.reading() as connection:
            return [_feedback(row) for row in connection.execute(asked)]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many cards of each service ended in each outcome: (service, outcome) → count."""
        asked = select(_F.service, _F.outcome, func.count()).group_by(_F.service, _F.outcome)
        with self._database.reading() as connection:
            return {(service, outcome): n for service, outcome, n in connection.execute(asked)}

    def outcomes(self, app: str) -> dict[tuple[str, str, str], int]:
        """How an application's cards ended: (service, outcome, reason it was overridden by) → count."""
        columns = (_F.service, _F.outcome, _F.override_reason)
        asked = select(*columns, func.count()).where(_F.app == app).group_by(*columns)
        with self._database.reading() as connection:
            return {(service, outcome, reason): n for service, outcome, reason, n in connection.execute(asked)}


def forget(connection: Connection, person_id: int) -> int:
    """Forget whom feedback was about, and the words in it; how the card ended stays."""
    said = {"person_id": None, "comment": ""}
    return int(connection.execute(update(card_feedback).where(_F.person_id == person_id).values(said)).rowcount)


def _feedback(row: Any) -> CardFeedback:
    told = {name: getattr(row, name) for name in _PLAIN}
    return CardFeedback(user=row.user_name, accepted=tuple(orjson.loads(row.accepted)), **told)
