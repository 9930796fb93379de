"""Records opened in an emergency, and whether somebody looked at why"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from medark.errors import NotFoundError
from medark.model.user import BreakGlass
from medark.store.ledger.remembered import Span, Spans
from medark.store.ledger.tables import break_glass

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_B = break_glass.c
_TOLD = (
    _B.number, _B.user_name, _B.person_id, _B.reason, _B.at_ms, _B.ends_ms, _B.reviewed_by, _B.reviewed_ms, _B.verdict,
)  # fmt: skip
_NOBODY = 0  # whose record it was, once they are erased: no person has this number


class Glass:
    """Break-glass, by number. Reviewed once; never deleted."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def breaks(self, user: str, person_id: int, reason: str, for_ms: int) -> BreakGlass:
        """A user opens a person's record for so many milliseconds from now on."""
        now = int(self._clock() * 1000)
        row = {"user_name": user, "person_id": person_id, "reason": reason, "at_ms": now, "ends_ms": now + for_ms,
               "reviewed_by": "", "verdict": ""}  # fmt: skip
        with self._database.writing() as connection:
            (number,) = connection.execute(break_glass.insert(), row).inserted_primary_key or (0,)
        return BreakGlass(number, user, person_id, reason, now, now + for_ms)

    def review(self, number: int, by: str, verdict: str) -> BreakGlass:
        """Somebody looked at it. NotFoundError if there is none of this number that nobody looked at yet."""
        told = {"reviewed_by": by, "reviewed_ms": int(self._clock() * 1000), "verdict": verdict}
        waits = update(break_glass).where(_B.number == number, _B.reviewed_ms.is_(None))
        with self._database.writing() as connection:
            if connection.execute(waits.values(told)).rowcount != 1:
                raise NotFoundError("there is nothing of this number to review", number=number)
        return self._found(_B.number == number)[0]

    def all(self, *, waiting: bool = False) -> list[BreakGlass]:
        """All, in order; or those that wait for somebody to look at them."""
        return self._found(_B.reviewed_ms.is_(None) if waiting else True)

    def of(self, user: str) -> list[BreakGlass]:
        """All that a user ever opened, in order."""
        return self._found(_B.user_name == user)

    def people(self, user: str, now_ms: int) -> frozenset[int]:
        """Persons whose records are open to a user in this way now."""
        return self._database.remembered.of(("glass", user), lambda: self._spans(user)).people(now_ms)

    def _spans(self, user: str) -> Spans:
        mine = (_B.user_name == user, _B.person_id.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(select(_B.person_id, _B.at_ms, _B.ends_ms).where(*mine))
            return Spans(Span(*row) for row in rows)

    def _found(self, which: Any) -> list[BreakGlass]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*_TOLD).where(which).order_by(_B.number)).all()
        return [BreakGlass(number, user, person or _NOBODY, *told) for number, user, person, *told in rows]


def forget(connection: Connection, person_id: int) -> int:
    """Forget whose record it was; that one was opened, by whom and why, stays."""
    return int(connection.execute(update(break_glass).where(_B.person_id == person_id).values(person_id=None)).rowcount)
