"""Refusals: who said no, to which purpose and to whom"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update

from medark.model.access import Purpose, Reader, Refusal
from medark.store.ledger.engine import put
from medark.store.ledger.remembered import Span, Spans
from medark.store.ledger.tables import refusal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_R = refusal.c
_OF_PERSON = """
SELECT person_id, purpose, organisation, starts_ms, ends_ms FROM refusal WHERE person_id = ? ORDER BY refusal_no
"""


class Refusals:
    """Refusals of persons, by where they came from: a FHIR Consent ("Consent/12") or the desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, refusals: Iterable[Refusal], origin: str = "") -> None:
        """Note refusals."""
        with self._database.writing() as connection:
            put(connection, refusal.insert(), [_row(told, origin) for told in refusals])

    def replace(self, origin: str, refusals: Iterable[Refusal]) -> None:
        """Note what one origin says now, in the place of what it said before."""
        with self._database.writing() as connection:
            connection.execute(delete(refusal).where(_R.origin == origin))
            put(connection, refusal.insert(), [_row(told, origin) for told in refusals])

    def end(self, person_id: int, at_ms: int) -> int:
        """All refusals of a person that are in force end. Returns how many there were."""
        mine = (_R.person_id == person_id, or_(_R.ends_ms.is_(None), _R.ends_ms > at_ms))
        with self._database.writing() as connection:
            return int(connection.execute(update(refusal).where(*mine).values(ends_ms=at_ms)).rowcount)

    def of(self, person_id: int) -> list[Refusal]:
        """All that a person ever refused, in order."""
        found = self._database.remembered.of(
            ("refusals", person_id), lambda: tuple(_told(self._database.rows(_OF_PERSON, person_id)))
        )
        return list(found)

    def all(self) -> list[Refusal]:
        """All refusals that there ever were, in order."""
        return self._refusals(True)

    def people(self, reader: Reader, now_ms: int) -> frozenset[int]:
        """Persons whose rows are kept from this reader now."""
        key = ("refused", reader.purpose, reader.organisation)
        return self._database.remembered.of(key, lambda: self._spans(reader)).people(now_ms)

    def _spans(self, reader: Reader) -> Spans:
        """Whose rows are kept from this reader, and when."""
        asked = select(_R.person_id, _R.starts_ms, _R.ends_ms).where(
            or_(_R.purpose.is_(None), _R.purpose == reader.purpose),
            or_(_R.organisation.is_(None), _R.organisation == reader.organisation),
        )
        with self._database.reading() as connection:
            return Spans(Span(*row) for row in connection.execute(asked))

    def _refusals(self, which: Any) -> list[Refusal]:
        asked = select(_R.person_id, _R.purpose, _R.organisation, _R.starts_ms, _R.ends_ms).where(which)
        with self._database.reading() as connection:
            return list(_told(connection.execute(asked.order_by(_R.refusal_no)).all()))


def _told(rows: Iterable[Any]) -> Iterator[Refusal]:
    for person, purpose, *told in rows:
        yield Refusal(person, purpose and Purpose(purpose), *told)


def forget(connection: Connection, person_id: int) -> int:
    """Remove what an erased person refused: there is nothing left to keep from anybody."""
    return int(connection.execute(delete(refusal).where(_R.person_id == person_id)).rowcount)


def _row(told: Refusal, origin: str) -> dict[str, Any]:
    return {"person_id": told.person_id, "purpose": told.purpose, "organisation": told.organisation,
            "starts_ms": told.starts_ms, "ends_ms": told.ends_ms, "origin": origin}  # fmt: skip
